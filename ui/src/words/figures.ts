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

/** The first `head` and last `tail` characters; what lies between is dotted, whatever its length. */
export function masked(text: string, head = 4, tail = 4): string {
  if (text.length <= head + tail) return text;
  return `${text.slice(0, head)}••••${text.slice(text.length - tail)}`;
}

/** Milliseconds as seconds with one decimal, at least 0.1. */
export const seconds = (milliseconds: number): string => Math.max(0.1, milliseconds / 1000).toFixed(1);

/** The expiry notices come at 90, 30 and 7 days. `null`: not yet worth a word. */
export function expiryStage(days: number): 7 | 30 | 90 | 'expired' | null {
  if (days < 0) return 'expired';
  return ([7, 30, 90] as const).find((stage) => days <= stage) ?? null;
}

/** `20160425`, as documents are entered -> `2016-04-25`. */
export const day = (digits: string): string => `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
