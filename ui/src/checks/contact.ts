// What a person is reached by, the bank card that proves a person, and the code from a message.
import type { Reason } from './company';

export function phone(value: string): Reason | null {
  if (value === '') return 'empty';
  if (value.length !== 11) return 'length';
  return /^1[3-9]\d{9}$/.test(value) ? null : 'character';
}

export function email(value: string): Reason | null {
  if (value === '') return 'empty';
  if (value.length > 254) return 'too_long';
  return /^[!-?A-~]+@(?!-)[!-\-/-?A-~]+(?:\.(?!-)[!-\-/-?A-~]+)+$/.test(value) ? null : 'character';
}

/** ISO/IEC 7812-1 annex B. */
export function luhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (1 + (at % 2));
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** UnionPay begins with 62. */
export function bankCard(value: string): Reason | null {
  if (value === '') return 'empty';
  if (!/^\d*$/.test(value)) return 'character';
  if (value.length < 13 || value.length > 19) return 'length';
  if (!value.startsWith('62')) return 'not_unionpay';
  return luhn(value) ? null : 'check_character';
}

export function code(value: string): Reason | null {
  if (value === '') return 'empty';
  if (value.length !== 6) return 'length';
  return /^\d*$/.test(value) ? null : 'character';
}

/** Digits as people type them: in groups, full-width. */
export const asDigits = (typed: string): string => typed.normalize('NFKC').replace(/[\s-]/g, '');
