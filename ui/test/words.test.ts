import { expect, test } from 'vitest';
import type { Fault, Refusal } from '../src/host';
import { faultTitle, LANGUAGES, say } from '../src/words';

const FIGURES = {
  reader: 'R-00', scard: 'SCARD_F_COMM_ERROR', atr: '3b 00', command: 'PSO', status: '6A82', object: 'EF.DIR',
  reason: 'length', min: 6, max: 8, tries_left: 3, from: '2027-01-01T00:00:00+08:00',
  until: '2026-01-01T00:00:00+08:00', certificate: 'MA0T3K1X0', account: '34801880X', oid: '1.2.3', seconds: 30,
  field: 'company', row: 7, place: 'flow',
}; // prettier-ignore

for (const [code, words] of Object.entries(LANGUAGES)) {
  test(`${code}: every fault says what happened, why and what next, with its figures`, () => {
    for (const fault of Object.keys(words.faults)) {
      const said = say(words, { ...FIGURES, code: fault } as unknown as Fault);
      for (const part of [said.title, said.why, said.next]) {
        expect(part, fault).not.toMatch(/undefined|null|NaN|\[object/);
        expect(part.length, fault).toBeGreaterThan(1);
      }
    }
  });

  test(`${code}: a fault's title stands without its figures, for the journal`, () => {
    for (const fault of Object.keys(words.faults)) {
      if (fault !== 'pin_format') expect(faultTitle(words, fault), fault).not.toMatch(/undefined|NaN/);
    }
    expect(faultTitle(words, 'of_a_later_version')).toBe('of_a_later_version');
  });

  test(`${code}: every refusal of the portal has words of its own`, () => {
    const reasons: Refusal[] = [
      'cert_expired', 'cert_revoked', 'cert_untrusted', 'cert_other_enterprise', 'signature_invalid',
      'challenge_expired', 'challenge_reused', 'card_already_bound', 'id_duplicate', 'enterprise_not_found',
      'legal_person_mismatch', 'validity_mismatch', 'sms_wrong', 'sms_too_many',
    ]; // prettier-ignore
    const titles = reasons.map((reason) => say(words, { code: 'proof_refused', reason }).title);
    expect(new Set(titles).size).toBe(reasons.length);
  });

  test(`${code}: a fault of a newer program is still told`, () => {
    const said = say(words, { code: 'of_a_later_version' } as unknown as Fault);
    expect(said.why).toContain('of_a_later_version');
  });
}

test('English figures agree in number', () => {
  const en = LANGUAGES['en-US'];
  expect(say(en, { code: 'pin_wrong', tries_left: 1 }).title).toBe('Wrong PIN, 1 try left');
  expect(say(en, { code: 'pin_wrong', tries_left: 4 }).title).toBe('Wrong PIN, 4 tries left');
  expect(say(en, { code: 'pin_wrong', tries_left: null }).title).toBe('Wrong PIN');
});

test('the result is told in the words of the Single Window', () => {
  const { done } = LANGUAGES['zh-CN'].certify;
  expect(`${done.title} ${done.lead}`).toBe('IC 认证成功! 您需要退出所有应用后, 重新登录才能生效。');
});
