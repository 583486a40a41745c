// Identity documents: GB 11643-1999 and the forms of the other kinds.
import type { DocumentKind } from '../host';
import type { Reason } from './company';
import { realDay, today } from './validity';

export const KINDS: DocumentKind[] = [
  'id_card',
  'passport',
  'home_return_permit',
  'taiwan_permit',
  'foreign_permanent_residence',
];

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/** ISO 7064 mod 11-2. */
const CHECK = '10X98765432';

export const citizenCheck = (body: string): string =>
  CHECK.charAt(WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(body.charAt(at)), 0) % 11);

/** `now`: the day of today, on which one may have been born. */
export function citizenId(value: string, now: string = today()): Reason | null {
  if (value.length !== 18) return 'length';
  if (!/^\d{17}[\dX]$/.test(value)) return 'character';
  if (!value.endsWith(citizenCheck(value))) return 'check_character';
  const birth = value.slice(6, 14);
  return realDay(birth, 1850) && birth <= now ? null : 'birth_date';
}

/** Ordinary ones begin with E or G, official ones with D, S or P: a letter and 8 digits, or two and 7. */
const PRC_PASSPORT = /^(?:[EGDSP]\d{8}|[EGDSP][A-Z]\d{7})$/;

export function documentNumber(kind: DocumentKind, value: string): Reason | null {
  if (value === '') return 'empty';
  switch (kind) {
    case 'id_card':
      return citizenId(value);
    case 'passport':
      return PRC_PASSPORT.test(value) ? null : 'passport_not_prc';
    case 'home_return_permit':
      if (!/^[HM]\d*$/.test(value)) return 'character';
      return [9, 11].includes(value.length) ? null : 'length';
    case 'taiwan_permit':
      if (!/^\d*$/.test(value)) return 'character';
      return value.length === 8 ? null : 'length';
    case 'foreign_permanent_residence':
      return value.startsWith('9') ? citizenId(value) : 'character';
  }
}
