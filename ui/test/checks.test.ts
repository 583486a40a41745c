import { expect, test } from 'vitest';
import * as company from '../src/checks/company';
import * as contact from '../src/checks/contact';
import * as papers from '../src/checks/document';
import * as text from '../src/checks/text';
import * as validity from '../src/checks/validity';

/** A small generator with a fixed seed: a failure comes back on every run. */
function random(seed = 7) {
  let state = seed;
  return (below: number) => ((state = (state * 48271) % 2147483647), state % below);
}
const pick = (next: (below: number) => number, from: string, count: number) =>
  Array.from({ length: count }, () => from.charAt(next(from.length))).join('');

test('the vectors of the standards', () => {
  expect(company.usccCheck('91350100M000100Y4')).toBe('3');
  expect(company.uscc('91350100M000100Y43')).toBeNull();
  expect(company.usccCheck('9113000034801880X')).toBe('B');
  expect(company.uscc('9113000034801880XB')).toBeNull();
  expect(company.organizationCode('34801880X')).toBeNull();
  expect(company.organizationOf('9113000034801880XB')).toBe('34801880X');
  expect(papers.citizenCheck('11010519491231002')).toBe('X');
  expect(papers.citizenId('440524188001010014')).toBeNull();
  expect(contact.luhn('6212345678901234569')).toBe(true);
});

test('the sample of the manual is refused with the reason, and why is both', () => {
  expect(company.uscc('DYCK12345671234567')).toBe('check_character');
  expect(company.usccCheck('DYCK1234567123456')).toBe('A');
  expect(company.organizationCheck('56712345')).toBe('8');
});

test('codes say which rule they break', () => {
  expect(company.uscc('')).toBe('empty');
  expect(company.uscc('9113000034801880X')).toBe('length');
  expect(company.uscc('9113000034801880XI')).toBe('character');
  expect(company.organizationCode('34801880-X')).toBe('length');
  expect(company.organizationCode('348018801')).toBe('check_character');
  expect(company.organizationWithin('MA0T3K1X0', '9113000034801880XB')).toBe('other_than_uscc');
  expect(company.organizationWithin('34801880X', '9113000034801880XB')).toBeNull();
  expect(company.asCode(' 34801880-x')).toBe('34801880X');
});

test('one wrong character in a code is always noticed', () => {
  const next = random();
  const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  for (let round = 0; round < 300; round += 1) {
    const organization = pick(next, alphabet, 8);
    const body = `91${pick(next, '0123456789', 6)}${organization}${company.organizationCheck(organization)}`;
    const whole = body + company.usccCheck(body);
    expect(company.uscc(whole), whole).toBeNull();
    const at = next(18);
    const other = alphabet.charAt(next(31));
    const changed = whole.slice(0, at) + other + whole.slice(at + 1);
    expect(company.uscc(changed) === null, changed).toBe(changed === whole);
  }
});

test('documents by kind', () => {
  const reasons = [
    ['id_card', '11010519491231002X', null],
    ['id_card', '110105194912310021', 'check_character'],
    ['id_card', '11010519491231002', 'length'],
    ['id_card', '1101051949123100AX', 'character'],
    ['passport', 'E12345678', null],
    ['passport', 'EA1234567', null],
    ['passport', 'X12345678', 'passport_not_prc'],
    ['passport', '123456789', 'passport_not_prc'],
    ['home_return_permit', 'H12345678', null],
    ['home_return_permit', 'M1234567890', null],
    ['home_return_permit', 'H123456789', 'length'],
    ['home_return_permit', 'K12345678', 'character'],
    ['taiwan_permit', '12345678', null],
    ['taiwan_permit', '1234567', 'length'],
    ['foreign_permanent_residence', '11010519491231002X', 'character'],
  ] as const;
  for (const [kind, number, reason] of reasons) expect(papers.documentNumber(kind, number), number).toBe(reason);
  for (const kind of papers.KINDS) expect(papers.documentNumber(kind, '')).toBe('empty');
});

test('an ID number with a birthday that never was is refused', () => {
  const body = '11010519490231002';
  expect(papers.citizenId(body + papers.citizenCheck(body))).toBe('birth_date');
});

test('validity: real days, in order; long-term; a span that is not usual', () => {
  expect(validity.calendarDate('20240229')).toBeNull();
  expect(validity.calendarDate('20230229')).toBe('no_such_day');
  expect(validity.calendarDate('2024-2-9')).toBe('character');
  expect(validity.calendarDate('202402')).toBe('length');
  expect(validity.calendarDate(validity.LONG_TERM)).toBe('no_such_day');
  expect(validity.validUntil('20160425', '20360425')).toBeNull();
  expect(validity.validUntil('20160425', '20160425')).toBe('before_start');
  expect(validity.validUntil('20160425', validity.LONG_TERM)).toBeNull();
  expect(validity.usualSpan('20160425', '20360425')).toBe(true);
  expect(validity.usualSpan('20160425', '20280425')).toBe(false);
  expect(validity.usualSpan('20160425', validity.LONG_TERM)).toBe(true);
});

test('contacts, cards and codes', () => {
  expect(contact.phone('19900001234')).toBeNull();
  expect(contact.phone('1990000123')).toBe('length');
  expect(contact.phone('12900001234')).toBe('character');
  for (const good of ['a@b.cn', 'a.b+c@my-mail.example.cn']) expect(contact.email(good), good).toBeNull();
  for (const bad of ['a', 'a@b', 'a@@b.cn', 'a b@c.cn', '@b.cn', 'a@.cn', 'a@-b.cn', 'a@b..cn', 'é@b.cn'])
    expect(contact.email(bad), bad).toBe('character');
  expect(contact.bankCard('6212345678901234569')).toBeNull();
  expect(contact.bankCard('6212345678901234568')).toBe('check_character');
  expect(contact.bankCard('4111111111111111')).toBe('not_unionpay');
  expect(contact.bankCard('62123456789')).toBe('length');
  expect(contact.asDigits('6212 3456-7890')).toBe('621234567890');
  expect(contact.code('12345')).toBe('length');
  expect(contact.code('12345a')).toBe('character');
  expect(contact.code('012345')).toBeNull();
});

test('lines of text', () => {
  expect(text.companyName('x'.repeat(121))).toBe('too_long');
  expect(text.companyName('a\u200bb')).toBe('invisible_character');
  expect(text.personName('李')).toBe('length');
  expect(text.personName('李示')).toBeNull();
  expect(text.address('')).toBeNull();
  expect(text.asLine('  海河 ')).toBe('海河');
});
