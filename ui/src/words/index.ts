// All words of the window. zh-CN is the source: another language that lacks a word does not compile,
// and a fault without words does not compile either.
import type { Fault, FaultCode, Refusal } from '../host';
import { enUS } from './en-US';
import { zhCN } from './zh-CN';

/** What happened, why, and what next: every failure has all three. */
export type Said = { title: string; why: string; next: string };
export type FaultWords = { [C in FaultCode]: (fault: Extract<Fault, { code: C }>) => Said };
export type RefusalWords = Record<Refusal, Said>;
export type Words = typeof zhCN;

/** What the user has in the hand: the same fault is told of it in its own words. */
export type Held = 'card' | 'ukey';

export const LANGUAGES = { 'zh-CN': zhCN, 'en-US': enUS } satisfies Record<string, Words>;
export type Language = keyof typeof LANGUAGES;

export function say(words: Words, fault: Fault, held: Held = 'card'): Said {
  const own = held === 'ukey' ? sayOfUkey(words, fault) : undefined;
  if (own) return own;
  const tell = words.faults[fault.code] as ((fault: Fault) => Said) | undefined;
  // A newer program may name a fault that this page does not know yet.
  return tell ? tell(fault) : words.faults.defect({ code: 'defect', place: fault.code });
}

function sayOfUkey(words: Words, fault: Fault): Said | undefined {
  if (fault.code === 'proof_refused') return words.refusalsUkey[fault.reason];
  return (words.faultsUkey[fault.code] as ((fault: Fault) => Said) | undefined)?.(fault);
}

/** The title of a fault of which only the code was kept (the journal's rows). */
export function faultTitle(words: Words, code: string, held: Held = 'card'): string {
  return code in words.faults ? say(words, { code } as Fault, held).title : code;
}

/** The words of the steps that a card and a UKey have in common. */
export const certifyWords = (words: Words, held: Held): Words['certify'] =>
  held === 'ukey' ? words.certifyUkey : words.certify;

const KEPT = 'tongguan.language';

/** The language that was chosen last, or the system's. */
export function firstLanguage(): Language {
  const wished = localStorage.getItem(KEPT) ?? navigator.language;
  return wished.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en-US';
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
}
