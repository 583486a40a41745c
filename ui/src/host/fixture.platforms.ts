// Platforms and procedures made up for looking at screens and for tests of parts: people, companies and matters are
// invented, and the numbers are of a region that there is not.
import type {
  Fault, FieldEntry, Offer, Participant, Path, Platform, PlatformState, Procedure, ProcedureReceipt, Refusal, Stage,
  StepRule, StepState, TicketState, TicketView,
} from './api.gen'; // prettier-ignore
import { local, refuse, type Answers } from './fixture.records';

type Kind = StepRule['kind'];
const path = (id: string, subject: Path['subject'], first: string): Path => ({ id, subject, first, walk_in: false });
/** What the screens look at: the kind of each step. */
const step = (id: string, kind: Kind, more: object = {}) => ({ id, kind, when: null, next: null, ...more }) as StepRule;

export const PLATFORMS: Platform[] = [
  {
    id: 'ningbo',
    name: '宁波产权交易中心',
    english: 'Ningbo Property Rights Exchange',
    mark: '甬',
    help: 'https://help.esign.cn/detail?id=wmstbq&nameSpace=cs3-dept%2Fexboae',
    banks: [],
    who: [],
    path: [
      path('person', 'person', 'authorise'),
      path('company_legal', 'company', 'authorise_company'),
      path('company_other', 'company', 'authorise_other'),
    ],
    step: [
      step('authorise', 'code', { status: true }),
      step('way', 'choose'),
      step('company_way', 'choose'),
      step('direction', 'choose'),
      step('phone', 'form'),
    ],
  },
  {
    id: 'beijing',
    name: '北京市企业服务 e 窗通平台',
    english: 'Beijing e-Chuangtong (company services)',
    mark: '京',
    help: null,
    banks: ['boc', 'ccb', 'cmb', 'icbc', 'cib', 'bocom', 'ceb', 'abc', 'spdb'],
    who: [
      { company: 'limited', roles: ['legal_representative', 'shareholder', 'director', 'supervisor', 'manager'] },
      { company: 'joint_stock', roles: ['promoter', 'director', 'supervisor', 'manager'] },
      { company: 'partnership', roles: ['partner', 'managing_partner_delegate'] },
      { company: 'sole_proprietorship', roles: ['investor'] },
      { company: 'every', roles: ['agent', 'liaison'] },
    ],
    path: [path('web', 'person', 'bank_account'), path('app', 'person', 'scan_app')],
    step: [
      step('scan_app', 'scan', { run: 'beijing_app' }),
      step('bank_account', 'form', { fields: [{ field: 'bank_card', from: null, fixed: false, optional: false }] }),
      step('id_pictures', 'pictures'),
    ],
  },
  {
    id: 'henan',
    name: '河南省全程电子化服务平台',
    english: 'Henan Fully Electronic Registration',
    mark: '豫',
    help: null,
    banks: [],
    who: [],
    path: [path('matter', 'matter', 'materials')],
    step: [step('materials', 'form'), step('people', 'people', { sign: 'henan_sign', certify: 'henan_certify' })],
  },
];

const RECEIPT: ProcedureReceipt = {
  number: 'NINGBO-2026-000017',
  platform: 'ningbo',
  path: 'person',
  subject: 'person',
  name: '李示范',
  document: '9901**********001X',
  accepted_at: local(-86_400 * 3),
  ways: ['phone'],
};
const COMPANY_RECEIPT: ProcedureReceipt = {
  ...RECEIPT,
  number: 'NINGBO-2026-000018',
  path: 'company_legal',
  subject: 'company',
  name: '海河示范进出口有限公司',
  document: '9112**********1X08',
  accepted_at: local(0),
  ways: ['transfer', 'forward'],
};
const MATTER_RECEIPT: ProcedureReceipt = {
  ...RECEIPT,
  number: 'HENAN-2026-000004',
  platform: 'henan',
  path: 'matter',
  subject: 'matter',
  name: '豫示范商贸有限公司设立登记',
  document: null,
  accepted_at: local(-86_400),
  ways: [],
};

const none = (platform: string): PlatformState => ({ platform, certified: [], open: [] });
const opened = (path: string, at: string, title: string | null = null, id = 'p1') => ({
  id,
  path,
  step: at,
  opened_at: local(-3600),
  expires_at: local(86_400 * 6),
  title,
});
const answerPlatforms = (...states: PlatformState[]): Answers => ({
  platforms: () => ({
    platforms: PLATFORMS,
    states: PLATFORMS.map(({ id }) => states.find(({ platform }) => platform === id) ?? none(id)),
  }),
});
const MIXED = answerPlatforms(
  { ...none('ningbo'), certified: [RECEIPT], open: [opened('company_legal', 'forward')] },
  {
    platform: 'henan',
    certified: [MATTER_RECEIPT],
    open: [
      opened('matter', 'people', '豫示范商贸有限公司变更登记', 'm1'),
      opened('matter', 'materials', '中原样本科技有限公司设立登记', 'm2'),
    ],
  },
);

/** The steps of a way, of which one is open; those in `choices` may be made anew. */
const way = (names: string[], at: string, choices: string[] = []): StepState[] =>
  names.map((name, index) => ({
    step: name,
    state: name === at ? 'now' : index < names.indexOf(at) ? 'passed' : 'ahead',
    may_return: choices.includes(name),
  }));

type Where = { platform: string; path: string; steps: StepState[]; refused?: Refusal | null };
export const procedure = (where: Where, stage: Stage): Procedure => ({
  id: 'p1',
  version: 4,
  opened_at: local(-3600),
  expires_at: local(86_400 * 6),
  refused: null,
  ...where,
  stage,
});

/** A state in which one procedure stands somewhere, and what else it answers. */
function at(where: Where, stage: Stage, more: Answers = {}): Answers {
  const now = where.steps.find(({ state }) => state === 'now')?.step ?? '';
  const open = [opened(where.path, now, where.platform === 'henan' ? '豫示范商贸有限公司设立登记' : null)];
  return {
    ...answerPlatforms({ ...none(where.platform), open }),
    procedure: () => procedure(where, stage),
    ...more,
  };
}

const entry = (field: FieldEntry['field'], more: Partial<FieldEntry> = {}): FieldEntry => ({
  field,
  value: null,
  fixed: false,
  optional: false,
  ...more,
});
const form = (fields: FieldEntry[], notices: string[] = []): Stage => ({ kind: 'form', fields, notices });

const PERSON = { platform: 'ningbo', path: 'person' };
const LEGAL = { platform: 'ningbo', path: 'company_legal' };
const OTHER = { platform: 'ningbo', path: 'company_other' };
const WEB = { platform: 'beijing', path: 'web' };
const APP = { platform: 'beijing', path: 'app' };
const MATTER = { platform: 'henan', path: 'matter' };
const PHONE = { ...PERSON, steps: way(['authorise', 'way', 'phone'], 'phone', ['way']) };
const FACE = { ...PERSON, steps: way(['authorise', 'way', 'face', 'scan_alipay'], 'face', ['way']) };
const SCANS = way(['authorise', 'way', 'face', 'scan_alipay'], 'scan_alipay', ['way']);
const PAYS = (at: string) =>
  way(['authorise_company', 'organisation', 'company_way', 'direction', 'company_account', 'forward'], at, [
    'company_way',
    'direction',
  ]);
const BACK = {
  ...LEGAL,
  steps: way(['authorise_company', 'organisation', 'company_way', 'direction', 'reverse'], 'reverse', [
    'company_way',
    'direction',
  ]),
};
const PICTURES = { ...WEB, steps: way(['bank_account', 'phone_code', 'id_pictures'], 'id_pictures') };
const PEOPLE = { ...MATTER, steps: way(['materials', 'people'], 'people') };
const AUTHORISATION = {
  ...OTHER,
  steps: way(['authorise_other', 'organisation_other', 'other_way', 'authorisation'], 'authorisation', ['other_way']),
};

const OFFERS: Offer[] = [
  { field: 'name', value: '李示范', platform: 'beijing' },
  { field: 'id_number', value: '99010119850302001X', platform: 'beijing' },
  { field: 'phone', value: '19900001234', platform: 'beijing' },
];
const ROWS = [
  '3fc4d6f7f',
  '304be8541',
  '375ea6e5d',
  '375b7825d',
  '37572dc5d',
  '305439941',
  '3fd55557f',
  '201223800',
  '37c57b17c',
  '370842bee',
  '2e7e29d16',
  '281863d5c',
  '3ace00419',
  '3016f72c7',
  '39474142e',
  '232bd59bc',
  '38421d239',
  '24b85efed',
  '305574156',
  '27b905a9d',
  '3d6158e88',
  '350dedc4d',
  '32e8b8802',
  '353ca1d54',
  '30f52d1f9',
  '2016fa517',
  '3fc56c354',
  '305d94914',
  '3753c61f8',
  '375db7637',
  '375b883e8',
  '304e14a3c',
  '3fd00b1f2',
];
export const QR = { rows: ROWS.map((row) => BigInt(`0x${row}`).toString(2).slice(1)) };
export const TICKET: TicketView = {
  address: 'http://127.0.0.1:8472/t/6nKx0pP2hQv3mXr9c1YtW5bZ8dEoFgHj',
  qr: QR,
  expires_at: local(168),
};
const ticket = (more: Partial<TicketState> = {}): TicketState => ({
  expires_at: local(168),
  opened: false,
  sms_to: null,
  ...more,
});
const scan = (more: Partial<Extract<Stage, { kind: 'scan' }>> = {}): Stage => ({
  kind: 'scan',
  by: 'alipay',
  ticket: null,
  sms: false,
  downloads: [],
  ...more,
});

const FORWARD: Extract<Stage, { kind: 'transfer' }> = {
  kind: 'transfer',
  payment: {
    direction: 'forward',
    account: '6222**********8810',
    branch: '102110099996',
    bank: '工商银行天津示范支行',
    paid_at: local(-1800),
    tries_left: 3,
    payments_left: 2,
    passed: false,
  },
  letter: { state: 'missing' },
};
const REVERSE: Stage = {
  kind: 'transfer',
  payment: {
    direction: 'reverse',
    payee: {
      name: '示范电子签名服务有限公司',
      account: '9558800001112223',
      bank: '建设银行杭州示范支行',
      branch: '105331099994',
    },
    amount: 1,
    passed: false,
  },
  letter: { state: 'waiting', since: local(-600) },
};

const person = (id: string, name: string, more: Partial<Participant> = {}): Participant => ({
  id,
  name,
  document: { kind: 'id_card', number: '9901**********001X' },
  role: 'shareholder',
  signed_at: null,
  certified_at: null,
  void_at: null,
  ...more,
});
export const PEOPLE_STAGE: Extract<Stage, { kind: 'people' }> = {
  kind: 'people',
  matter: {
    title: '豫示范商贸有限公司设立登记',
    kind: 'establishment',
    document: '7c4a8d09ca3762af61e59520943dc26494f8941b0f1d2a3b4c5d6e7f8091a2b3',
    company: '豫示范商贸有限公司',
  },
  people: [
    person('a', '王示例', { role: 'legal_representative', signed_at: local(-7200), certified_at: local(-7000) }),
    person('b', '李示范', { signed_at: local(-3600) }),
    person('c', '周旧例', { document: { kind: 'home_return_permit', number: 'H1*****78' }, role: 'supervisor' }),
  ],
  roles: ['legal_representative', 'shareholder', 'director', 'supervisor', 'manager', 'agent'],
  documents: ['id_card', 'passport', 'home_return_permit'],
  can_submit: false,
};
const everybody = PEOPLE_STAGE.people.map((one) => ({ ...one, signed_at: local(-900), certified_at: local(-600) }));

const code: Stage = {
  kind: 'code',
  to: '199****1234',
  sent: null,
  notices: ['ningbo_authorisation'],
};
const CODE = { ...PERSON, steps: way(['authorise', 'way'], 'authorise') };
const three = form([entry('name'), entry('id_number'), entry('phone')], ['ningbo_service']);
const BANK = form([
  entry('name', { value: '李示范', fixed: true }),
  entry('id_number', { value: '9901**********001X', fixed: true }),
  entry('valid_from'),
  entry('valid_until'),
  entry('bank_card'),
  entry('phone'),
]);
const pictures = (front: boolean, back: boolean): Stage => ({
  kind: 'pictures',
  slots: [
    { slot: 'id_front', upload: null, kept: front },
    { slot: 'id_back', upload: null, kept: back },
  ],
});
const data = (reason: Refusal): Fault => ({ code: 'data_refused', reason });
const over = (path: string, steps: string[], platform = 'ningbo') => ({
  platform,
  path,
  steps: steps.map((name): StepState => ({ step: name, state: 'passed', may_return: false })),
});

/** What every state answers. */
export const PLATFORMS_USUAL: Answers = {
  ...answerPlatforms(),
  open_procedure: () => procedure(PHONE, three),
  offers: () => [],
  // Nothing happens elsewhere.
  await_procedure: () => new Promise(() => {}),
  open_ticket: () => TICKET,
  draw_code: () => QR,
  send_step_code: () => ({ id: 's1', to: '199****1234', resend_at: local(60), expires_at: local(300) }),
  branches: ({ find }) => [
    { number: '102110099996', name: `工商银行天津${find === '' ? '' : '示范'}支行` },
    { number: '102110088883', name: '工商银行天津滨海支行' },
    { number: '105110077770', name: '建设银行天津样本支行' },
  ],
  save_letter: () => ({ path: '/home/li/statements/authorisation-p1.pdf' }),
  leave_procedure: () => null,
  cancel_sending: () => null,
};

/** What some states answer otherwise, by their name. */
export const PLATFORM_ANSWERS: Record<string, Answers> = {
  platforms: MIXED,
  'platforms-open': MIXED,
  'step-code': at(CODE, code),
  'step-code-missing': at(CODE, code),
  'step-code-sent': {
    ...at(CODE, code),
    // Counted from when it is looked at.
    procedure: () =>
      procedure(CODE, {
        ...code,
        sent: { id: 's1', to: '199****1234', resend_at: local(43), expires_at: local(280) },
      }),
  },
  'step-code-bank': at(
    { ...WEB, steps: way(['bank_account', 'phone_code', 'id_pictures'], 'phone_code') },
    { ...code, notices: [] },
  ),
  'step-code-nowhere': at(CODE, { ...code, to: null }),
  'step-choose': at(
    { ...PERSON, steps: way(['authorise', 'way'], 'way') },
    { kind: 'choose', ways: ['phone', 'face', 'bank_card'], default: null },
  ),
  'step-choose-transfer': at(
    {
      ...LEGAL,
      steps: way(['authorise_company', 'organisation', 'company_way', 'direction'], 'direction', ['company_way']),
    },
    { kind: 'choose', ways: ['forward', 'reverse'], default: 'forward' },
  ),
  'step-form': at(PHONE, three),
  'step-form-missing': at(PHONE, three),
  'step-form-offer': at(PHONE, three, { offers: () => OFFERS }),
  'step-form-offer-taken': at(PHONE, three, { offers: () => OFFERS }),
  'step-form-refused': at(
    { ...LEGAL, steps: way(['authorise_company', 'organisation', 'company_way'], 'organisation') },
    form(
      [
        entry('company_name', { value: '海河示范进出口有限公司' }),
        entry('company_number', { value: '91120116MA0T3K1X08' }),
        entry('legal_name', { value: '王示例' }),
      ],
      ['ningbo_service'],
    ),
    { answer_step: refuse(data('enterprise_mismatch')) },
  ),
  'step-form-face': at(FACE, form([entry('name'), entry('id_number'), entry('face_by')], ['ningbo_service'])),
  'step-form-bank': at({ ...WEB, steps: way(['bank_account', 'phone_code', 'id_pictures'], 'bank_account') }, BANK),
  'step-form-matter': at(
    { ...MATTER, steps: way(['materials', 'people'], 'materials') },
    form([entry('matter_kind'), entry('matter_title')]),
  ),
  'step-branch': at(
    { ...LEGAL, steps: PAYS('company_account') },
    form([
      entry('company_name', { value: '海河示范进出口有限公司', fixed: true }),
      entry('account_number'),
      entry('branch'),
    ]),
  ),
  'step-scan': at({ ...PERSON, steps: SCANS }, scan()),
  'step-scan-opened': at({ ...PERSON, steps: SCANS }, scan({ ticket: ticket({ opened: true }) })),
  'step-scan-expired': at({ ...PERSON, steps: SCANS }, scan(), {
    open_ticket: () => ({ ...TICKET, expires_at: local(-1) }),
  }),
  'step-scan-refused': at({ ...PERSON, steps: SCANS, refused: 'face_mismatch' }, scan()),
  'step-scan-fault': at({ ...PERSON, steps: SCANS }, scan(), { open_ticket: refuse({ code: 'portal_unreachable' }) }),
  'step-scan-lost': at({ ...PERSON, steps: SCANS }, scan(), {
    await_procedure: refuse({ code: 'portal_unreachable' }),
  }),
  'step-scan-app': at(
    { ...APP, steps: way(['scan_app'], 'scan_app') },
    scan({
      by: 'own_app',
      downloads: [
        { system: 'android', address: 'http://127.0.0.1:8472/app/beijing/android' },
        { system: 'ios', address: 'http://127.0.0.1:8472/app/beijing/ios' },
      ],
    }),
  ),
  'step-scan-sms': at(AUTHORISATION, scan({ by: 'legal_representative', sms: true })),
  'step-scan-sent': at(
    AUTHORISATION,
    scan({ by: 'legal_representative', sms: true, ticket: ticket({ sms_to: '199****5678' }) }),
  ),
  'step-pictures': at(PICTURES, pictures(false, false)),
  'step-pictures-missing': at(PICTURES, pictures(true, false)),
  'step-pictures-sending': at(PICTURES, pictures(true, false)),
  'step-transfer': at({ ...LEGAL, steps: PAYS('forward') }, FORWARD),
  'step-transfer-paying': at(
    { ...LEGAL, steps: PAYS('forward') },
    {
      ...FORWARD,
      payment: { ...FORWARD.payment, paid_at: null } as typeof FORWARD.payment,
      letter: { state: 'waiting', since: local(-300) },
    },
  ),
  'step-transfer-wrong': at({ ...LEGAL, steps: PAYS('forward') }, FORWARD, {
    answer_step: refuse(data('amount_wrong')),
  }),
  'step-transfer-spent': at(
    { ...LEGAL, steps: PAYS('forward') },
    {
      ...FORWARD,
      payment: { ...FORWARD.payment, tries_left: 0 } as typeof FORWARD.payment,
      letter: { state: 'refused', reason: '公章不清晰, 请重新盖章。' },
    },
  ),
  'step-transfer-half': at(
    { ...LEGAL, steps: PAYS('forward') },
    {
      ...FORWARD,
      payment: { ...FORWARD.payment, passed: true } as typeof FORWARD.payment,
      letter: { state: 'waiting', since: local(-300) },
    },
  ),
  'step-transfer-reverse': at(BACK, REVERSE),
  'step-people': at(PEOPLE, PEOPLE_STAGE),
  'step-people-none': at(PEOPLE, { ...PEOPLE_STAGE, people: [] }),
  'step-people-void': at(PEOPLE, {
    ...PEOPLE_STAGE,
    people: PEOPLE_STAGE.people.map((one) => ({ ...one, signed_at: null, certified_at: null, void_at: local(-60) })),
  }),
  'step-people-ready': at(PEOPLE, { ...PEOPLE_STAGE, people: everybody, can_submit: true }),
  'step-people-add': at(PEOPLE, PEOPLE_STAGE),
  'step-people-qr': at(PEOPLE, { ...PEOPLE_STAGE, people: PEOPLE_STAGE.people.slice(1) }),
  'step-phone': at(
    { ...APP, steps: way(['app_phone', 'app_code', 'app_pictures', 'app_face'], 'app_face') },
    { kind: 'face', actions: [], picture: null },
  ),
  'step-leave': at(PHONE, three),
  'step-done': at(over('person', ['authorise', 'way', 'phone']), {
    kind: 'done',
    receipt: { ...RECEIPT, accepted_at: local(0) },
  }),
  'step-done-company': at(
    over('company_legal', [
      'authorise_company',
      'organisation',
      'company_way',
      'direction',
      'company_account',
      'forward',
    ]),
    { kind: 'done', receipt: COMPANY_RECEIPT },
  ),
  'step-done-matter': at(over('matter', ['materials', 'people'], 'henan'), {
    kind: 'done',
    receipt: { ...MATTER_RECEIPT, accepted_at: local(0) },
  }),
  'step-done-already': at(over('person', ['authorise']), { kind: 'done', receipt: RECEIPT }),
  'step-closed': at(over('person', ['authorise', 'way']), { kind: 'closed', reason: 'expired' }),
  // A platform that the words do not know yet.
  'platforms-new': {
    platforms: () => ({
      platforms: [
        {
          ...PLATFORMS[0],
          id: 'lhasa',
          name: '拉萨示例平台',
          english: 'Lhasa Example',
          mark: '拉',
          path: [path('walk', 'person', 'first_one')],
        },
      ],
      states: [{ ...none('lhasa'), open: [opened('walk', 'first_one')] }],
    }),
  },
};
