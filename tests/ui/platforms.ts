// The platforms in the window, with a phone beside it and the sandbox's desks for money and letters.
import type { Browser, Locator, Page } from '@playwright/test';
import jsQR from 'jsqr';
import { act, choose, PHONE, picture } from './phone';
import { expect, goTo, signIn, type Person, type Stage } from './stage';

export const DESKTOP = { width: 1280, height: 800 };

export const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
export const press = (page: Page, name: string | RegExp) =>
  page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name }).click();
export const certified = (page: Page) => page.getByRole('heading', { level: 1, name: '认证通过' });
export const platform = (page: Page, name: string) => page.getByRole('region', { name });
export const NINGBO = '宁波产权交易中心';
export const BEIJING = '北京市企业服务 e 窗通平台';
export const HENAN = '河南省全程电子化服务平台';

export const holder = (stage: Stage): Person => stage.account(stage.ready.account).holder;

/** Signed in, at a path of a platform. */
export async function begin(page: Page, stage: Stage, name: string, path: string): Promise<void> {
  await signIn(page, stage);
  await startPath(page, name, path);
}

/** The same for whoever is signed in. */
export async function startPath(page: Page, name: string, path: string): Promise<void> {
  await goTo(page, '实名认证平台');
  await press(page, new RegExp(`^(开始|新办一件): ${path.replace(/[()]/g, '\\$&')} \\(${name}\\)`));
}

/** The code that goes to this phone, and what is agreed to with it. */
export async function enterCode(page: Page, stage: Stage, phone: string, act: string): Promise<void> {
  await press(page, '获取验证码');
  await expect(page.getByText(/验证码已发到/)).toBeVisible();
  await field(page, '手机验证码').fill(await stage.code(phone));
  await agree(page);
  await press(page, act);
}

export async function agree(page: Page): Promise<void> {
  for (const box of await page.getByRole('checkbox', { name: /我已阅读并同意/ }).all()) await box.check();
}

/** As far as the ways of a person, or of a company. */
export async function authorise(page: Page, stage: Stage): Promise<void> {
  await enterCode(page, stage, holder(stage).phone, '登录并授权提交');
}

/** The account of a bank card, on the web path of Beijing. */
export async function fillBankAccount(page: Page, person: Person): Promise<void> {
  const { from, until } = person.validity;
  await field(page, '证件有效期起').fill(from);
  await page.getByRole('checkbox', { name: '长期有效' }).setChecked(until === '00000000');
  if (until !== '00000000') await field(page, '证件有效期止').fill(until);
  await field(page, '银行卡号').fill(person.bank_card);
  await field(page, '银行预留手机号').fill(person.phone);
}

export async function giveCompany(page: Page, stage: Stage): Promise<void> {
  const { identity, legal_representative: legal } = stage.company('haihe');
  await expect(field(page, '企业名称')).toHaveValue(identity.name);
  await field(page, '统一社会信用代码/工商注册号').fill(identity.uscc);
  await field(page, '法定代表人/负责人姓名').fill(legal.name);
  await agree(page);
  await press(page, '同意并继续');
}

/** What the QR code says. */
export async function address(page: Page): Promise<string> {
  await expect(page.getByRole('img', { name: /^二维码/ })).toBeVisible();
  await page.getByText('扫不了码?').click();
  return (await page.locator('.address').textContent()) ?? '';
}

/** What a camera reads there. */
export async function scanned(code: Locator): Promise<string> {
  const picture = (await code.screenshot()).toString('base64');
  const page = await code.page().context().newPage();
  const { data, width, height } = await page.evaluate(async (base64) => {
    const file = await (await fetch(`data:image/png;base64,${base64}`)).blob();
    const bitmap = await createImageBitmap(file);
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const { data, width, height } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return { data: [...data], width, height };
  }, picture);
  await page.close();
  return jsQR(new Uint8ClampedArray(data), width, height)?.data ?? '';
}

/** What the page's content security policy refuses from here on. */
export function refusedByPolicy(page: Page): string[] {
  const told: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) told.push(message.text());
  });
  return told;
}

/** Another machine: a phone that has opened this. */
export async function phoneAt(browser: Browser, to: string): Promise<Page> {
  const context = await browser.newContext({ viewport: PHONE, locale: 'zh-CN' });
  const phone = await context.newPage();
  await phone.goto(to);
  return phone;
}

export async function face(phone: Page, stage: Stage, person: Person): Promise<void> {
  await choose(phone, 'face', await picture(stage, person, 'face'));
  await act(phone);
}

/** Into the place of a picture. */
export async function pick(page: Page, place: string, name: string, buffer: Buffer, mimeType = 'image/jpeg') {
  const slot = page.getByRole('group', { name: place });
  await slot.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
}

export const kept = (page: Page, place: string) =>
  expect(page.getByRole('group', { name: place }).getByText('已上传', { exact: true })).toBeVisible();

/** The company's account, as its bank has it. */
export async function account(stage: Stage, name: string): Promise<{ number: string; branch: string }> {
  const page = await (await fetch(`${stage.ready.world}/ledger`)).text();
  const article = page.split('<article').find((part) => /^[^>]*id="\d+"/.test(part) && part.includes(name)) ?? '';
  const number = /id="(\d+)"/.exec(article)?.[1];
  const branch = /(\d{12}) · /.exec(article)?.[1];
  if (!number || !branch) throw new Error(`${name} has no account`);
  return { number, branch };
}

/** What the newest payment to this company was, in yuan. */
export async function arrived(stage: Stage, name: string): Promise<string> {
  const page = await (await fetch(`${stage.ready.world}/ledger`)).text();
  const article = page.split('<article').find((part) => new RegExp(`<h2[^>]*>[^<]* → ${name}`).test(part)) ?? '';
  const amount = /class="code">([\d.]+)</.exec(article)?.[1];
  if (!amount) throw new Error('nothing has come in');
  return amount;
}
