// Codes of a company, checked while one types: GB 32100-2015 and GB 11714-1997. Each check gives the reason in the
// program's own word, or null. Only to warn early: the program checks again, and the portal is the judge.

export type Reason = string;

/** Digits and capitals without I, O, S, V, Z; the position is the value. */
const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** 3^i mod 31. */
const USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORGANIZATION_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ORGANIZATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

const weighed = (body: string, alphabet: string, weights: number[]): number =>
  weights.reduce((sum, weight, at) => sum + weight * alphabet.indexOf(body.charAt(at)), 0);

const within = (value: string, alphabet: string): boolean => [...value].every((c) => alphabet.includes(c));

export const usccCheck = (body: string): string =>
  USCC_ALPHABET.charAt((31 - (weighed(body, USCC_ALPHABET, USCC_WEIGHTS) % 31)) % 31);

/** `X` stands for ten, `0` for eleven. */
export function organizationCheck(body: string): string {
  const check = 11 - (weighed(body, ORGANIZATION_ALPHABET, ORGANIZATION_WEIGHTS) % 11);
  return check === 10 ? 'X' : check === 11 ? '0' : String(check);
}

export function organizationCode(value: string): Reason | null {
  if (value === '') return 'empty';
  if (value.length !== 9) return 'length';
  if (!within(value.slice(0, 8), ORGANIZATION_ALPHABET)) return 'character';
  return value.endsWith(organizationCheck(value)) ? null : 'check_character';
}

export function uscc(value: string): Reason | null {
  if (value === '') return 'empty';
  if (value.length !== 18) return 'length';
  if (!within(value, USCC_ALPHABET)) return 'character';
  if (!value.endsWith(usccCheck(value))) return 'check_character';
  return organizationCode(organizationOf(value)) === null ? null : 'organization_code';
}

/** Positions 9 to 17 of a unified social credit code. */
export const organizationOf = (value: string): string => value.slice(8, 17);

/** Beside its own form, it must be the one in the USCC, once there is a whole one. */
export function organizationWithin(value: string, code: string): Reason | null {
  const own = organizationCode(value);
  if (own !== null || code.length !== 18) return own;
  return organizationOf(code) === value ? null : 'other_than_uscc';
}

/** GS 15-2006, of companies from before the unified code: ISO 7064 mod 11,10 over 14 digits. */
export function registrationNumber(value: string): Reason | null {
  if (value === '') return 'empty';
  if (value.length !== 15) return 'length';
  if (!/^\d*$/.test(value)) return 'character';
  const product = [...value.slice(0, 14)].reduce((held, digit) => (((held + Number(digit)) % 10 || 10) * 2) % 11, 10);
  return Number(value.charAt(14)) === (11 - product) % 10 ? null : 'check_character';
}

/** The unified code, or the registration number from before it. */
export const companyNumber = (value: string): Reason | null =>
  value.length === 15 ? registrationNumber(value) : uscc(value);

/** What people type for a code: full-width and small letters, blanks and the hyphen before the check character. */
export const asCode = (typed: string): string => typed.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
