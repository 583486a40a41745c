// `gallery.html?state=consent&language=zh-CN&theme=dark`: one state of one screen, without any host.
import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { hostOf } from './host/fixture';

const asked = new URLSearchParams(window.location.search);
const state = asked.get('state') ?? 'sign-in';
const theme = asked.get('theme');
if (theme) document.documentElement.dataset['theme'] = theme;
localStorage.setItem('tongguan.language', asked.get('language') ?? 'zh-CN');
localStorage.setItem('tongguan.captcha', state === 'sign-in-question' ? 'question' : 'image');
mount(App, { target: document.getElementById('app')!, props: { host: hostOf(state) } });

/** What to press, or to fill in, to come to a place: the longest name that fits counts. */
type Act = string | [field: string, value: string];
const menu = (place: number) => `nav button:nth-of-type(${place})`;
const BANKS = 'main ul li:nth-child(3) button';
const LEGAL = 'main ul li:nth-child(2) button';
const HAND = [BANKS, 'main ul li:first-child button'];
const edit = (panel: number) => `main section.panel:nth-of-type(${panel}) .head button`;
const SUBMIT = 'main form [type=submit]';
const GO_ON = 'main li.open button';
const TICK = ['main .notice input'];
const PATHS: Record<string, Act[]> = {
  choose: ['li.best button'],
  journal: [menu(7)],
  'ukey-banks': [BANKS],
  'ukey-hand-own': [
    ...HAND,
    'details details:last-child summary',
    ['details[open] input', '/home/li/driver/my-own-pkcs11.so'],
    'details details:last-child [type=submit]',
  ],
  'ukey-hand': HAND,
  'sign-in-locked': [
    ['input[autocomplete=username]', 'haihe-demo'],
    ['input[type=password]', 'not-the-password'],
    ['.captcha input', '7KM4P'],
    SUBMIT,
  ],
  'sign-in-card': ['main fieldset label:nth-of-type(2)'],
  'sign-in-card-bank': ['main fieldset label:nth-of-type(2)', SUBMIT],
  'sign-in-card-unbound': [],
  'sign-in-card-consent': [],
  company: [menu(3)],
  'company-edit': [menu(3), edit(1), ['main form input.mono', '9113000034801880XB']],
  'company-person': [menu(3), edit(2)],
  'company-refused': [menu(3), edit(1), SUBMIT],
  'company-conflict': [menu(3), edit(1), SUBMIT],
  'person-refused': [menu(3), edit(2), SUBMIT],
  account: [menu(4)],
  'account-holder': [menu(4), edit(1)],
  'account-phone': [menu(4), edit(5), ['main form input[type=tel]', '19900001234'], 'main form .ask button'],
  'account-pin': [menu(4), edit(4)],
  operators: [menu(5)],
  'operators-add': [menu(5), 'main .stack > .row button', SUBMIT],
  'operators-disable': [menu(5), 'td button:nth-of-type(2)'],
  cards: [menu(6)],
  'cards-none-clerk': [menu(5)],
  'cards-ask': [menu(6), 'main ul li button'],
  platforms: [menu(2)],
  'platforms-open': [
    menu(2),
    'main details:first-of-type summary',
    'main section:nth-of-type(3) details:last-of-type summary',
  ],
  step: [menu(2), GO_ON],
  'step-form-offer-taken': [menu(2), GO_ON, 'main form section button'],
  'step-form-refused': [menu(2), GO_ON, ...TICK, SUBMIT],
  'step-form-missing': [menu(2), GO_ON, SUBMIT],
  'step-code-missing': [menu(2), GO_ON, SUBMIT],
  'step-branch': [menu(2), GO_ON, ['[role=combobox]', 'x9']],
  'step-pictures-missing': [menu(2), GO_ON, 'main .end button'],
  'step-leave': [menu(2), GO_ON, 'main .ends > button:last-child'],
  'step-people-add': [menu(2), GO_ON, 'main .ends button'],
  'step-people-qr': [menu(2), GO_ON, 'td.duty button'],
  'step-transfer-wrong': [menu(2), GO_ON, ['main form input', '0.36'], SUBMIT],
  legal: [LEGAL],
  'legal-refused': [LEGAL, ['main fieldset input', '11010519491231002X'], SUBMIT],
  'legal-2-bank': [LEGAL, 'main fieldset label:nth-of-type(2)', ['.bank input', '6212345678901234569'], SUBMIT],
  'legal-2-elsewhere': [LEGAL, SUBMIT],
  'legal-2-refused': [LEGAL, SUBMIT],
  'legal-2-ctid': [LEGAL, SUBMIT, 'dialog .row button:nth-of-type(2)'],
};
const name = Object.keys(PATHS)
  .filter((path) => state.startsWith(path))
  .sort((one, two) => two.length - one.length)[0];
const pause = () => new Promise((done) => setTimeout(done, 60));
for (const act of name === undefined ? [] : (PATHS[name] ?? [])) {
  await pause();
  if (typeof act === 'string') {
    document.querySelector<HTMLElement>(act)?.click();
    continue;
  }
  const field = document.querySelector<HTMLInputElement>(act[0]);
  if (!field) continue;
  field.focus();
  field.value = act[1];
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.blur();
}
document.documentElement.dataset['ready'] = 'yes';
