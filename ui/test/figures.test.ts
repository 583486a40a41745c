import { expect, test } from 'vitest';
import {
  clock,
  date,
  daysLeft,
  expiryStage,
  figuresIn,
  masked,
  minute,
  second,
  seconds,
  secondsLeft,
} from '../src/words/figures';

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

test('a number is masked as the portal does it', () => {
  expect(masked('11010519491231002X')).toBe('1101**********002X');
  expect(masked('E12345678')).toBe('E1*****78');
  expect(masked('abc')).toBe('***');
  expect(masked('19900008878', 3, 4)).toBe('199****8878');
  expect(masked('1990', 3, 4)).toBe('1990');
});

test('receipts, days and masked numbers are found in a text, words are not', () => {
  const figures = (text: string) => figuresIn(text).flatMap((part) => (part.figure ? [part.text] : []));
  expect(figures('已通过 (2026-11-22)。回执 SW-2026-000001。')).toEqual(['2026-11-22', 'SW-2026-000001']);
  expect(figures('居民身份证 1101**********002X (不改)')).toEqual(['1101**********002X']);
  expect(figures('卡号 03-S****4724')).toEqual(['03-S****4724']);
  expect(figures('已发到 lish*******e.cn, 5 分钟内有效。')).toEqual(['lish*******e.cn']);
  expect(figures('The IC card is well-known: 5 * 3.')).toEqual([]);
  expect(figuresIn('').map((part) => part.text)).toEqual([]);
});

test('spent time is told in seconds, never as nothing', () => {
  expect([312, 1840, 4].map(seconds)).toEqual(['0.3', '1.8', '0.1']);
});
