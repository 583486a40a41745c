// What a spec needs: the stage's hand at the desk, and the first steps that all journeys share.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test as base, expect, type Page } from '@playwright/test';

export { expect };

export interface Ready {
  ui: string;
  control: string;
  token: string;
  portal: string;
  account: string;
  password: string;
  cards: Record<string, { pin: string; label: string }>;
}

/** What the program shows, as far as specs look at it. */
interface View {
  flow: { kind: string; statement?: { text: string } };
}

export class Stage {
  readonly ready = JSON.parse(process.env['TONGGUAN_STAGE'] ?? '{}') as Ready;

  pin(card: string): string {
    return this.ready.cards[card]!.pin;
  }

  /** Another PIN of the same length. */
  wrongPin(card: string): string {
    return [...this.pin(card)].map((digit) => String((Number(digit) + 1) % 10)).join('');
  }

  insert = (slot: number, card: string) => this.post('insert', { slot, card });
  remove = (slot: number) => this.post('remove', { slot });
  portal = (state: 'up' | 'down') => this.post('portal', { state });
  pcscd = (state: 'up' | 'down') => this.post('pcscd', { state });

  /** As on the first day, and nobody signed in. */
  async reset(): Promise<void> {
    await this.rpc('cancel');
    await this.rpc('sign_out');
    await this.post('reset', null);
  }

  async view(): Promise<View> {
    return (await this.rpc('view')).json() as Promise<View>;
  }

  private rpc(command: string): Promise<Response> {
    return this.send(new URL('/rpc', this.ready.control).href, { command: { command } });
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

/** Opens the page and signs the demo account in. */
export async function signIn(page: Page, stage: Stage): Promise<void> {
  await page.goto(stage.ready.ui);
  await fillSignIn(page, stage);
  await expect(page.getByRole('heading', { name: '企业实名认证' })).toBeVisible();
}

export async function fillSignIn(page: Page, stage: Stage): Promise<void> {
  await expect(page.getByLabel('平台地址', { exact: true })).toHaveValue(stage.ready.portal);
  await page.getByLabel('账号', { exact: true }).fill(stage.ready.account);
  await page.getByLabel('密码', { exact: true }).fill(stage.ready.password);
  await page.getByRole('button', { name: '登录平台' }).click();
}

/** From the certification centre to the statement, with the one card that is in. */
export async function toStatement(page: Page): Promise<void> {
  await page.getByRole('button', { name: '用 IC 卡认证' }).click();
  await page.getByRole('button', { name: '下一步: 核对声明' }).click();
  await expect(page.getByLabel('卡密码', { exact: true })).toBeVisible();
}

export async function enterPin(page: Page, pin: string): Promise<void> {
  await page.getByLabel('卡密码', { exact: true }).fill(pin);
  await page.getByRole('button', { name: '签署声明' }).click();
}

export const passed = (page: Page) => page.getByRole('heading', { name: 'IC 认证成功!' });

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  violations: { id: string; help: string; nodes: { target: unknown[] }[] }[];
}

/** What axe-core finds wrong with the page as it stands, one line each. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const result = await page.evaluate(() => (window as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run());
  return result.violations.map(
    ({ id, help, nodes }) => `${id}: ${help} (${nodes.map((n) => n.target.join(' ')).join(', ')})`,
  );
}
