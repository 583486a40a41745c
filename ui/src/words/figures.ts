// How figures are written, the same in every language.
import type { Algorithm } from '../host';

export const ALGORITHMS: Record<Algorithm, string> = {
  sm2_sm3: 'SM2 / SM3',
  rsa_sha256: 'RSA / SHA-256',
  rsa_sha1: 'RSA / SHA-1',
  ecdsa_p256_sha256: 'ECDSA P-256 / SHA-256',
};

/** `2026-11-21T20:00:00+08:00` -> `2026-11-21`. Times come in China Standard Time and are shown so. */
export const date = (time: string): string => time.slice(0, 10);

/** `2026-11-21T20:00:00+08:00` -> `2026-11-21 20:00`. */
export const minute = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)}`;

/** `2026-11-21T20:00:00+08:00` -> `2026-11-21 20:00:00`. */
export const second = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 19)}`;

/** Whole days from `now` (milliseconds since 1970) to `until` (RFC 3339), negative once it has passed. */
export const daysLeft = (until: string, now: number): number => Math.floor((Date.parse(until) - now) / 86_400_000);

/** Whole seconds until `until`, never below zero. */
export const secondsLeft = (until: string, now: number): number =>
  Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));

/** 102 -> `1:42`. */
export const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** How many characters the portal leaves at each end. */
const ends = (length: number): number => (length >= 12 ? 4 : Math.min(2, Math.floor(length / 4)));

/** As the portal masks: the first `head` and last `tail` characters, between them a star for each. */
export function masked(text: string, head = ends(text.length), tail = head): string {
  if (text.length <= head + tail) return text;
  return text.slice(0, head) + '*'.repeat(text.length - head - tail) + text.slice(text.length - tail);
}

/** A long number that is no secret, as far as one compares it by eye. */
export const abbreviated = (text: string): string => `${text.slice(0, 8)}…${text.slice(-4)}`;

/** Masked numbers, receipts, days: what is not broken at its hyphens. */
const FIGURE = /([\w@.*-]*\*{2}[\w@.*-]*|[0-9A-Z]+(?:-[0-9A-Z]+)+)/;

/** A text in turns: what stands between the figures, and each figure. */
export const figuresIn = (text: string): { text: string; figure: boolean; mask: boolean }[] =>
  text
    .split(FIGURE)
    .map((part, index) => ({ text: part, figure: index % 2 === 1, mask: part.includes('**') }))
    .filter((part) => part.text !== '');

/** Milliseconds as seconds with one decimal, at least 0.1. */
export const seconds = (milliseconds: number): string => Math.max(0.1, milliseconds / 1000).toFixed(1);

/** The expiry notices come at 90, 30 and 7 days. `null`: not yet worth a word. */
export function expiryStage(days: number): 7 | 30 | 90 | 'expired' | null {
  if (days < 0) return 'expired';
  return ([7, 30, 90] as const).find((stage) => days <= stage) ?? null;
}

/** `20160425`, as documents are entered -> `2016-04-25`. */
export const day = (digits: string): string => `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
