// Hundredths of a yuan, as they are typed and shown.
import type { Reason } from '../../checks/company';
import type { Fen } from '../../host';

/** Without the unit before or behind it; a Chinese keyboard gives a full stop of its own. */
export const asAmount = (typed: string): string =>
  typed
    .normalize('NFKC')
    .replace(/[\s\u00a5\u5143]/g, '')
    .replace('\u3002', '.');

/** `0.37` -> 37; also `0.5`, and `.37`. */
export function fen(typed: string): Fen | null {
  const parts = /^(\d*)\.(\d{1,2})$/.exec(asAmount(typed));
  return parts ? Number(parts[1] || '0') * 100 + Number((parts[2] ?? '').padEnd(2, '0')) : null;
}

/** Of an amount below one yuan. */
export function amount(typed: string): Reason | null {
  if (asAmount(typed) === '') return 'empty';
  const value = fen(typed);
  if (value === null) return 'format';
  return value >= 1 && value <= 99 ? null : 'range';
}

/** 1 -> `0.01`. */
export const yuan = (amount: Fen): string => `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
