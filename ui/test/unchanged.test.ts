import { expect, test } from 'vitest';
import { keepUnchanged } from '../src/host/unchanged';

test('what is equal is the object that was there', () => {
  const before = { a: [1, { b: null }], c: { d: 'x' } };
  expect(keepUnchanged(before, structuredClone(before))).toBe(before);
});

test('only what leads to a change is new', () => {
  const before = { fault: { code: 'pin_wrong', tries_left: 4 }, readers: [{ name: 'A' }, { name: 'B' }] };
  const next = { fault: { code: 'pin_wrong', tries_left: 4 }, readers: [{ name: 'A' }, { name: 'C' }] };
  const kept = keepUnchanged(before, next);
  expect(kept).toEqual(next);
  expect(kept.fault).toBe(before.fault);
  expect(kept.readers).not.toBe(before.readers);
  expect(kept.readers[0]).toBe(before.readers[0]);
});

test.each([
  [null, { a: 1 }],
  [{ a: 1 }, null],
  [{ a: 1, b: 2 }, { a: 1 }],
  [{ a: 1 }, { a: 1, b: undefined }],
  [{ a: undefined }, { b: undefined }],
  [[1, 2], [1]],
  [[], {}],
  [{}, []],
  [{ 0: 1 }, [1]],
  [0, -0],
  ['1', 1],
])('%j and then %j is the second', (before, next) => {
  expect(keepUnchanged(before, next)).toStrictEqual(next);
});
