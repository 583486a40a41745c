// Values made by the standards' own rules, and the same values broken in one place: the checks tell them apart.
import { expect, test } from 'vitest';
import * as company from '../src/checks/company';
import * as contact from '../src/checks/contact';
import * as papers from '../src/checks/document';
import * as validity from '../src/checks/validity';

const ROUNDS = 400;
const DIGITS = '0123456789';
const ALNUM = `${DIGITS}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

/** Park and Miller's generator: a failure comes back on every run. */
class Dice {
  constructor(private state: number) {}
  below(end: number): number {
    this.state = (this.state * 48271) % 2147483647;
    return this.state % end;
  }
  of(from: string): string {
    return from.charAt(this.below(from.length));
  }
  text(from: string, length: number): string {
    return Array.from({ length }, () => this.of(from)).join('');
  }
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }
}
const two = (value: number) => String(value).padStart(2, '0');
const daysIn = (year: number, month: number) =>
  [31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
const leap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
function someDay(dice: Dice, least: number, most: number): string {
  const [year, month] = [dice.between(least, most), dice.between(1, 12)];
  return `${year}${two(month)}${two(dice.between(1, daysIn(year, month)))}`;
}
/** One character becomes another one of `from`. */
function broken(dice: Dice, value: string, from: string): string {
  const at = dice.below(value.length);
  const other = [...from].filter((sign) => sign !== value.charAt(at));
  return value.slice(0, at) + other[dice.below(other.length)] + value.slice(at + 1);
}
function repeat(seed: number, round: (dice: Dice) => void): void {
  const dice = new Dice(seed);
  for (let at = 0; at < ROUNDS; at += 1) round(dice);
}

/** ISO 7064 mod 11-2, by the pure recursion of the standard rather than by weights. */
function mod11(body: string): string {
  const product = [...body].reduce((held, digit) => ((held + Number(digit)) * 2) % 11, 0);
  return '0123456789X'.charAt((12 - product) % 11);
}
const TODAY = '20261122';
const citizen = (dice: Dice, birth: string) => {
  const body = `${dice.between(11, 82)}${dice.text(DIGITS, 4)}${birth}${dice.text(DIGITS, 3)}`;
  return body + mod11(body);
};

test('citizen numbers: whole ones pass, a wrong sign never does, and nobody is born tomorrow', () => {
  repeat(11, (dice) => {
    const whole = citizen(dice, someDay(dice, 1850, 2025));
    expect(papers.citizenId(whole, TODAY), whole).toBeNull();
    const wrong = broken(dice, whole, DIGITS);
    expect(papers.citizenId(wrong, TODAY), wrong).toMatch(/^(check_character|birth_date)$/);
    const unborn = citizen(dice, someDay(dice, 2027, 2400));
    expect(papers.citizenId(unborn, TODAY), unborn).toBe('birth_date');
    const neverWas = citizen(dice, `${dice.between(1900, 2020)}02${dice.between(30, 99)}`);
    expect(papers.citizenId(neverWas, TODAY), neverWas).toBe('birth_date');
    expect(papers.citizenId(whole.slice(0, dice.below(18)), TODAY)).toMatch(/^length$/);
    expect(papers.citizenId(dice.of('ABCx') + whole.slice(1), TODAY)).toBe('character');
  });
});

test('a citizen is born today at the latest', () => {
  const born = (day: string) => papers.citizenId(`110105${day}001${mod11(`110105${day}001`)}`, TODAY);
  expect(born(TODAY)).toBeNull();
  expect(born('20261123')).toBe('birth_date');
  // By the calendar of China, whatever the computer's own.
  expect(validity.today(Date.parse('2026-11-22T15:59:59Z'))).toBe('20261122');
  expect(validity.today(Date.parse('2026-11-22T16:00:00Z'))).toBe('20261123');
});

/** GB 11714: 11 minus the weighed sum mod 11. */
function organization(body: string): string {
  const weights = [3, 7, 9, 10, 5, 8, 4, 2];
  const left = weights.reduce((sum, weight, at) => sum + weight * ALNUM.indexOf(body.charAt(at)), 0) % 11;
  return body + (left === 0 ? '0' : left === 1 ? 'X' : String(11 - left));
}

test('organization codes: whole ones pass, a wrong check character never does', () => {
  repeat(12, (dice) => {
    const whole = organization(dice.text(ALNUM, 8));
    expect(company.organizationCode(whole), whole).toBeNull();
    expect(company.asCode(` ${whole.slice(0, 8)}-${whole.slice(8).toLowerCase()} `)).toBe(whole);
    const wrong = whole.slice(0, 8) + broken(dice, whole.slice(8), `${DIGITS}X`);
    expect(company.organizationCode(wrong), wrong).toBe('check_character');
    expect(company.organizationCode(dice.of('-_ax') + whole.slice(1))).toBe('character');
    expect(company.organizationCode(whole + dice.of(ALNUM))).toBe('length');
  });
});

/** The digit that makes the whole divisible by ten, found by trying. */
const luhnDigit = (body: string): string => {
  const sum = (digits: string) =>
    [...digits]
      .reverse()
      .map((digit, at) => (at % 2 === 0 ? Number(digit) : [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][Number(digit)]!))
      .reduce((one, other) => one + other, 0);
  return [...DIGITS].find((last) => sum(body + last) % 10 === 0)!;
};

test('bank cards: UnionPay numbers pass, one wrong digit never does, others are named as such', () => {
  repeat(13, (dice) => {
    const body = `62${dice.text(DIGITS, dice.between(10, 16))}`;
    const whole = body + luhnDigit(body);
    expect(contact.bankCard(whole), whole).toBeNull();
    expect(contact.asDigits(whole.replace(/(.{4})/g, '$1 '))).toBe(whole);
    const wrong = whole.slice(0, 2) + broken(dice, whole.slice(2), DIGITS);
    expect(contact.bankCard(wrong), wrong).toBe('check_character');
    const foreign = `${dice.of('345')}${dice.text(DIGITS, 14)}`;
    expect(contact.bankCard(foreign + luhnDigit(foreign)), foreign).toBe('not_unionpay');
    expect(contact.bankCard(`62${dice.text(DIGITS, dice.of('09') === '0' ? dice.below(11) : 18)}`)).toBe('length');
    expect(contact.bankCard(broken(dice, whole, 'ABC-'))).toBe('character');
  });
});

test('days: those of the calendar pass, all others do not', () => {
  repeat(14, (dice) => {
    const day = someDay(dice, 1900, 2400);
    expect(validity.calendarDate(day), day).toBeNull();
    const [year, month] = [dice.between(1900, 2400), dice.between(1, 12)];
    const after = `${year}${two(month)}${two(daysIn(year, month) + 1)}`;
    expect(validity.calendarDate(after), after).toBe('no_such_day');
    expect(validity.calendarDate(`${year}${two(dice.between(13, 99))}01`)).toBe('no_such_day');
    expect(validity.calendarDate(`${dice.between(1000, 1899)}0101`)).toBe('no_such_day');
    expect(validity.calendarDate(day.slice(0, dice.between(1, 7)))).toBe('length');
    expect(validity.calendarDate(broken(dice, day, '-/.'))).toBe('character');
  });
});

test('an end comes after its beginning, or there is none', () => {
  repeat(15, (dice) => {
    const [one, other] = [someDay(dice, 1900, 2400), someDay(dice, 1900, 2400)];
    const reason = one < other ? null : 'before_start';
    expect(validity.validUntil(one, other), `${one} ${other}`).toBe(reason);
    expect(validity.validUntil(one, validity.LONG_TERM)).toBeNull();
    expect(validity.validUntil(one, one)).toBe('before_start');
    // An end is judged by itself while the beginning is not one yet.
    expect(validity.validUntil('', other)).toBeNull();
  });
});

test('phones: eleven digits of a mobile network', () => {
  repeat(16, (dice) => {
    const whole = `1${dice.of('3456789')}${dice.text(DIGITS, 9)}`;
    expect(contact.phone(whole), whole).toBeNull();
    expect(contact.asDigits(`${whole.slice(0, 3)} ${whole.slice(3, 7)}-${whole.slice(7)}`)).toBe(whole);
    expect(contact.phone(`1${dice.of('012')}${whole.slice(2)}`)).toBe('character');
    expect(contact.phone(dice.of('023456789') + whole.slice(1))).toBe('character');
    expect(contact.phone(broken(dice, whole, '+x.'))).toBe('character');
    expect(contact.phone(whole.slice(0, dice.between(1, 10)))).toBe('length');
    expect(contact.phone(whole + dice.of(DIGITS))).toBe('length');
  });
});

test('e-mail addresses: a name, one @ and a domain of two labels or more', () => {
  const signs = `${DIGITS}abcdefghijklmnopqrstuvwxyz`;
  repeat(17, (dice) => {
    const label = () => dice.of(signs) + dice.text(`${signs}-`, dice.below(8)) + dice.of(signs);
    const name = dice.text(`${signs}._+`, dice.between(1, 20));
    const domain = Array.from({ length: dice.between(2, 4) }, label).join('.');
    expect(contact.email(`${name}@${domain}`), `${name}@${domain}`).toBeNull();
    for (const wrong of [`${name}${domain}`, `@${domain}`, `${name}@`, `${name}@${label()}`, `${name}@@${domain}`]) {
      expect(contact.email(wrong), wrong).toBe('character');
    }
    for (const wrong of [
      `${name}@${domain}.`,
      `${name}@.${domain}`,
      `${name}@-${domain}`,
      `${name} @${domain}`,
      `汉@${domain}`,
    ]) {
      expect(contact.email(wrong), wrong).toBe('character');
    }
    expect(contact.email(`${name.padEnd(250, 'x')}@${domain}`)).toBe('too_long');
  });
});
