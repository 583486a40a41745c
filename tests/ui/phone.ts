// A phone: the pages at the other end of a QR code, and a desk without a window that gives it something to do.
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { overflow } from './judge';
import { expect, violations, type Person, type Stage } from './stage';

const ARTIFACTS = fileURLToPath(new URL('artifacts', import.meta.url));
mkdirSync(ARTIFACTS, { recursive: true });

/** CSS pixels of a small phone. */
export const PHONE = { width: 390, height: 844 };

export interface Shown {
  id: string;
  version: number;
  steps: { step: string; state: string }[];
  stage: { kind: string; notices?: string[]; people?: { id: string }[] };
  refused: string | null;
}

/** The demo account at its portal, over HTTP. */
export class Desk {
  private constructor(
    private readonly stage: Stage,
    private readonly token: string,
    private readonly id: string,
  ) {}

  static async open(stage: Stage, platform: string, path: string): Promise<Desk> {
    const asked = (token: string | null, what: string, body: unknown, headers = {}) =>
      Desk.ask(stage, token, 'POST', what, body, headers);
    const captcha = (await asked(null, 'captchas', { kind: 'question' })) as { id: string };
    const answer = { id: captcha.id, answer: await stage.captchaAnswer(captcha.id) };
    const { account, password } = stage.ready;
    const { token } = (await asked(null, 'sessions', { account, password, captcha: answer })) as { token: string };
    const key = { 'Idempotency-Key': randomUUID() };
    const opened = (await asked(token, 'procedures', { platform, path }, key)) as Shown;
    return new Desk(stage, token, opened.id);
  }

  private static async ask(
    stage: Stage,
    token: string | null,
    method: string,
    what: string,
    body?: unknown,
    more: Record<string, string> = {},
  ): Promise<unknown> {
    const headers: Record<string, string> = { 'Content-Type': 'application/json', ...more };
    if (token) headers['Authorization'] = `Bearer ${token}`;
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${stage.ready.portal}/v1/${what}`, { method, headers, ...sent });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  private below = (method: string, below: string, body?: unknown, more = {}) =>
    Desk.ask(this.stage, this.token, method, `procedures/${this.id}${below}`, body, more);

  shown = async (): Promise<Shown> => (await this.below('GET', '')) as Shown;
  kind = async (): Promise<string> => (await this.shown()).stage.kind;

  async pass(answer: Record<string, unknown>): Promise<Shown> {
    const { version, steps } = await this.shown();
    const now = steps.find(({ state }) => state === 'now')!;
    return (await this.below('PUT', `/steps/${now.step}`, answer, { 'If-Match': `"${version}"` })) as Shown;
  }

  async fill(values: Record<string, string>): Promise<Shown> {
    const { stage } = await this.shown();
    return this.pass({ kind: 'form', values, agreed: stage.notices });
  }

  async authorise(): Promise<void> {
    const sent = (await this.below('POST', '/codes')) as { id: string };
    const { phone } = this.stage.account(this.stage.ready.account).holder;
    const { stage } = await this.shown();
    await this.pass({ kind: 'code', id: sent.id, code: await this.stage.code(phone), agreed: stage.notices });
  }

  async ticket(asked: unknown = {}): Promise<string> {
    return ((await this.below('POST', '/tickets', asked)) as { address: string }).address;
  }

  async add(person: Person, role: string): Promise<string> {
    const { name, document } = person;
    const { stage } = await this.pass({ kind: 'add_person', person: { name, document, role } });
    return stage.people!.at(-1)!.id;
  }

  duty = (person: string, duty: string) => this.ticket({ duty: { person, duty } });
}

/** As the world's page has it. */
export async function picture(stage: Stage, person: Person, side: 'face' | 'front' | 'back'): Promise<Buffer> {
  const answer = await fetch(`${stage.ready.world}/population/${person.document.number}/${side}.jpg`);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

/** Chooses a picture and sends it. */
export async function choose(phone: Page, slot: string, buffer: Buffer): Promise<void> {
  const file = { name: `${slot}.jpg`, mimeType: 'image/jpeg', buffer };
  await phone.locator(`#file-${slot}`).setInputFiles(file);
  await phone.locator(`section:has(#slot-${slot})`).getByRole('button', { name: '上传' }).click();
}

/** One action after the other. */
export async function act(phone: Page): Promise<void> {
  const [, all] = /(\d) \/ (\d)/.exec((await phone.locator('.count').textContent()) ?? '')!.slice(1).map(Number);
  for (let at = 1; at <= all!; at += 1) {
    await expect(phone.locator('.count')).toContainText(`${at} / ${all}`);
    await phone.getByRole('button', { name: '完成这个动作' }).click();
  }
}

export async function showFace(phone: Page, stage: Stage, person: Person): Promise<void> {
  await choose(phone, 'face', await picture(stage, person, 'face'));
  await act(phone);
}

/** By hand, with the mouse. */
export async function sign(phone: Page): Promise<void> {
  const box = (await phone.locator('canvas').boundingBox())!;
  const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
  await phone.mouse.move(...at(0.2, 0.3));
  await phone.mouse.down();
  await phone.mouse.move(...at(0.7, 0.6), { steps: 15 });
  await phone.mouse.up();
  await phone.getByRole('button', { name: '确认签名' }).click();
}

/** With the keyboard alone. */
export async function signByKeys(phone: Page): Promise<void> {
  await phone.locator('canvas').focus();
  await phone.keyboard.press('Space');
  for (let x = 0; x < 12; x += 1) await phone.keyboard.press(x % 3 === 2 ? 'ArrowDown' : 'ArrowRight');
  await phone.keyboard.press('Space');
  await phone.keyboard.press('Tab');
  await expect(phone.getByRole('button', { name: '确认签名' })).toBeFocused();
  await phone.keyboard.press('Enter');
}

export const done = (phone: Page) => phone.locator('.big');
export const next = (phone: Page, name: string) => phone.getByRole('button', { name, exact: false });

export async function agree(phone: Page): Promise<void> {
  for (const box of await phone.getByRole('checkbox').all()) await box.check();
}

/** As it stands on a phone, in both colours. */
export async function judged(phone: Page, name: string): Promise<void> {
  await phone.bringToFront();
  for (const colorScheme of ['dark', 'light'] as const) {
    await phone.emulateMedia({ colorScheme });
    await phone.screenshot({ path: `${ARTIFACTS}/phone-${name}-${colorScheme}.png`, fullPage: true });
    expect.soft(await violations(phone), `${name} ${colorScheme}`).toEqual([]);
  }
  expect.soft(await overflow(phone), name).toBeLessThanOrEqual(0);
}

export const holder = (stage: Stage) => stage.account(stage.ready.account).holder;

/** A face check of the account's holder, up to its QR code. */
export async function faceCheck(stage: Stage, by: 'quick' | 'alipay'): Promise<Desk> {
  const { name, document } = holder(stage);
  const desk = await Desk.open(stage, 'ningbo', 'person');
  await desk.authorise();
  await desk.pass({ kind: 'way', way: 'face' });
  await desk.fill({ name, id_number: document.number, face_by: by });
  return desk;
}
