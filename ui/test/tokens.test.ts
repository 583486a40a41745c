import { expect, test } from 'vitest';
import type { Bank, CertificateFacts, Library, Reader, TokenInfo } from '../src/host';
import { VIEWS } from '../src/host/fixture';
import { compare, groups, inOrder, runs, waits } from '../src/screens/banks';
import { choices, fitness, nameOf, portReaders, readersOf, summary } from '../src/screens/tokens';
import { LANGUAGES } from '../src/words';

const NOW = Date.parse('2026-11-22T12:00:00+08:00');
const zh = LANGUAGES['zh-CN'];
const base = VIEWS['ukey-hand-many']!;
const company = base.session!.profile.company;
const [ccb, abc] = base.banks as [Bank, Bank];
const token = (state: Reader['state']): TokenInfo => (state as Extract<Reader['state'], { kind: 'token' }>).token;
const [ukey] = base.tokens.readers.map(({ state }) => token(state)) as [TokenInfo];
const card = token(VIEWS['centre']!.tokens.readers[0]!.state);
const facts: CertificateFacts = ukey.identities[0]!.certificate;
const reader = (its: TokenInfo): Reader => ({
  name: its.reader,
  library: its.library,
  state: { kind: 'token', token: its },
});

test('a certificate fits for the company and the bank that issued it, in force and for signing', () => {
  expect(fitness(facts, company, NOW, ccb)).toBe('fits');
  expect(fitness(facts, company, NOW, abc)).toBe('other_bank');
  expect(fitness(facts, company, NOW)).toBe('fits');
  expect(fitness({ ...facts, issuer: `${ccb.issuers[0]} ` }, company, NOW, ccb)).toBe('other_bank');
  expect(fitness({ ...facts, organization_code: '34801880X' }, company, NOW, ccb)).toBe('other_company');
  expect(fitness({ ...facts, organization_code: null }, company, NOW, ccb)).toBe('no_company');
  expect(fitness({ ...facts, may_sign: false }, company, NOW, ccb)).toBe('usage');
  expect(fitness({ ...facts, valid_until: '2026-11-22T11:59:59+08:00' }, company, NOW, ccb)).toBe('expired');
  expect(fitness({ ...facts, valid_from: '2026-11-23T00:00:00+08:00' }, company, NOW, ccb)).toBe('not_yet');
});

test('a UKey is never a choice among cards, nor a card among UKeys', () => {
  const tokens = { service: null, readers: [reader(card), reader(ukey)] };
  expect(choices(readersOf(tokens, 'card'), company, NOW).map((choice) => choice.token.id)).toEqual([card.id]);
  expect(choices(readersOf(tokens, 'ukey'), company, NOW).map((choice) => choice.token.id)).toEqual([ukey.id]);
});

test('the electronic port’s own UKey is a choice among cards, a bank’s is none', () => {
  const own = { ...ukey, id: 'w1.2/skf:1', kind: 'unknown' as const };
  const tokens = { service: null, readers: [reader(ukey), reader(card), reader(own)] };
  const offered = choices(portReaders(tokens), company, NOW).map((choice) => choice.token.id);
  expect(offered).toEqual([card.id, own.id]);
  expect([nameOf(own, zh), nameOf(ukey, zh)]).toEqual(['电子口岸 UKey', '银行 UKey']);
});

test('the chip counts cards and UKeys, each by its name', () => {
  const of = (...readers: Reader[]) => summary({ service: null, readers }, zh).text;
  const other = reader({ ...ukey, id: 'w1.2/skf:1' });
  expect(of()).toBe('没有读卡器');
  expect(of(reader(ukey))).toBe('银行 UKey · 海河示范进出口有限公司');
  expect(of(reader(card), { ...reader(card), name: 'R-01' })).toBe('已插入 2 张卡');
  expect(of(reader(ukey), other)).toBe('已插入 2 个 UKey');
  expect(of(reader(card), reader(ukey), other)).toBe('已插入 1 张卡和 2 个 UKey');
});

test('a UKey is told also where the smart-card service does not run', () => {
  const stopped = { service: { code: 'card_service_stopped' } as const, readers: [reader(ukey)] };
  expect(summary(stopped, zh).good).toBe(true);
  expect(summary(stopped, zh, 'card').text).toBe('智能卡服务没有运行');
  expect(summary({ ...stopped, readers: [] }, zh, 'ukey').text).toBe('没有插 UKey');
});

test('the comparison has every field, and what differs with both its sides', () => {
  const same = compare(company, []);
  expect(same.map(({ field }) => field)).toEqual(['name', 'organization_code', 'uscc']);
  expect(same.every((row) => row.same && row.statement === row.account)).toBe(true);
  const rows = compare(company, [
    { field: 'name', statement: '曾用名', account: company.name },
    { field: 'address', statement: 'a', account: 'b' },
  ]);
  expect(rows.filter((row) => !row.same)).toEqual([
    { field: 'name', statement: '曾用名', account: company.name, same: false },
    { field: 'address', statement: 'a', account: 'b', same: false },
  ]);
  expect(rows).toHaveLength(4);
});

test('a changed or unapproved file waits for a yes, a 32-bit one does not', () => {
  const its = inOrder(VIEWS['ukey-hand-faulty']!.libraries);
  const refused = (reason: 'changed' | 'not_approved' | 'thirty_two_bit', kept = true): Library => ({
    ...its[0]!,
    state: {
      kind: 'unusable',
      facts: kept ? { sha256: '00', size: 1, architecture: 'x8664', version: null, writable_by_others: false } : null,
      fault: { code: 'library_refused', library: 'x', reason },
    },
  });
  expect(waits(refused('changed'))).toBe(true);
  expect(waits(refused('not_approved'))).toBe(true);
  expect(waits(refused('changed', false))).toBe(false);
  expect(waits(refused('thirty_two_bit'))).toBe(false);
  expect(its.map(waits)).toEqual([true, false, false]);
  expect(its.some(runs)).toBe(false);
});

test('a driver that runs is not asked about, one that is absent is not listed', () => {
  const { libraries } = VIEWS['ukey-hand-one']!;
  expect(libraries.some(({ state }) => state.kind === 'absent')).toBe(true);
  expect(inOrder(libraries).map((library) => [runs(library), waits(library)])).toEqual([[true, false]]);
});

test('the groups of a fingerprint joined are the fingerprint', () => {
  const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
  expect(groups(hash)).toHaveLength(8);
  expect(groups(hash).join('')).toBe(hash);
  expect(groups('')).toEqual([]);
});
