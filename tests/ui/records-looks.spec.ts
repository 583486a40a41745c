import type { Page } from '@playwright/test';
import { judge, overflow } from './judge';
import { expect, fillSignIn, goTo, signIn, test, violations, type Person } from './stage';

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const save = (page: Page) => page.getByRole('button', { name: '保存', exact: true });
const close = (page: Page) => page.keyboard.press('Escape');

/** A screen under a dialog cannot change its language: it is judged as it stands. */
async function judgeDialog(page: Page, screen: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect.soft(await violations(page), `${screen}-${colorScheme}`).toEqual([]);
  }
  await page.setViewportSize({ width: 480, height: 800 });
  expect.soft(await overflow(page), `${screen} at 480 px`).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 900, height: 640 });
}

test('sign-in in each of its ways passes axe-core', async ({ page, stage }) => {
  test.setTimeout(180_000);
  await stage.insert(0, 'haihe-operator-sm2');
  await page.goto(stage.ready.ui);
  await page.getByRole('button', { name: '看不到图片? 改为回答问题' }).click();
  await expect(page.locator('p[data-captcha]')).toBeVisible();
  await judge(page, 'sign-in-question');
  await page.getByText('卡介质', { exact: true }).click();
  await expect(page.getByRole('radio', { name: /可以签名/ })).toBeChecked();
  await judge(page, 'sign-in-card');
  await page.getByRole('button', { name: '下一步: 核对登录声明' }).click();
  await expect(page.getByText('这张卡还没有绑定账号')).toBeVisible();
  await judge(page, 'sign-in-unbound');
  await stage.remove(0);
  await stage.insert(0, 'haihe-legal-sm2');
  await page.getByRole('button', { name: '下一步: 核对登录声明' }).click();
  await expect(page.locator('[data-statement]')).toBeVisible();
  await judge(page, 'sign-in-statement');
});

test('the records and their forms pass axe-core', async ({ page, stage }) => {
  test.setTimeout(240_000);
  await signIn(page, stage);
  await goTo(page, '企业信息');
  await judge(page, 'company');
  await page.getByRole('button', { name: '修改单位信息' }).click();
  await field(page, '统一社会信用代码').fill('DYCK12345671234567');
  await field(page, '统一社会信用代码').blur();
  await judge(page, 'company-edit');
  await page.getByRole('button', { name: '取消' }).click();
  await page.getByRole('button', { name: '修改法定代表人信息' }).click();
  await page.getByRole('button', { name: '填写新的证件' }).click();
  await judge(page, 'company-person');
  await goTo(page, '账号信息');
  await judge(page, 'account');
  await page.getByRole('button', { name: '修改绑定手机' }).click();
  await field(page, '新的手机号码').fill('19900009876');
  await page.getByRole('button', { name: '获取验证码' }).click();
  await expect(page.getByText(/验证码已发到/)).toBeVisible();
  await judge(page, 'account-phone');
  await goTo(page, '我的操作员');
  await judge(page, 'operators');
  await page.getByRole('button', { name: '新增操作员' }).click();
  await page.getByRole('button', { name: '新增', exact: true }).click();
  await judge(page, 'operators-add');
  await goTo(page, '我的 IC 卡');
  await judge(page, 'cards');
});

test('the dialogs pass axe-core and give the focus back', async ({ page, stage }) => {
  const { identity } = stage.company('haihe');
  await stage.fail('company', identity.uscc, 'mismatch');
  await signIn(page, stage);
  await goTo(page, '企业信息');
  await page.getByRole('button', { name: '修改单位信息' }).click();
  await field(page, '企业名称').fill('海河示范对外贸易有限公司');
  await save(page).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await judgeDialog(page, 'company-refused');
  await close(page);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await goTo(page, '我的 IC 卡');
  const unbind = page.getByRole('button', { name: /^解绑 / }).first();
  await unbind.click();
  await judgeDialog(page, 'cards-ask');
  await close(page);
  await expect(unbind).toBeFocused();
});

test('certification by documents passes axe-core, step by step', async ({ page, stage }) => {
  test.setTimeout(240_000);
  const { legal_representative: legal } = stage.company('haihe');
  await stage.fail('ctid', legal.document.number, 'absent');
  await signIn(page, stage);
  await page.getByRole('button', { name: '用证件认证', exact: true }).click();
  await judge(page, 'legal-1');
  await field(page, '证件号码').fill(legal.document.number);
  await page.getByRole('button', { name: '下一步' }).click();
  await expect(page.getByText('第二步: 核验法人身份信息')).toBeVisible();
  await judge(page, 'legal-2');
  await dates(page, legal);
  await judgeDialog(page, 'legal-2-refused');
  await page.getByRole('dialog').getByRole('button', { name: '怎样开通 CTID' }).click();
  await judge(page, 'legal-2-ctid');
  await page.getByText('银行卡认证', { exact: true }).click();
  await judge(page, 'legal-2-bank');
});

async function dates(page: Page, { validity }: Person): Promise<void> {
  await page.getByRole('checkbox', { name: '长期有效' }).setChecked(validity.until === '00000000');
  await field(page, '证件有效期起').fill(validity.from);
  if (validity.until !== '00000000') await field(page, '证件有效期止').fill(validity.until);
  await page.getByRole('button', { name: '下一步' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
}

test('at 200 % zoom every place of the menu stays within the window', async ({ page, stage }) => {
  // Browser zoom halves the CSS pixels of the window.
  await page.setViewportSize({ width: 450, height: 320 });
  await page.goto(stage.ready.ui);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await fillSignIn(page, stage);
  for (const place of ['企业信息', '账号信息', '我的操作员', '我的 IC 卡', '签名记录']) {
    await goTo(page, place);
    expect(await overflow(page), place).toBeLessThanOrEqual(0);
  }
  await page.getByRole('button', { name: '认证中心', exact: true }).click();
  await page.getByRole('button', { name: '用证件认证', exact: true }).click();
  await field(page, '证件号码').scrollIntoViewIfNeeded();
  await expect(field(page, '证件号码')).toBeInViewport();
  expect(await overflow(page)).toBeLessThanOrEqual(0);
});
