// One line of official text, as the core accepts it.
import type { Reason } from './company';

/** Controls, and signs that print nothing or turn the reading direction. */
const INVISIBLE =
  /[\p{Cc}\p{Zl}\p{Zp}\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB]/u;

export function line(value: string, max: number): Reason | null {
  if (value === '') return 'empty';
  if ([...value].length > max) return 'too_long';
  return INVISIBLE.test(value) ? 'invisible_character' : null;
}

export const companyName = (value: string): Reason | null => line(value, 120);
export const address = (value: string): Reason | null => (value === '' ? null : line(value, 200));
export const account = (value: string): Reason | null => line(value, 64);
export const personName = (value: string): Reason | null => ([...value].length === 1 ? 'length' : line(value, 60));

/** What a keyboard leaves at the ends is nobody's name. */
export const asLine = (typed: string): string => typed.normalize('NFC').trim();
