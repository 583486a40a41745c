// Banks and drivers as the screens tell them.
import type { Bank, CompanyIdentity, Difference, Fault, Library, LibraryFacts } from '../host';
import type { Words } from '../words';

export type BankWords = { name: string; token: string; component: string };

/** A bank in the language of the window. */
export const bankWords = (bank: Bank, words: Words): BankWords =>
  words.language === 'zh-CN'
    ? { name: bank.name, token: bank.token, component: bank.component }
    : { name: bank.english, token: bank.token_english, component: bank.component_english };

/** The bank of a result, as the portal calls it; in the window's language where the catalogue has it. */
export function bankName(name: string, banks: Bank[], words: Words): string {
  const row = banks.find((bank) => bank.name === name);
  return row && words.language !== 'zh-CN' ? row.english : name;
}

/** One line of the comparison: what the statement says, and the account where that is not the same. */
export type Compared = { field: string; statement: string; account: string; same: boolean };

export function compare(company: CompanyIdentity, differences: Difference[]): Compared[] {
  const known = (['name', 'organization_code', 'uscc'] as const).map((field) => {
    const found = differences.find((difference) => difference.field === field);
    const account = found?.account ?? company[field];
    return { field, statement: found?.statement ?? company[field], account, same: found === undefined };
  });
  const fields: string[] = known.map(({ field }) => field);
  // A newer program may compare more than this page knows.
  const more = differences.filter(({ field }) => !fields.includes(field)).map((d) => ({ ...d, same: false }));
  return [...known, ...more];
}

export const factsOf = ({ state }: Library): LibraryFacts | null => (state.kind === 'absent' ? null : state.facts);

export const faultOf = ({ state }: Library): Fault | null => ('fault' in state ? state.fault : null);

/** Its process is up. */
export const runs = ({ state }: Library): boolean => state.kind === 'approved' && state.fault === null;

/** May be allowed as it is: it never was, or its content has changed since. */
export function waits(library: Library): boolean {
  if (library.state.kind === 'found') return true;
  const fault = faultOf(library);
  if (fault?.code !== 'library_refused' || factsOf(library) === null) return false;
  return fault.reason === 'changed' || fault.reason === 'not_approved';
}

/** What waits for the user comes first, then what runs, then what does not. */
export function inOrder(libraries: Library[]): Library[] {
  const rank = (library: Library) => (waits(library) ? 0 : runs(library) ? 1 : 2);
  return libraries.filter(({ state }) => state.kind !== 'absent').sort((one, two) => rank(one) - rank(two));
}

/** 64 hexadecimal digits in groups of 8; joined they are the text again. */
export const groups = (hex: string): string[] => hex.match(/.{1,8}/gs) ?? [];
