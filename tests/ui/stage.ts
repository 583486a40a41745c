// What a spec needs: the stage's hand at the desk, and the first steps that all journeys share.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test as base, expect, type Locator, type Page } from '@playwright/test';

export { expect };

const BROWSER = process.env['TONGGUAN_BROWSER'] ?? '';

export interface Ready {
  ui: string;
  control: string;
  token: string;
  portal: string;
  account: string;
  password: string;
  cards: Record<string, { pin: string; label: string }>;
  ukeys: Record<string, { pin: string; label: string }>;
  libraries: Record<Through, string>;
  /** Where the banks' own pages are. */
  banks: string;
  /** The page with registers, messages and failures. */
  world: string;
  /** What phones show. */
  phone: string;
}

/** Somebody of the sandbox's world, with everything that a check asks for. */
export interface Person {
  name: string;
  document: { kind: string; number: string };
  validity: { from: string; until: string };
  bank_card: string;
  phone: string;
}

export interface Company {
  slug: string;
  identity: { name: string; uscc: string; organization_code: string };
  legal_representative: Person;
  operator: Person;
}

export interface Account {
  name: string;
  password: string;
  holder: Person;
}

export type Register = 'company' | 'ctid' | 'bank' | 'sms' | 'population' | 'phone' | 'payments';
export type Failure = 'absent' | 'mismatch' | 'timeout' | 'rate_limit' | 'other_face' | 'poor_picture';

/** The library behind which a UKey is plugged in. */
export type Through = 'skf' | 'pkcs11' | 'soft_hsm' | 'open_sc';
export type Misbehaviour = 'hang' | 'crash';

/** What the program shows, as far as specs look at it. */
interface View {
  flow: { kind: string; address?: string; statement?: { text: string } };
  libraries: Library[];
  tokens: { readers: { state: { kind: string } }[] };
}

interface Library {
  path: string;
  state: { kind: string; facts?: { sha256: string } | null };
}

export class Stage {
  readonly ready = JSON.parse(process.env['TONGGUAN_STAGE'] ?? '{}') as Ready;
  private readonly people = JSON.parse(readFileSync(process.env['TONGGUAN_PEOPLE'] ?? '', 'utf8')) as {
    companies: Company[];
    accounts: Account[];
  };

  company = (slug: string): Company => this.people.companies.find((company) => company.slug === slug)!;
  account = (name: string): Account => this.people.accounts.find((account) => account.name === name)!;

  /** Of a card or a UKey. */
  pin(name: string): string {
    return (this.ready.cards[name] ?? this.ready.ukeys[name])!.pin;
  }

  /** Another PIN of the same length. */
  wrongPin(name: string): string {
    return [...this.pin(name)].map((digit) => String((Number(digit) + 1) % 10)).join('');
  }

  insert = (slot: number, card: string) => this.post('insert', { slot, card });
  remove = (slot: number) => this.post('remove', { slot });
  plug = (ukey: string, through: Through) => this.post('plug', { ukey, through });
  /** A bank's key on a card, which OpenSC's module reads. */
  insertUkey = (slot: number, ukey: string) => this.post('insert_ukey', { slot, ukey });
  unplug = (ukey: string, through: Through) => this.post('unplug', { ukey, through });
  portal = (state: 'up' | 'down') => this.post('portal', { state });
  pcscd = (state: 'up' | 'down') => this.post('pcscd', { state });
  /** The portal's clock goes ahead. */
  clock = (seconds: number) => this.post('clock', { seconds });
  /** Of one record of a register, or of the whole; `null` lifts it. */
  fail = (register: Register, record: string | null, failure: Failure | null) =>
    this.post('failure', { register, record, failure });

  /** What answers the captcha that is on the page. */
  captchaAnswer = async (id: string): Promise<string> => (await this.read<{ answer: string }>(`captcha/${id}`)).answer;

  /** The code of the newest message to this phone or address. */
  async code(to: string): Promise<string> {
    const messages = await this.read<{ id: number; code: string | null }[]>(`messages?find=${to}`);
    const [newest] = messages.filter(({ code }) => code !== null).sort((one, two) => two.id - one.id);
    if (!newest?.code) throw new Error('no message with a code');
    return newest.code;
  }

  /** The address in the newest message to this phone. */
  async link(to: string): Promise<string> {
    const messages = await this.read<{ id: number; text: string }[]>(`messages?find=${to}`);
    const [newest] = messages.sort((one, two) => two.id - one.id);
    const found = /https?:\/\/\S+/.exec(newest?.text ?? '')?.[0];
    if (!found) throw new Error('no message with a link');
    return found;
  }

  /** A wrong password from somewhere else; gives the fault's code. */
  async guess(account: string): Promise<string> {
    const refused = await this.tryToSignIn(this.ready.portal, account, 'not-the-password');
    return ((await refused.json()) as { code: string }).code;
  }

  /** The demo account, at its portal or at somebody who stands in front of it. */
  async signIn(portal: string): Promise<void> {
    const answer = await this.tryToSignIn(portal, this.ready.account, this.ready.password);
    if (!answer.ok) throw new Error(`not signed in: ${await answer.text()}`);
  }

  signOut = () => this.rpc('sign_out');

  private async tryToSignIn(portal: string, account: string, password: string): Promise<Response> {
    const captcha = (await (await this.rpc('captcha', { portal, kind: 'question' })).json()) as { id: string };
    const answer = { id: captcha.id, answer: await this.captchaAnswer(captcha.id) };
    return this.rpc('sign_in', { portal, account, password, captcha: answer });
  }

  /** The next call of that function goes wrong, once. */
  strike = (through: Through, call: string, misbehaviour: Misbehaviour) =>
    this.post('behave', { through, behaviour: { strikes: [{ call, times: 1, misbehaviour }] } });

  /** Says yes to a driver, as the user has done on an earlier day. */
  async allow(through: Through): Promise<void> {
    const path = this.ready.libraries[through];
    const library = (await (await this.rpc('inspect_library', { path })).json()) as Library;
    const answer = await this.rpc('approve_library', { path, sha256: library.state.facts?.sha256 });
    if (!answer.ok) throw new Error(`${through} is not allowed: ${await answer.text()}`);
  }

  /** Whether the system can open an address. */
  browser(state: 'up' | 'down'): void {
    if (state === 'up') rmSync(path.join(BROWSER, 'broken'), { force: true });
    else writeFileSync(path.join(BROWSER, 'broken'), '');
  }

  /** What the system was asked to open, in order. */
  opened(): string[] {
    const log = path.join(BROWSER, 'opened');
    return existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
  }

  /** As on the first day, nobody signed in and no driver allowed. */
  async reset(): Promise<void> {
    await this.rpc('cancel');
    await this.rpc('dismiss');
    await this.rpc('sign_out');
    for (const { path, state } of (await this.view()).libraries) {
      if (state.kind === 'approved' || state.kind === 'unusable') await this.rpc('withdraw_library', { path });
    }
    await this.post('reset', null);
    this.browser('up');
    rmSync(`${BROWSER}/opened`, { force: true });
    // What the last test had plugged in goes after this: a page that still shows it moves under the mouse.
    const tokens = async () => (await this.view()).tokens.readers.filter(({ state }) => state.kind === 'token');
    await expect.poll(tokens).toEqual([]);
  }

  async view(): Promise<View> {
    return (await this.rpc('view')).json() as Promise<View>;
  }

  private rpc(command: string, args: Record<string, unknown> = {}): Promise<Response> {
    return this.send(new URL('/rpc', this.ready.control).href, { command: { command, ...args } });
  }

  private async read<T>(what: string): Promise<T> {
    const headers = { 'X-Tongguan-Token': this.ready.token };
    const answer = await fetch(`${this.ready.control}/${what}`, { headers });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
    return answer.json() as Promise<T>;
  }

  private async post(act: string, body: unknown): Promise<void> {
    const answer = await this.send(`${this.ready.control}/${act}`, body);
    if (!answer.ok) throw new Error(`${act}: ${answer.status} ${await answer.text()}`);
  }

  private send(url: string, body: unknown): Promise<Response> {
    const headers = { 'Content-Type': 'application/json', 'X-Tongguan-Token': this.ready.token };
    return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  }
}

export const test = base.extend<{ stage: Stage }>({
  stage: async ({}, use) => {
    const stage = new Stage();
    await stage.reset();
    await use(stage);
  },
});

/** Opens the page and signs the demo account in, or another one. */
export async function signIn(page: Page, stage: Stage, account?: Account): Promise<void> {
  await page.goto(stage.ready.ui);
  await fillSignIn(page, stage, account);
  await expect(page.getByRole('heading', { name: '企业实名认证' })).toBeVisible();
}

export async function fillSignIn(page: Page, stage: Stage, account?: Account): Promise<void> {
  await expect(page.locator('.known .address')).toHaveText(stage.ready.portal);
  await page.getByLabel('账号', { exact: true }).fill(account?.name ?? stage.ready.account);
  await page.getByLabel('密码', { exact: true }).fill(account?.password ?? stage.ready.password);
  await fillCaptcha(page, stage);
  await page.getByRole('button', { name: '登录平台' }).click();
}

/** Reads the captcha on the page as a person would, with the stage's eyes. */
export async function fillCaptcha(page: Page, stage: Stage): Promise<void> {
  const shown = page.locator('[data-captcha]');
  await expect(shown).toBeVisible();
  const answer = await stage.captchaAnswer((await shown.getAttribute('data-captcha')) ?? '');
  await page.getByLabel(/^(验证码|验证问题)$/).fill(answer);
}

/** To a place of the menu. */
export async function goTo(page: Page, place: string): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name: place }).click();
  await expect(page.getByRole('heading', { level: 1, name: place })).toBeVisible();
}

/** From the certification centre to the statement, with the one card that is in. */
export async function toStatement(page: Page): Promise<void> {
  await page.getByRole('button', { name: '用 IC 卡认证' }).click();
  await page.getByRole('button', { name: '下一步: 核对声明' }).click();
  await expect(page.getByLabel('卡密码', { exact: true })).toBeVisible();
}

export async function enterPin(page: Page, pin: string): Promise<void> {
  await page.getByLabel(/^(卡|UKey )密码$/).fill(pin);
  await page.getByRole('button', { name: '签署声明' }).click();
}

/** Presses Tab until the element has the focus, as a person without a mouse does. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 40; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${target} is not reached by Tab`);
}

export const passed = (page: Page) => page.getByRole('heading', { name: 'IC 认证成功!' });

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  violations: { id: string; help: string; nodes: { target: unknown[] }[] }[];
}

/** What axe-core finds wrong with the page as it stands, one line each. */
export async function violations(page: Page): Promise<string[]> {
  // It stays with the page; to read it again takes a fifth of the time.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const result = await page.evaluate(() => (window as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run());
  return result.violations.map(
    ({ id, help, nodes }) => `${id}: ${help} (${nodes.map((n) => n.target.join(' ')).join(', ')})`,
  );
}
