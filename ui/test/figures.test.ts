import { expect, test } from 'vitest';
import { clock, date, daysLeft, expiryStage, masked, minute, second, seconds, secondsLeft } from '../src/words/figures';

const NOON = Date.parse('2026-11-21T12:00:00+08:00');

test('times are shown as they come, in China Standard Time', () => {
  const time = '2026-11-21T20:05:09+08:00';
  expect([date(time), minute(time), second(time)]).toEqual(['2026-11-21', '2026-11-21 20:05', '2026-11-21 20:05:09']);
});

test('days left are whole days, negative after the end', () => {
  expect(daysLeft('2026-12-21T12:00:00+08:00', NOON)).toBe(30);
  expect(daysLeft('2026-11-22T11:59:59+08:00', NOON)).toBe(0);
  expect(daysLeft('2026-11-21T11:59:59+08:00', NOON)).toBe(-1);
});

test('expiry is told at 90, 30 and 7 days and after the end', () => {
  expect([91, 90, 31, 30, 8, 7, 0, -1].map(expiryStage)).toEqual([null, 90, 90, 30, 30, 7, 7, 'expired']);
});

test('the clock counts down to zero and stays there', () => {
  expect(secondsLeft('2026-11-21T12:01:42+08:00', NOON)).toBe(102);
  expect(secondsLeft('2026-11-21T11:00:00+08:00', NOON)).toBe(0);
  expect([102, 60, 9, 0].map(clock)).toEqual(['1:42', '1:00', '0:09', '0:00']);
});

test('a masked number tells neither its middle nor its length', () => {
  expect(masked('03TS000000000752')).toBe('03TS••••0752');
  expect(masked('03TS00000000000000752')).toBe('03TS••••0752');
  expect(masked('12345678')).toBe('12345678');
});

test('spent time is told in seconds, never as nothing', () => {
  expect([312, 1840, 4].map(seconds)).toEqual(['0.3', '1.8', '0.1']);
});
