// The views of the way by a bank's UKey. Banks, companies, people and drivers are invented or made up.
import type {
  Bank, CertificateFacts, Fault, FlowView, Library, LibraryFacts, Means, Reader, Receipt, TokenInfo, View,
} from './api.gen'; // prettier-ignore

const CCB: Bank = {
  id: 'ccb',
  name: '建设银行',
  english: 'China Construction Bank',
  mark: '建',
  token: '网银盾',
  token_english: 'Wangyindun (UKey)',
  component: 'E路护航网银安全组件',
  component_english: 'E Luhuhang security component',
  page: 'https://bank.example.cn/certify',
  issuers: ['沙箱建设银行 SM2 CA', '沙箱建设银行 RSA CA'],
};
export const BANKS: Bank[] = [
  CCB,
  {
    ...CCB,
    id: 'abc',
    name: '农业银行',
    english: 'Agricultural Bank of China',
    mark: '农',
    token: 'K宝',
    token_english: 'K-Bao (UKey)',
    component: '农行网银助手',
    component_english: 'ABC online banking assistant',
    issuers: ['沙箱农业银行 SM2 CA'],
  },
  {
    ...CCB,
    id: 'cmbc',
    name: '民生银行',
    english: 'China Minsheng Bank',
    mark: '民',
    token: 'U宝',
    token_english: 'U-Bao (UKey)',
    component: '民生银行 U宝 管理工具',
    component_english: 'CMBC U-Bao tool',
    page: null,
    issuers: ['沙箱民生银行 CA'],
  },
];

const SKF = '/opt/ccb/lib/libccb_skf.so.1.2.3';
const P11 =
  'C:\\Program Files (x86)\\示范银行\\网银安全组件\\drivers\\x64\\eps2003csp11v2_for_enterprise_customers.dll';
const FACTS: LibraryFacts = {
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  size: 1_245_184,
  architecture: 'x8664',
  version: '1.2.3',
  writable_by_others: false,
};
const library = (name: string, path: string, state: Library['state'], more: Partial<Library> = {}): Library => ({
  path,
  kind: path.includes('skf') ? 'skf' : 'pkcs11',
  name,
  source: 'catalogue',
  state,
  ...more,
});
const CALLED = { library: 'libccb_skf.so.1.2.3', call: 'SKF_ECCSignData' };
const UP = library('示范盾 SKF', SKF, { kind: 'approved', facts: FACTS, fault: null });
const FOUND = library('示范盾 SKF', SKF, { kind: 'found', facts: FACTS });
const WIDE = library('Feitian ePass2003', P11, {
  kind: 'found',
  facts: { ...FACTS, sha256: FACTS.sha256.split('').reverse().join(''), version: null, writable_by_others: true },
});
const ABSENT = [
  library('Watchdata SignatureP11', '/usr/lib/WatchData/ProxKey/lib/libwdpkcs_SignatureP11.so', { kind: 'absent' }),
  library('Longmai GM3000', '/usr/lib/libgm3000.1.0.so', { kind: 'absent' }),
];
const refused = (reason: Extract<Fault, { code: 'library_refused' }>['reason'], file: string): Fault => ({
  code: 'library_refused',
  library: file,
  reason,
});
const FAULTY: Library[] = [
  library('示范盾 PKCS#11 (旧版)', 'C:\\Windows\\SysWOW64\\ShuttleCsp11_3003.dll', {
    kind: 'unusable',
    facts: { ...FACTS, architecture: 'x86' },
    fault: refused('thirty_two_bit', 'ShuttleCsp11_3003.dll'),
  }),
  library('示范盾 SKF', SKF, { kind: 'unusable', facts: FACTS, fault: refused('changed', 'libccb_skf.so.1.2.3') }),
  library(
    'my-own-pkcs11.so',
    '/home/li/driver/my-own-pkcs11.so',
    {
      kind: 'approved',
      facts: FACTS,
      fault: { code: 'library_crashed', library: 'my-own-pkcs11.so', call: 'C_Initialize' },
    },
    { source: 'own' },
  ),
];

/** What looking at a file of one's own gives. */
export const INSPECTED = library(
  'my-own-pkcs11.so',
  '/home/li/driver/my-own-pkcs11.so',
  { kind: 'found', facts: FACTS },
  { source: 'own' },
);

const certificate = (base: View, more: Partial<CertificateFacts> = {}): CertificateFacts => ({
  fingerprint: '4a1c5a7be1d24498c0f1a62db1f1d9f1a5b3c7e8d9fa0b1c2d3e4f5061728394',
  serial: '5000000000000007',
  holder: '海河示范进出口有限公司',
  issuer: '沙箱建设银行 SM2 CA',
  company: base.session!.profile.company.name,
  organization_code: base.session!.profile.company.organization_code,
  card_number: null,
  holder_id: null,
  valid_from: '2025-01-01T00:00:00+08:00',
  valid_until: '2029-12-31T00:00:00+08:00',
  algorithm: 'sm2_sm3',
  may_sign: true,
  ...more,
});
const token = (base: View, more: Partial<TokenInfo> = {}): TokenInfo => ({
  id: 'w1.1/skf:0',
  reader: '示范盾 5000000007',
  label: 'CCB 0007',
  application: 'skf',
  kind: 'bank_ukey',
  library: SKF,
  pin_pad: false,
  identities: [{ key: '1', certificate: certificate(base) }],
  ...more,
});
const reader = (its: TokenInfo): Reader => ({
  name: its.reader,
  library: its.library,
  state: { kind: 'token', token: its },
});

/** A second UKey, with every certificate that will not do. */
function misfits(base: View): TokenInfo {
  const other = (key: string, more: Partial<CertificateFacts>) => ({ key, certificate: certificate(base, more) });
  return token(base, {
    id: 'w2.1/p11:3',
    reader: 'ePass2003 00 00',
    label: 'ePass2003',
    application: 'pkcs11',
    library: P11,
    identities: [
      other('1', { issuer: '沙箱建设银行 RSA CA', algorithm: 'rsa_sha256' }),
      other('2', { holder: '别家贸易有限公司', company: '别家贸易有限公司', organization_code: '34801880X' }),
      other('3', { issuer: '沙箱农业银行 SM2 CA' }),
      other('4', { valid_until: '2025-06-30T00:00:00+08:00' }),
      other('5', { may_sign: false }),
    ],
  });
}

export function centreWith(base: View): View {
  return { ...base, tokens: { service: null, readers: [...base.tokens.readers, reader(token(base))] } };
}

/** Every state of the way by UKey, by name. `text`: the statement of the card. */
export function ukeyViews(base: View, text: string): Record<string, View> {
  const flows = { audience: 'http://127.0.0.1:8471', request_id: '6f9619ff-8b86-4d01-b42d-00cf4fc964f0' };
  const expires_at = /Expires-At: (\S+)/.exec(text)?.[1] ?? '';
  const statement = { ...flows, expires_at, text: text.replace('企业实名认证(IC卡)', '企业实名认证(银行UKey)') };
  const held = token(base);
  const facts = certificate(base);
  const means: Means = { method: 'bank_ukey', bank: 'ccb' };
  const at = (readers: Reader[], libraries: Library[], more: Partial<View> = {}): View => ({
    ...base,
    tokens: { service: null, readers },
    libraries: [...libraries, ...ABSENT],
    ...more,
  });
  const flow = (its: FlowView, more: Partial<View> = {}): View =>
    at([reader(held)], [UP], { flow: its, certifying: means, ...more });
  const consent = {
    kind: 'consent' as const,
    token: held,
    key: '1',
    certificate: facts,
    statement,
    pin: { kind: 'ready' as const, tries_left: 6 },
    differences: [],
    fault: null,
  };
  const failed = (fault: Fault, more: Partial<Extract<FlowView, { kind: 'failed' }>> = {}): View =>
    flow({ kind: 'failed', fault, remedy: 'retry', can_resubmit: false, statement, ...more });
  const receipt: Receipt = {
    number: 'SW-2026-000018',
    accepted_at: expires_at,
    level_before: 'low',
    level_after: 'high',
    method: 'bank_ukey',
    bank: { id: 'ccb', name: '建设银行' },
  };
  const visit = {
    kind: 'at_bank' as const,
    bank: 'ccb',
    address: 'https://bank.example.cn/certify?state=6nKx0pP2hQv3mXr9c1YtW5bZ8dEoFgHjLkMnQsRuVwA',
    expires_at,
    opened: true,
    fault: null,
  };
  const former = '海河示范对外贸易公司';
  const wait: Reader = { name: 'Token 00', library: SKF, state: { kind: 'empty' } };
  const dead: Reader = {
    name: 'ePass2003 00 01',
    library: P11,
    state: { kind: 'unusable', fault: { code: 'library_timeout', library: 'eps2003csp11v2.dll', call: 'C_GetTokenInfo', seconds: 10 } },
  }; // prettier-ignore

  return {
    'sign-in-card-bank': at([reader(held)], [UP], { session: null }),
    'centre-ukey-passed': {
      ...base,
      session: {
        ...base.session!,
        profile: {
          ...base.session!.profile,
          level: 'high',
          methods: [
            { method: 'bank_ukey', passed_at: expires_at, receipt: receipt.number, bank: '建设银行', expires_at },
          ],
        },
      },
    },
    'ukey-banks': at([], []),
    'ukey-hand-missing': at([], []),
    'ukey-hand-found': at([], [FOUND]),
    'ukey-hand-found-two': at([], [FOUND, WIDE]),
    'ukey-hand-faulty': at([], FAULTY),
    'ukey-hand-own': at([], []),
    'ukey-hand-plug': at([wait], [UP]),
    'ukey-hand-one': at([reader(held)], [UP]),
    'ukey-hand-many': at([reader(held), reader(misfits(base)), dead], [UP, WIDE]),
    'ukey-consent': flow(consent),
    'ukey-consent-differs': flow({
      ...consent,
      statement: { ...statement, text: statement.text.replace(/(企业名称: ).*/, `$1${former}`) },
      differences: [{ field: 'name', statement: former, account: base.session!.profile.company.name }],
    }),
    'ukey-consent-pad': flow({ ...consent, token: { ...held, pin_pad: true }, pin: { kind: 'unknown' } }),
    'ukey-consent-wrong': flow({
      ...consent,
      pin: { kind: 'ready', tries_left: 4 },
      fault: { code: 'pin_wrong', tries_left: 4 },
    }),
    'ukey-consent-last': flow({ ...consent, pin: { kind: 'last_try' }, fault: { code: 'pin_wrong', tries_left: 1 } }),
    'ukey-consent-silent': flow({
      ...consent,
      pin: { kind: 'unknown' },
      fault: { code: 'library_silent', library: 'opensc-pkcs11.so', call: 'C_Login', answer: 'CKR_GENERAL_ERROR' },
    }),
    'ukey-consent-pulled': flow(consent, { tokens: { service: null, readers: [] } }),
    'ukey-signing': flow({ kind: 'working', step: 'signing', token: held, certificate: facts, statement }),
    'ukey-signing-pad': flow({
      kind: 'working',
      step: 'signing',
      token: { ...held, pin_pad: true },
      certificate: facts,
      statement,
    }),
    'ukey-submitting': flow({ kind: 'working', step: 'submitting', token: held, certificate: facts, statement }),
    'ukey-failed-timeout': failed({ code: 'library_timeout', ...CALLED, seconds: 30 }),
    'ukey-failed-crashed': failed({ code: 'library_crashed', ...CALLED }),
    'ukey-failed-locked': failed({ code: 'pin_locked' }, { remedy: 'another_way' }),
    'ukey-failed-bank': failed(
      { code: 'certificate_other_bank', issuer: '沙箱农业银行 SM2 CA', bank: 'ccb' },
      { remedy: 'another_way', statement: null },
    ),
    'ukey-failed-revoked': failed({ code: 'proof_refused', reason: 'cert_revoked' }, { remedy: 'another_way' }),
    'ukey-done': flow({
      kind: 'done',
      receipt,
      statement,
      algorithm: 'sm2_sm3',
      certificate: facts,
      journal_row: 43,
      journal_fault: null,
      saved: null,
      timings: { card: 512, portal: 184 },
    }),
    'ukey-at-bank': flow(visit),
    'ukey-at-bank-closed': flow({ ...visit, opened: false, fault: { code: 'portal_unreachable' } }),
    'ukey-failed-at-bank': failed({ code: 'proof_refused', reason: 'challenge_expired' }, { statement: null }),
    'ukey-done-at-bank': flow({ kind: 'done_at_bank', receipt }),
  };
}
