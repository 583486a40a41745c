// Records made up for looking at screens and for tests of parts: companies and people are invented, and no number in
// here is anybody's.
import type {
  AccountRecord, BoundCard, Captcha, Certification, CodeSent, CompanyRecord, Fault, LegalCertification, Operator,
  PreferencesSet,
} from './api.gen'; // prettier-ignore
import type { CommandName, Message } from './index';

export type Answers = Partial<Record<CommandName, (message: Message) => unknown>>;

export const refuse = (fault: Fault) => () => {
  throw fault;
};
export const local = (seconds: number) => {
  const time = new Date(Date.now() + seconds * 1000 + 8 * 3_600_000);
  return `${time.toISOString().slice(0, 19)}+08:00`;
};

export const COMPANY: CompanyRecord = {
  version: 7,
  identity: { name: '海河示范进出口有限公司', organization_code: 'MA0T3K1X0', uscc: '91120116MA0T3K1X08' },
  legal_representative: {
    name: '王示例',
    document: { kind: 'id_card', number: '1201**********0027' },
    validity: { from: '20160425', until: '20360425' },
    country: 'CHN',
  },
  address: '天津市滨海新区示范路 8 号 2 层',
  sign_in_again: false,
};

export const ACCOUNT: AccountRecord = {
  version: 3,
  account: 'haihe-demo',
  role: 'administrator',
  rights: [],
  holder: {
    name: '李示范',
    document: { kind: 'id_card', number: '1201**********0019' },
    validity: { from: '20190612', until: '20390612' },
    country: null,
  },
  phone: '19*******12',
  email: null,
  region: '12',
  notifications: { sign_in: true, certification: true, expiry: true },
  change_password: false,
  sign_in_again: false,
};

export const OPERATORS: Operator[] = [
  {
    account: 'haihe-clerk',
    name: '陈样本',
    document: { kind: 'id_card', number: '1201**********0043' },
    phone: '19*******31',
    role: 'operator',
    enabled: true,
    rights: ['certify'],
    asks_upgrade: false,
    last_sign_in: local(-90_000),
  },
  {
    account: 'haihe-former',
    name: '周旧例',
    document: { kind: 'passport', number: 'E1*****78' },
    phone: null,
    role: 'operator',
    enabled: false,
    rights: [],
    asks_upgrade: false,
    last_sign_in: null,
  },
  {
    account: 'haihe-guest',
    name: '孙访客',
    document: { kind: 'id_card', number: '1201**********0051' },
    phone: '19*******55',
    role: 'personal',
    enabled: true,
    rights: [],
    asks_upgrade: true,
    last_sign_in: local(-3000),
  },
];

const CARDS: BoundCard[] = [
  { id: 'c1', number: '03TS********0752', holder: '李示范', kind: 'operator', bound_at: local(-86_400 * 40) },
  { id: 'c2', number: '03TS********0751', holder: '王示例', kind: 'legal_person', bound_at: local(-86_400 * 400) },
];

const receipt = (number: string, days: number): Certification['receipt'] => ({
  number,
  accepted_at: local(-86_400 * days),
  level_before: 'low',
  level_after: 'medium',
  method: 'legal_representative',
  bank: null,
});
const CERTIFICATIONS: Certification[] = [
  {
    method: 'bank_ukey',
    receipt: {
      ...receipt('SW-2026-000018', 1),
      method: 'bank_ukey',
      level_before: 'high',
      level_after: 'high',
      bank: { id: 'ccb', name: '建设银行' },
    },
    certificate: '3f0c',
    expires_at: local(86_400 * 400),
  },
  {
    method: 'ic_card',
    receipt: { ...receipt('SW-2026-000017', 12), method: 'ic_card', level_before: 'medium', level_after: 'high' },
    certificate: '3f0c',
    expires_at: local(86_400 * 30),
  },
  {
    method: 'legal_representative',
    receipt: receipt('SW-2025-000904', 300),
    certificate: null,
    expires_at: local(86_400 * 3000),
  },
];

const SENT: CodeSent = { id: 's1', to: '19*******12', resend_at: local(60), expires_at: local(300) };

export const LEGAL: LegalCertification = {
  id: 'l1',
  expires_at: local(86_400 * 6),
  step: { kind: 'legal_representative' },
  company: COMPANY.identity,
  legal_representative: { name: '王示例', document: COMPANY.legal_representative.document, passed_by: null },
  holder: { name: '李示范', document: ACCOUNT.holder.document, passed_by: null },
};
export const PERMIT: LegalCertification = {
  ...LEGAL,
  legal_representative: {
    name: '王示例',
    document: { kind: 'home_return_permit', number: 'H1*****78' },
    passed_by: null,
  },
};
export const HOLDER: LegalCertification = {
  ...LEGAL,
  step: { kind: 'holder' },
  legal_representative: { ...LEGAL.legal_representative!, passed_by: 'id_card' },
};
const DONE: LegalCertification = {
  ...HOLDER,
  step: { kind: 'done', receipt: receipt('SW-2026-000021', 0) },
  holder: { ...HOLDER.holder!, passed_by: 'bank_card' },
};

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAALQAAABACAAAAACWpQLhAAACLklEQVR42u3ZYbKDIAwEYI7TM3H/e/jedFoNYXcJVjvWCb/aovipJEFblh9s' +
  'JdGJTnSiE53o76If/21mtNnt1ThirBug7YaDHaFzEg03f5h2b7RvgwNJ9OAkuu7BsY9APz92aH+39qCnssdPov2OAbQ8qAbg/QPT6zR0xe0k' +
  'dHxYhq6jRifCIWh6Guy+b2LCWuGXQTdTQASVcR+Npqkf960Sl4bI4P0UZ+lkHg1mJES/CDaCNXqd+8pIIlmhRSi1o28H92kHqW2fd2/bq0Cm' +
  '6Ervn++x32bRbvfF5UsSyUWIxQFXN7lSE+jXIP6iqPlVmHi40JX1gqFZ5drSdysOlnEh9nkMnN1etJ3D42VewWJePJorbe9sGE3TWUeOoF1l' +
  'UGizKQqkMNp8F8HH0c010+g1XdOTnUa/5zRJABhNbjOrCagKROowRjd5XgeVQdOAwgsi1I9/j6C7PD9klz5fqDmlAhXldpY9tobzvGaXGr7K' +
  'i1kQiTVT8+sALRYfil36LrWelM8tC6+QEA2mASo4oYoINeaBQ6IdhZVxFm9sIbYD3a/iBHpdzwp07SeSKDih9bTbk9Qcgd4qxUIfuPT+el0x' +
  'QtdQzYH76ifbMBqscSS6zmRDfpfwS4Q4upNwdB0E9/C1iD5N0sEvi/EU9R5gNORX0SYcCumAqSYgOhX95hXy3Bo60Ozr6wPQT3ghr6yujI7k' +
  '6Y/+UjnlX5vboC/fEp3oRCc60YlOdKITfUf0H07k0UBxTnrXAAAAAElFTkSuQmCC';

function captcha({ kind }: Message): Captcha {
  const life = { id: 'k1', expires_at: local(300) };
  if (kind === 'question') {
    return { ...life, kind, chinese: '十二加七等于几?', english: 'What is twelve plus seven?' };
  }
  return { ...life, kind: 'image', png: PNG };
}

/** What every state answers. */
export const USUAL: Answers = {
  captcha,
  company: () => COMPANY,
  account: () => ACCOUNT,
  operators: () => OPERATORS,
  add_operator: () => OPERATORS,
  set_operator: () => OPERATORS,
  decide_upgrade: () => OPERATORS.filter(({ asks_upgrade }) => !asks_upgrade),
  cards: () => CARDS,
  unbind_card: () => CARDS.slice(1),
  certifications: () => CERTIFICATIONS,
  send_code: () => SENT,
  legal_code: () => SENT,
  begin_legal: () => ({ ...LEGAL, step: { kind: 'company' } }),
  legal_company: () => LEGAL,
  legal_person: () => HOLDER,
  legal_holder: () => DONE,
  legal: () => null,
  edit_company: () => ({ ...COMPANY, version: 8, sign_in_again: true }),
  edit_legal_representative: () => ({ ...COMPANY, version: 8, sign_in_again: true }),
  edit_holder: () => ({ ...ACCOUNT, version: 4, sign_in_again: true }),
  confirm_code: () => ({ ...ACCOUNT, email: 'lish*******e.cn' }),
  set_preferences: ({ set }) => {
    const { notifications, ...rest } = set as PreferencesSet;
    return { ...ACCOUNT, ...rest, notifications: { ...ACCOUNT.notifications, ...notifications } };
  },
  sign_in: refuse({ code: 'captcha_wrong' }),
};

/** One answer so many times, another from then on. */
function changing<T>(times: number, first: T, then: T): () => T {
  let asked = 0;
  return () => (asked++ < times ? first : then);
}

/** What some states answer otherwise, by their name. */
export const ANSWERS: Record<string, Answers> = {
  'sign-in-locked': { sign_in: refuse({ code: 'sign_in_locked', seconds: 870 }) },
  'company-refused': { edit_company: refuse({ code: 'data_refused', reason: 'enterprise_mismatch' }) },
  'company-conflict': {
    edit_company: refuse({ code: 'record_changed' }),
    company: changing(1, COMPANY, { ...COMPANY, version: 9, address: '天津市滨海新区示范路 18 号' }),
  },
  'company-again': { company: () => ({ ...COMPANY, sign_in_again: true }) },
  'account-must': { account: () => ({ ...ACCOUNT, change_password: true }) },
  'account-personal': { account: () => ({ ...ACCOUNT, role: 'personal' }) },
  'cards-none': { cards: () => [] },
  'cards-none-clerk': { cards: () => [] },
  'centre-missing': {
    company: () => ({
      ...COMPANY,
      address: null,
      legal_representative: { ...COMPANY.legal_representative, document: null },
    }),
    account: () => ({ ...ACCOUNT, holder: { ...ACCOUNT.holder, validity: null } }),
  },
  'centre-missing-clerk': {
    company: () => ({ ...COMPANY, address: null }),
  },
  'sign-in-card-bank': { begin_card_sign_in: refuse({ code: 'card_not_bound' }) },
  'person-refused': { edit_legal_representative: refuse({ code: 'data_refused', reason: 'legal_person_mismatch' }) },
  centre: { certifications: () => [] },
  'centre-open': { legal: () => LEGAL },
  'legal-refused': { legal_company: refuse({ code: 'data_refused', reason: 'legal_person_mismatch' }) },
  'legal-2': { legal: () => LEGAL },
  'legal-2-bank': { legal: () => LEGAL },
  'legal-2-permit': { legal: () => PERMIT },
  'legal-2-ctid': {
    legal: () => LEGAL,
    legal_person: refuse({ code: 'data_refused', reason: 'not_in_ctid' }),
  },
  'legal-2-refused': {
    legal: () => LEGAL,
    legal_person: refuse({ code: 'data_refused', reason: 'not_in_ctid' }),
  },
  'legal-2-elsewhere': {
    // The centre asks, the steps ask, then it has gone on.
    legal: changing<LegalCertification>(2, LEGAL, HOLDER),
    legal_person: refuse({ code: 'record_changed' }),
  },
  'legal-3': { legal: () => HOLDER },
  'legal-done': { legal: () => DONE },
};
