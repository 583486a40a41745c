// The world's desks for money and letters, as a person at the sandbox finds them.
import { createHash, randomUUID } from 'node:crypto';
import { judgePage } from './judge';
import { expect, test, type Stage } from './stage';

interface Stood {
  id: string;
  version: number;
  stage: { kind: string; notices?: string[]; letter?: { state: string; reason?: string }; payment?: { passed: boolean } };
  steps: { step: string; state: string }[];
}

/** A procedure by its HTTP, as far as the step of the transfer: the desks are what is looked at here. */
class Walk {
  private constructor(
    private readonly portal: string,
    private readonly token: string,
    private readonly id: string,
  ) {}

  static async begin(stage: Stage): Promise<Walk> {
    const portal = stage.ready.portal;
    const { id } = (await ask(portal, null, 'POST', '/v1/captchas', { kind: 'question' })) as { id: string };
    const captcha = { id, answer: await stage.captchaAnswer(id) };
    const { account, password } = stage.ready;
    const session = (await ask(portal, null, 'POST', '/v1/sessions', { account, password, captcha })) as { token: string };
    const wish = { platform: 'ningbo', path: 'company_legal' };
    const opened = (await ask(portal, session.token, 'POST', '/v1/procedures', wish)) as Stood;
    return new Walk(portal, session.token, opened.id);
  }

  shown = async () => (await ask(this.portal, this.token, 'GET', `/v1/procedures/${this.id}`)) as Stood;

  private async give(answer: object): Promise<void> {
    const { version, steps } = await this.shown();
    const now = steps.find(({ state }) => state === 'now')!.step;
    await ask(this.portal, this.token, 'PUT', `/v1/procedures/${this.id}/steps/${now}`, answer, { 'if-match': `"${version}"` });
  }

  private agreed = async () => (await this.shown()).stage.notices ?? [];

  async toReverse(stage: Stage): Promise<void> {
    const sent = (await ask(this.portal, this.token, 'POST', `/v1/procedures/${this.id}/codes`, {})) as { id: string };
    const code = await stage.code(stage.account(stage.ready.account).holder.phone);
    await this.give({ kind: 'code', id: sent.id, code, agreed: await this.agreed() });
    const { identity, legal_representative: legal } = stage.company('haihe');
    const values = { company_name: identity.name, company_number: identity.uscc, legal_name: legal.name };
    await this.give({ kind: 'form', values, agreed: await this.agreed() });
    for (const way of ['transfer', 'reverse']) await this.give({ kind: 'way', way });
  }

  async sendLetter(scan: Buffer): Promise<void> {
    const facts = { slot: 'letter', size: scan.length, sha256: createHash('sha256').update(scan).digest('hex') };
    const uploads = `/v1/procedures/${this.id}/uploads`;
    const upload = (await ask(this.portal, this.token, 'POST', uploads, facts)) as { id: string };
    for (let offset = 0; offset < scan.length; offset += 256 << 10) {
      const headers = { 'upload-offset': String(offset), 'content-type': 'application/octet-stream' };
      const part = scan.subarray(offset, offset + (256 << 10));
      await ask(this.portal, this.token, 'PATCH', `${uploads}/${upload.id}`, part, headers);
    }
  }
}

async function ask(
  portal: string,
  token: string | null,
  method: string,
  path: string,
  body?: object | Buffer,
  more: Record<string, string> = {},
): Promise<unknown> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...more };
  if (token) headers['authorization'] = `Bearer ${token}`;
  const content = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const answer = await fetch(`${portal}${path}`, { method, headers, body: content as BodyInit | undefined });
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
  return answer.json();
}

test('a letter is refused, another is accepted, and a payment is made', async ({ page, stage }) => {
  const { world } = stage.ready;
  await page.goto(`${world}/review`);
  await expect(page.getByText('没有待审核的授权书')).toBeVisible();
  const walk = await Walk.begin(stage);
  await walk.toReverse(stage);
  // What stands on it is nobody's business here.
  await page.setViewportSize({ width: 900, height: 640 });
  const scan = await page.screenshot();

  await walk.sendLetter(scan);
  await page.reload();
  await expect(page.getByRole('img', { name: /授权书/ })).toBeVisible();
  await judgePage(page, 'world-review');
  await page.getByLabel(/退回原因/).fill('公章不清楚');
  await page.getByRole('button', { name: /^退回/ }).click();
  await expect(page.getByText('没有待审核的授权书')).toBeVisible();
  expect((await walk.shown()).stage.letter).toEqual({ state: 'refused', reason: '公章不清楚' });

  await walk.sendLetter(scan);
  await page.reload();
  await page.getByRole('button', { name: /^通过/ }).click();
  expect((await walk.shown()).stage.letter).toEqual({ state: 'passed' });

  await page.getByRole('link', { name: /银行账本/ }).click();
  const company = page.getByRole('article').filter({ hasText: stage.company('haihe').identity.name });
  await company.getByText('付款给平台').click();
  await judgePage(page, 'world-ledger');
  await company.getByLabel(/付款方户名/).fill('别的公司');
  await company.getByRole('button', { name: /^付款/ }).click();
  await expect(page.getByRole('heading', { name: /别的公司 →/ })).toBeVisible();
  expect((await walk.shown()).stage.payment?.passed).toBe(false);
  await company.last().getByText('付款给平台').click();
  await company.last().getByRole('button', { name: /^付款/ }).click();
  await expect(page.getByRole('heading', { name: new RegExp(`${stage.company('haihe').identity.name} →`) })).toBeVisible();
  expect((await walk.shown()).stage.kind).toBe('done');
  await judgePage(page, 'world-ledger-paid');
});

test('time passes for the QR codes that nobody opened', async ({ page, stage }) => {
  await page.goto(stage.ready.world);
  await page.getByRole('link', { name: /二维码/ }).click();
  await judgePage(page, 'world-tickets');
  await page.getByRole('button', { name: /立即过期/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: /二维码/ })).toBeVisible();
});
