import { expect, test } from 'vitest';
import type { Fault, FileFlaw, LibraryFlaw, Refusal, Slot } from '../src/host';
import { certifyWords, faultTitle, LANGUAGES, say, type Held } from '../src/words';

const FIGURES = {
  reader: 'R-00', scard: 'SCARD_F_COMM_ERROR', atr: '3b 00', command: 'PSO', status: '6A82', object: 'EF.DIR',
  reason: 'length', min: 6, max: 8, tries_left: 3, from: '2027-01-01T00:00:00+08:00',
  until: '2026-01-01T00:00:00+08:00', certificate: 'MA0T3K1X0', account: '34801880X', oid: '1.2.3', seconds: 30,
  field: 'company', row: 7, place: 'flow', library: 'libx.so', call: 'C_Login', answer: 'CKR_X', issuer: 'CA',
  bank: 'ccb', address: 'https://bank.example.cn', register: 'ctid',
}; // prettier-ignore

const REASONS: Refusal[] = [
  'cert_expired', 'cert_revoked', 'cert_untrusted', 'cert_other_enterprise', 'signature_invalid',
  'challenge_expired', 'challenge_reused', 'card_already_bound', 'id_duplicate', 'enterprise_not_found',
  'legal_person_mismatch', 'validity_mismatch', 'sms_wrong', 'sms_too_many', 'sms_expired', 'enterprise_mismatch',
  'too_many_changes', 'not_in_ctid', 'bank_card_mismatch', 'name_taken', 'contact_taken',
  'phone_mismatch', 'face_mismatch', 'picture_quality', 'picture_side', 'picture_unreadable', 'picture_mismatch',
  'liveness_failed', 'holder_mismatch', 'amount_wrong', 'amount_too_many', 'account_mismatch', 'letter_refused',
  'ticket_expired', 'ticket_used', 'phone_cancelled', 'person_unknown', 'matter_mismatch', 'duties_missing',
  'identity_mismatch',
]; // prettier-ignore
const FILE_FLAWS: FileFlaw[] = [
  'empty', 'too_large', 'type', 'too_many_pixels', 'too_small', 'damaged', 'active_content', 'locked',
]; // prettier-ignore
const SLOTS: Slot[] = ['id_front', 'id_back', 'letter', 'face'];
const FLAWS: LibraryFlaw[] = [
  'not_absolute', 'not_a_file', 'beside_program', 'not_a_library', 'thirty_two_bit', 'other_architecture',
  'other_system', 'changed', 'not_approved', 'no_entry_points',
]; // prettier-ignore
/** What the core's values are refused for: core/src/domain. */
const FLAWS_OF: Record<string, string[]> = {
  uscc: ['length', 'character', 'check_character', 'organization_code'],
  organization_code: ['length', 'character', 'check_character', 'other_than_uscc'],
  document_number: ['empty', 'length', 'character', 'check_character', 'birth_date', 'passport_not_prc'],
  date: ['length', 'character', 'no_such_day'],
  valid_from: ['length', 'character', 'no_such_day'],
  valid_until: ['length', 'character', 'no_such_day', 'before_start', 'over'],
  password: ['length', 'same'],
  document_kind: ['id_card_only'],
  phone: ['length', 'character'],
  email: ['empty', 'too_long', 'character'],
  bank_card: ['length', 'character', 'not_unionpay', 'check_character'],
  code: ['length', 'character'],
  person_name: ['empty', 'length', 'too_long', 'invisible_character', 'blank_at_the_end', 'not_normalised'],
  company_name: ['empty', 'too_long'],
  address: ['empty', 'too_long'],
  account: ['empty', 'too_long'],
  country: ['character'],
  region: ['unknown'],
  citizen_id: ['length', 'character', 'check_character', 'birth_date'],
};
const HELD: Held[] = ['card', 'ukey'];
type Words = (typeof LANGUAGES)[keyof typeof LANGUAGES];
const everyFault = (words: Words) =>
  HELD.flatMap((held) => Object.keys(words.faults).map((fault) => [fault, held] as const));

for (const [code, words] of Object.entries(LANGUAGES)) {
  test(`${code}: every fault says what happened, why and what next, with its figures`, () => {
    for (const [fault, held] of everyFault(words)) {
      const said = say(words, { ...FIGURES, code: fault } as unknown as Fault, held);
      for (const part of [said.title, said.why, said.next]) {
        expect(part, fault).not.toMatch(/undefined|null|NaN|\[object/);
        expect(part.length, fault).toBeGreaterThan(1);
      }
    }
  });

  test(`${code}: a fault's title stands without its figures, for the journal`, () => {
    for (const [fault, held] of everyFault(words)) {
      if (fault !== 'pin_format') expect(faultTitle(words, fault, held), fault).not.toMatch(/undefined|NaN/);
    }
    expect(faultTitle(words, 'of_a_later_version')).toBe('of_a_later_version');
  });

  test(`${code}: every refusal of the portal has words of its own`, () => {
    const titles = REASONS.map((reason) => say(words, { code: 'proof_refused', reason }).title);
    expect(new Set(titles).size).toBe(REASONS.length);
  });

  test(`${code}: every refusal of data has words of its own, and says where one goes on`, () => {
    const said = REASONS.map((reason) => say(words, { code: 'data_refused', reason }));
    expect(new Set(said.map(({ title }) => title)).size).toBe(REASONS.length);
    const on = (reason: Refusal) => say(words, { code: 'data_refused', reason }).next;
    for (const reason of ['validity_mismatch', 'not_in_ctid'] as const) {
      expect(on(reason)).toMatch(/CTID/);
      expect(on(reason)).toMatch(/银行卡|bank card/);
    }
  });

  test(`${code}: every field and reason of the program has words`, () => {
    for (const [field, reasons] of Object.entries(FLAWS_OF)) {
      expect(words.fields[field], field).toBeTruthy();
      for (const reason of reasons) expect(words.flaw(field, reason), `${field} ${reason}`).not.toBe(reason);
    }
  });

  test(`${code}: what one has to wait is told in minutes and seconds`, () => {
    const why = (seconds: number) => say(words, { code: 'sign_in_locked', seconds }).why;
    expect(why(870)).toMatch(/14 (分|min) ?30 (秒|s)/);
    expect(why(900)).toMatch(/15 (分钟|min)/);
    expect(why(45)).toMatch(/45 (秒|s)/);
    expect(why(900)).not.toMatch(/ 0 /);
  });

  test(`${code}: every flaw of a library has words of its own, with the file's name`, () => {
    const said = FLAWS.map((reason) => say(words, { code: 'library_refused', library: 'libx.so', reason }, 'ukey'));
    expect(new Set(said.map(({ title }) => title)).size).toBe(FLAWS.length);
    for (const { why } of said) expect(why).toContain('libx.so');
  });

  test(`${code}: every flaw of a file is told of each picture, with a way on`, () => {
    const of = (slot: Slot) => FILE_FLAWS.map((reason) => say(words, { code: 'file_unusable', slot, reason }));
    expect(new Set(of('id_front').map(({ why, next }) => why + next)).size).toBe(FILE_FLAWS.length);
    expect(new Set(SLOTS.map((slot) => of(slot)[0]?.title)).size).toBe(SLOTS.length);
  });

  test(`${code}: of a UKey nothing is told in a card's words`, () => {
    const cards = code === 'zh-CN' ? /卡[^片住死]|卡片|取出|读卡器/ : /\bcards?\b|card office|\breader\b/i;
    const told = [
      ...Object.keys(words.faults)
        .filter(
          (fault) => !fault.startsWith('card_service') && !/^(proof|data)_refused$|^register_unavailable$/.test(fault),
        )
        .map((fault) => say(words, { ...FIGURES, reader: 'x', code: fault } as unknown as Fault, 'ukey')),
      ...REASONS.filter(
        (reason) =>
          !/^(legal|validity|sms|not_in|bank_card|too_many|name|enterprise_mis|picture|phone|identity)/.test(reason),
      ).map((reason) => say(words, { code: 'proof_refused', reason }, 'ukey')),
    ];
    for (const said of told) expect(Object.values(said).join(' ')).not.toMatch(cards);
    for (const said of texts(certifyWords(words, 'ukey'))) expect(said).not.toMatch(cards);
  });

  test(`${code}: a driver that does not tell why is not called a wrong PIN`, () => {
    const silent = {
      code: 'library_silent',
      library: 'libx.so',
      call: 'C_Login',
      answer: 'CKR_GENERAL_ERROR',
    } as const;
    const said = Object.values(say(words, silent, 'ukey')).join(' ');
    expect(said).toContain('CKR_GENERAL_ERROR');
    expect(said).toMatch(code === 'zh-CN' ? /可能已占用一次密码机会/ : /A PIN try may have been used/);
    expect(said).not.toMatch(/不对|wrong/i);
  });

  test(`${code}: a driver that died says so of a PIN try only where one was on its way`, () => {
    const died = (call: string) => say(words, { code: 'library_crashed', library: 'libx.so', call }, 'ukey').why;
    const spent = code === 'zh-CN' ? '密码机会' : 'PIN try';
    const sending = ['C_Login', 'SKF_VerifyPIN', 'SKF_ChangePIN', 'C_SetPIN', 'C_Sign', 'sign', 'change_pin'];
    for (const call of sending) expect(died(call), call).toContain(spent);
    const others = ['C_Initialize', 'SKF_EnumDev', 'SKF_GetPINInfo', 'pin_state', 'load'];
    for (const call of others) expect(died(call), call).not.toContain(spent);
  });

  test(`${code}: what a driver was about when it died is told in words`, () => {
    for (const call of ['load', 'list', 'watch', 'open', 'pin_state', 'sign', 'change_pin']) {
      const { why } = say(words, { code: 'library_crashed', library: 'libx.so', call }, 'ukey');
      expect(why, call).not.toMatch(new RegExp(`\\b${call}\\b`));
    }
  });

  test(`${code}: a fault of a newer program is still told`, () => {
    const said = say(words, { code: 'of_a_later_version' } as unknown as Fault);
    expect(said.why).toContain('of_a_later_version');
  });
}

/** Every text, with figures put in where it takes some; what a UKey never shows is left out. */
function texts(words: unknown, key = ''): string[] {
  if (key === 'cardNumber') return [];
  if (typeof words === 'string') return [words];
  if (typeof words === 'function') return [String(words('1', '2'))];
  return Object.entries(words as object).flatMap(([name, inner]) => texts(inner, name));
}

test('English figures agree in number', () => {
  const en = LANGUAGES['en-US'];
  expect(say(en, { code: 'pin_wrong', tries_left: 1 }).title).toBe('Wrong PIN, 1 try left');
  expect(say(en, { code: 'pin_wrong', tries_left: 4 }).title).toBe('Wrong PIN, 4 tries left');
  expect(say(en, { code: 'pin_wrong', tries_left: null }).title).toBe('Wrong PIN');
});

test('the result is told in the words of the Single Window', () => {
  const { certify, certifyUkey } = LANGUAGES['zh-CN'];
  expect(`${certify.done.title} ${certify.done.lead}`).toBe('IC 认证成功! 您需要退出所有应用后, 重新登录才能生效。');
  expect(certifyUkey.done.title).toBe('认证结果: 已通过企业实名认证!');
});
