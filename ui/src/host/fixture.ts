// Views made up for looking at screens and for tests of parts. Never in the product: only gallery.ts and
// the tests import it. Companies and people are invented.
import type {
  CertificateFacts, Fault, FlowView, JournalRow, MethodState, Profile, SessionView, TokenInfo, View,
} from './api.gen'; // prettier-ignore
import { ANSWERS, USUAL, type Answers } from './fixture.records';
import { PLATFORM_ANSWERS, PLATFORMS_USUAL } from './fixture.platforms';
import { BANKS, centreWith, INSPECTED, ukeyViews } from './fixture.ukey';
import type { Host } from './index';

const HAIHE = { name: '海河示范进出口有限公司', organization_code: 'MA0T3K1X0', uscc: '91120116MA0T3K1X08' };
const soon = (seconds: number) => {
  const local = new Date(Date.now() + seconds * 1000 + 8 * 3_600_000);
  return `${local.toISOString().slice(0, 19)}+08:00`;
};

const FACTS: CertificateFacts = {
  fingerprint: '3f0c5a7be1d24498c0f1a62db1f1d9f1a5b3c7e8d9fa0b1c2d3e4f5061728394',
  serial: '0300000000001752',
  holder: '李示范',
  issuer: '沙箱电子口岸 SM2 CA',
  company: HAIHE.name,
  organization_code: HAIHE.organization_code,
  card_number: '03TS000000000752',
  holder_id: '1201**********0019',
  valid_from: '2025-01-01T00:00:00+08:00',
  valid_until: soon(30 * 86_400 + 3600),
  algorithm: 'sm2_sm3',
  may_sign: true,
};
const TOKEN: TokenInfo = {
  id: 'iccard:Virtual PCD 00 00#1',
  reader: 'Virtual PCD 00 00',
  label: '通关卡 03-0752',
  application: 'tongguan',
  kind: 'operator',
  library: null,
  pin_pad: false,
  identities: [{ key: '1', certificate: FACTS }],
};
const SECOND: TokenInfo = {
  ...TOKEN,
  id: 'iccard:Virtual PCD 00 01#1',
  reader: 'Virtual PCD 00 01',
  kind: 'legal_person',
  identities: [
    {
      key: '1',
      certificate: { ...FACTS, holder: '王示例', card_number: '03TS000000000751', valid_until: soon(400 * 86_400) },
    },
    {
      key: '2',
      certificate: {
        ...FACTS,
        holder: '赵别家',
        company: '别家贸易有限公司',
        organization_code: '34801880X',
        algorithm: 'rsa_sha256',
      },
    },
  ],
};
const STATEMENT = {
  account: 'haihe-demo',
  audience: 'http://127.0.0.1:8471',
  nonce: '6nKx0pP2hQv3mXr9c1YtW5bZ8dEoFgHjLkMnQsRuVwA',
  issued_at: soon(0),
  expires_at: soon(110),
  request_id: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
};
const text = [
  '通关认证声明 v1',
  `${STATEMENT.audience} 请求您签名, 用于: 企业实名认证(IC卡)`,
  '',
  `企业名称: ${HAIHE.name}`,
  `组织机构代码: ${HAIHE.organization_code}`,
  `统一社会信用代码: ${HAIHE.uscc}`,
  '',
  `Account: ${STATEMENT.account}`,
  `Audience: ${STATEMENT.audience}`,
  `Nonce: ${STATEMENT.nonce}`,
  `Issued-At: ${STATEMENT.issued_at}`,
  `Expires-At: ${STATEMENT.expires_at}`,
  `Request-Id: ${STATEMENT.request_id}`,
].join('\n');
const { audience, expires_at, request_id } = STATEMENT;
const statement = { text, audience, expires_at, request_id };

const BASE: View = {
  version: '0.1.0',
  portal: 'http://127.0.0.1:8471',
  sandbox: 'http://127.0.0.1:19519',
  tokens: { service: null, readers: [{ name: TOKEN.reader, library: null, state: { kind: 'token', token: TOKEN } }] },
  session: {
    origin: 'http://127.0.0.1:8471',
    profile: {
      account: 'haihe-demo',
      company: HAIHE,
      level: 'low',
      methods: [
        { method: 'ic_card', passed_at: null, receipt: null, bank: null, expires_at: null },
        { method: 'legal_representative', passed_at: null, receipt: null, bank: null, expires_at: null },
        { method: 'bank_ukey', passed_at: null, receipt: null, bank: null, expires_at: null },
      ],
      sign_in_again: false,
      role: 'administrator',
      rights: [],
      idle_ends_at: soon(1800),
    },
    kept: true,
  },
  banks: BANKS,
  libraries: [],
  catalogue_faults: [],
  flow: { kind: 'idle' },
  certifying: null,
  sending: [],
  sealing_key: '',
};
const SIGNED_OUT: View = { ...BASE, session: null };
const loginText = text.replace('企业实名认证(IC卡)', '登录');
const session = BASE.session!;
const consent = {
  kind: 'consent' as const,
  token: TOKEN,
  key: '1',
  certificate: FACTS,
  statement,
  pin: { kind: 'ready' as const, tries_left: 5 },
  differences: [],
  fault: null,
};
const withFlow = (flow: FlowView): View => ({ ...BASE, flow, certifying: { method: 'ic_card' } });
const failed = (fault: Fault, more: Partial<Extract<FlowView, { kind: 'failed' }>> = {}): View =>
  withFlow({ kind: 'failed', fault, remedy: 'retry', can_resubmit: false, statement, ...more });

const DONE: FlowView & { kind: 'done' } = {
  kind: 'done',
  receipt: {
    number: 'SW-2026-000017',
    accepted_at: soon(0),
    level_before: 'low',
    level_after: 'high',
    method: 'ic_card',
    bank: null,
  },
  statement,
  algorithm: 'sm2_sm3',
  certificate: FACTS,
  journal_row: 42,
  journal_fault: null,
  saved: '/home/li/statements/SW-2026-000017.p7s',
  timings: { card: 312, portal: 184 },
};

/** Every state worth looking at, by name. */
export const VIEWS: Record<string, View> = {
  'sign-in': SIGNED_OUT,
  'sign-in-locked': SIGNED_OUT,
  'sign-in-question': SIGNED_OUT,
  'sign-in-first': { ...SIGNED_OUT, portal: null },
  'sign-in-ended': {
    ...SIGNED_OUT,
    flow: { kind: 'failed', fault: { code: 'session_ended' }, remedy: 'retry', can_resubmit: false, statement: null },
  },
  'sign-in-card': SIGNED_OUT,
  'sign-in-card-readers': {
    ...SIGNED_OUT,
    tokens: {
      service: null,
      readers: [
        { name: 'Virtual PCD 00 02', library: null, state: { kind: 'empty' } },
        ...[TOKEN, SECOND].map((token) => ({
          name: token.reader,
          library: null,
          state: { kind: 'token' as const, token },
        })),
      ],
    },
  },
  'sign-in-card-unbound': {
    ...SIGNED_OUT,
    flow: {
      kind: 'failed',
      fault: { code: 'card_not_bound' },
      remedy: 'another_way',
      can_resubmit: false,
      statement: null,
    },
  },
  'sign-in-card-consent': { ...SIGNED_OUT, flow: { ...consent, statement: { ...statement, text: loginText } } },
  centre: BASE,
  'centre-passed': {
    ...BASE,
    session: {
      ...session,
      profile: {
        ...session.profile,
        sign_in_again: true,
        methods: [
          {
            method: 'ic_card',
            passed_at: soon(0),
            receipt: 'SW-2026-000017',
            bank: null,
            expires_at: soon(30 * 86_400),
          },
        ],
      },
    },
  },
  'centre-expired': as({
    level: 'medium',
    methods: [
      method('ic_card', { passed_at: soon(-86_400 * 800), receipt: 'SW-2024-000017', expires_at: soon(-86_400 * 3) }),
      method('legal_representative', { passed_at: soon(-86_400 * 9), expires_at: soon(86_400 * 1200) }),
      method('bank_ukey', { passed_at: soon(-86_400), bank: '建设银行', expires_at: soon(86_400 * 400) }),
    ],
  }),
  'centre-changed': as({ sign_in_again: true }),
  'centre-missing': BASE,
  'centre-missing-clerk': as({ role: 'operator', rights: ['certify'] }),
  'cards-none-clerk': as({ role: 'operator', rights: ['edit_company'] }),
  'person-refused': BASE,
  'choose-none': { ...BASE, tokens: { service: null, readers: [] } },
  'choose-empty': {
    ...BASE,
    tokens: { service: null, readers: [{ name: TOKEN.reader, library: null, state: { kind: 'empty' } }] },
  },
  'choose-stopped': { ...BASE, tokens: { service: { code: 'card_service_stopped' }, readers: [] } },
  'choose-one': BASE,
  'choose-many': {
    ...BASE,
    tokens: {
      service: null,
      readers: [
        { name: TOKEN.reader, library: null, state: { kind: 'token', token: TOKEN } },
        { name: SECOND.reader, library: null, state: { kind: 'token', token: SECOND } },
        {
          name: 'Virtual PCD 00 02',
          library: null,
          state: { kind: 'unusable', fault: { code: 'card_unknown', atr: '3b 68 00 00 00 73 c8 40 12 00 90 00' } },
        },
      ],
    },
  },
  consent: withFlow(consent),
  'consent-wrong': withFlow({
    ...consent,
    pin: { kind: 'ready', tries_left: 4 },
    fault: { code: 'pin_wrong', tries_left: 4 },
  }),
  'consent-last': withFlow({ ...consent, pin: { kind: 'last_try' }, fault: { code: 'pin_wrong', tries_left: 1 } }),
  'consent-locked': withFlow({ ...consent, pin: { kind: 'locked' }, fault: { code: 'pin_locked' } }),
  'consent-pulled': { ...withFlow(consent), tokens: noCard() },
  signing: withFlow({ kind: 'working', step: 'signing', token: TOKEN, certificate: FACTS, statement }),
  submitting: withFlow({ kind: 'working', step: 'submitting', token: TOKEN, certificate: FACTS, statement }),
  'failed-portal': failed({ code: 'portal_unreachable' }, { can_resubmit: true }),
  'failed-refused': failed({ code: 'proof_refused', reason: 'cert_revoked' }, { remedy: 'another_way' }),
  'failed-early': failed({ code: 'session_ended' }, { statement: null }),
  done: withFlow(DONE),
  'done-unrecorded': withFlow({
    ...DONE,
    journal_row: null,
    journal_fault: { code: 'journal_unavailable', reason: 'disk_full' },
  }),
  journal: BASE,
  'centre-clerk': as({ role: 'operator', rights: ['edit_company'] }, { kept: false }),
  'centre-personal': as({ role: 'personal' }),
  'account-personal': as({ role: 'personal' }),
  'platforms-personal': as({ role: 'personal' }),
  'step-pictures-sending': {
    ...BASE,
    sending: [{ procedure: 'p1', slot: 'id_back', sent: 786_432, size: 1_638_400 }],
  },
  'centre-ukey': centreWith(BASE),
  ...ukeyViews(BASE, text),
};

function method(its: MethodState['method'], more: Partial<MethodState>): MethodState {
  return { method: its, passed_at: null, receipt: null, bank: null, expires_at: null, ...more };
}

/** Signed in as somebody else. */
function as(profile: Partial<Profile>, more: Partial<SessionView> = {}): View {
  const whole = BASE.session!;
  return { ...BASE, session: { ...whole, ...more, profile: { ...whole.profile, ...profile } } };
}

/** The host of a state by its name; a state without a view of its own shows the usual one. */
export const hostOf = (name: string): Host =>
  fixtureHost(VIEWS[name] ?? BASE, { ...PLATFORMS_USUAL, ...ANSWERS[name], ...PLATFORM_ANSWERS[name] });

function noCard(): View['tokens'] {
  return { service: null, readers: [{ name: TOKEN.reader, library: null, state: { kind: 'empty' } }] };
}

const entry = {
  at: soon(-3600),
  purpose: 'certify_ic_card' as const,
  audience: STATEMENT.audience,
  token_label: TOKEN.label,
  certificate: FACTS.fingerprint,
};
const JOURNAL: JournalRow[] = [
  {
    row: 4,
    entry: {
      ...entry,
      purpose: 'certify_bank_ukey',
      token_label: 'CCB 0007',
      outcome: { kind: 'failed', code: 'card_removed' },
    },
    hash: 'd4',
  },
  { row: 3, entry: { ...entry, outcome: { kind: 'accepted', receipt: 'SW-2026-000017' } }, hash: 'c3' },
  { row: 2, entry: { ...entry, outcome: { kind: 'signed' } }, hash: 'b2' },
  { row: 1, entry: { ...entry, outcome: { kind: 'failed', code: 'portal_unreachable' } }, hash: 'a1' },
];

/** A host that shows one view and answers as if nothing were ever changed, or as `answers` say. */
export function fixtureHost(view: View, answers: Answers = {}): Host {
  return {
    async call(message) {
      const { command } = message;
      const own = answers[command] ?? USUAL[command];
      if (own) return own(message);
      if (command === 'view') return view;
      if (command === 'libraries') return view;
      if (command === 'inspect_library') return INSPECTED;
      // The bank takes its time.
      if (command === 'await_bank') return new Promise(() => {});
      if (command === 'journal') return JOURNAL;
      if (command === 'verify_journal') return { rows: JOURNAL.length };
      return null;
    },
    onView: () => () => {},
  };
}
