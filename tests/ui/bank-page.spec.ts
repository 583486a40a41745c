import type { Page } from '@playwright/test';
import { expect, fillSignIn, signIn, test, type Stage } from './stage';
import { certified, listen, toBank, valueOf } from './ukey';

const UKEY = 'haihe-ccb-sm2';

/** Leaves for the bank's page; gives the address that the user sees. */
async function leaveForBank(page: Page): Promise<string> {
  await page.getByRole('button', { name: '去银行网页办理' }).click();
  await expect(page.getByText('正在等银行的结果…')).toBeVisible();
  return (await page.locator('.address').textContent()) ?? '';
}

/** Signs on the bank's own page, as the browser of the system shows it. */
async function signAtBank(bank: Page, stage: Stage, ukey: string, pin = stage.pin(ukey)): Promise<void> {
  await bank.locator('#ukey').selectOption({ value: `${ukey}:1` });
  await bank.locator('#pin').fill(pin);
  await bank.getByRole('button', { name: /^签名并提交/ }).click();
}

test('the bank’s own page certifies, and the program learns it from the portal', async ({ page, context, stage }) => {
  const heard = listen(page, stage);
  await signIn(page, stage);
  await toBank(page);
  const address = await leaveForBank(page);
  expect(address).toMatch(new RegExp(`^${stage.ready.banks}/ccb/certify\\?state=[\\w-]+$`));
  expect(stage.opened()).toEqual([address]);
  await expect(page.getByText('已在系统浏览器里打开建设银行的认证网页。')).toBeVisible();

  const bank = await context.newPage();
  await bank.goto(address);
  await expect(bank.locator('#company')).toContainText('有限公司');
  await expect(bank.locator('#statement')).toContainText(`Account: ${stage.ready.account}`);
  await signAtBank(bank, stage, UKEY, stage.wrongPin(UKEY));
  await expect(bank.locator('#alert')).toContainText('密码不正确。');
  await expect(bank.locator('#pin')).toHaveValue('');
  await signAtBank(bank, stage, UKEY);
  await expect(bank.locator('main.passed #outcome')).toContainText('已通过企业实名认证');

  await expect(certified(page)).toBeVisible();
  await expect(valueOf(page, '认证结果', '认证方式')).toHaveText('建设银行');
  await expect(valueOf(page, '认证结果', '安全级别')).toHaveText('低 → 高');
  // The address was good for this one visit.
  await bank.goto(address);
  await expect(bank.locator('main.failed #outcome')).toContainText('这次认证已经结束。');

  expect(heard.foreign).toEqual([]);
  await page.getByRole('button', { name: '退出并重新登录' }).click();
  await fillSignIn(page, stage);
  await expect(page.getByText(/通过建设银行 UKey 认证。 凭证编号 SW-/)).toBeVisible();
});

test('a result in an address counts for nothing', async ({ page, context, stage }) => {
  await signIn(page, stage);
  await toBank(page);
  const address = await leaveForBank(page);
  const forged = await context.newPage();
  await forged.goto(`${address}&result=passed&status=passed`);
  await expect(forged.locator('#pin')).toBeVisible();
  await expect(forged.locator('main.passed')).toHaveCount(0);
  await forged.goto(`${stage.ready.banks}/ccb/certify?state=${'A'.repeat(43)}&result=passed`);
  await expect(forged.locator('main.failed #outcome')).toContainText('这个链接无效。');
  const program = new URL(stage.ready.ui);
  program.search = `${new URL(address).search}&result=passed`;
  await forged.goto(program.href);
  await expect(forged.getByText('正在等银行的结果…')).toBeVisible();
  expect((await stage.view()).flow.kind).toBe('at_bank');

  await page.getByRole('button', { name: '取消这次办理' }).click();
  await expect(page.getByRole('region', { name: '所选银行' })).toContainText('建设银行');
  expect((await stage.view()).flow.kind).toBe('idle');
  await page.getByRole('button', { name: '认证中心', exact: true }).click();
  await page.getByRole('button', { name: '退出登录' }).click();
  await fillSignIn(page, stage);
  const method = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: '银行 UKey' }) });
  await expect(method.getByText('未认证', { exact: true })).toBeVisible();
});

test('a browser that does not open is told, and the address can be opened by hand', async ({
  page,
  context,
  stage,
}) => {
  stage.browser('down');
  await signIn(page, stage);
  await toBank(page);
  const address = await leaveForBank(page);
  await expect(page.getByRole('group', { name: '浏览器没有打开' })).toBeFocused();
  expect(stage.opened()).toEqual([]);
  stage.browser('up');
  await page.getByRole('button', { name: '再次打开' }).click();
  await expect(page.getByText('浏览器没有打开')).toHaveCount(0);
  await expect(page.locator('.address')).toHaveText(address);
  expect(stage.opened()).toEqual([address]);

  const bank = await context.newPage();
  await bank.goto(address);
  await signAtBank(bank, stage, 'haihe-ccb-rsa');
  await expect(bank.locator('main.passed')).toBeVisible();
  await expect(certified(page)).toBeVisible();
});

test('a certificate that the portal refuses ends the visit with the reason on both sides', async ({
  page,
  context,
  stage,
}) => {
  await signIn(page, stage);
  await toBank(page);
  const bank = await context.newPage();
  await bank.goto(await leaveForBank(page));
  await signAtBank(bank, stage, 'haihe-ccb-revoked');
  await expect(bank.locator('main.failed #outcome')).toContainText('UKey证书已被吊销。');
  await expect(page.getByText('平台说证书已吊销')).toBeVisible();
});
