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

export const LANGUAGES = { 'zh-CN': zhCN, 'en-US': enUS } satisfies Record<string, Words>;
export type Language = keyof typeof LANGUAGES;

export function say(words: Words, fault: Fault): Said {
  const tell = words.faults[fault.code] as ((fault: Fault) => Said) | undefined;
  // A newer program may name a fault that this page does not know yet.
  return tell ? tell(fault) : words.faults.defect({ code: 'defect', place: fault.code });
}

/** The title of a fault of which only the code was kept (the journal's rows). */
export function faultTitle(words: Words, code: string): string {
  return code in words.faults ? say(words, { code } as Fault).title : code;
}

const KEPT = 'tongguan.language';

/** The language that was chosen last, or the system's. */
export function firstLanguage(): Language {
  const wished = localStorage.getItem(KEPT) ?? navigator.language;
  return wished.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en-US';
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
}
