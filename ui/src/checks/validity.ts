// Dates on documents: YYYYMMDD; an end of 00000000 is none.
import type { Reason } from './company';

export const LONG_TERM = '00000000';

/** The day that documents go by: China's, whatever this computer's own. */
export const today = (now: number = Date.now()): string =>
  new Date(now + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');

export function realDay(value: string, earliest: number): boolean {
  const [year, month, day] = [value.slice(0, 4), value.slice(4, 6), value.slice(6)].map(Number) as [
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return year >= earliest && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

export function calendarDate(value: string): Reason | null {
  if (value === '') return 'empty';
  if (!/^\d*$/.test(value)) return 'character';
  if (value.length !== 8) return 'length';
  return realDay(value, 1900) ? null : 'no_such_day';
}

export function validUntil(from: string, until: string): Reason | null {
  if (until === LONG_TERM) return null;
  const own = calendarDate(until);
  if (own !== null || calendarDate(from) !== null) return own;
  return until <= from ? 'before_start' : null;
}

/** ID cards run 5, 10 or 20 years, or do not end. Another span is worth a second look, no more. */
export function usualSpan(from: string, until: string): boolean {
  if (until === LONG_TERM || validUntil(from, until) !== null || calendarDate(from) !== null) return true;
  const years = Number(until.slice(0, 4)) - Number(from.slice(0, 4));
  return [5, 10, 20].includes(years) && from.slice(4) === until.slice(4);
}
