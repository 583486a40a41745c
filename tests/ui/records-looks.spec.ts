import type { Locator, Page } from '@playwright/test';
import { glance, judge, judgePage, overflow } from './judge';
import { expect, fillSignIn, goTo, signIn, test, type Person } from './stage';

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const save = (page: Page) => page.getByRole('button', { name: '保存', exact: true });
const close = (page: Page) => page.keyboard.press('Escape');

test('sign-in in each of its ways passes axe-core', async ({ page, stage }) => {
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

/** The smaller forms of an account, and what shows their reasons while nothing is filled in. */
const FORMS = [
  ['登录密码', '保存'],
  ['IC 卡密码', '保存'],
  ['邮箱', '确认绑定'],
  ['接入地区', null],
  ['账户设置', null],
] as const;

test('the records and their forms pass axe-core', async ({ page, stage }) => {
  await stage.insert(0, 'haihe-operator-sm2');
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
  for (const [part, act] of FORMS) {
    await page.getByRole('button', { name: '取消' }).click();
    await page.getByRole('button', { name: `修改${part}` }).click();
    if (act) await page.getByRole('button', { name: act, exact: true }).click();
    await glance(page, `account-${part}`);
  }
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
  await judgePage(page, 'company-refused');
  await close(page);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await goTo(page, '我的 IC 卡');
  const unbind = page.getByRole('button', { name: /^解绑 / }).first();
  await unbind.click();
  await judgePage(page, 'cards-ask');
  await close(page);
  await expect(unbind).toBeFocused();
});

test('certification by documents passes axe-core, step by step', async ({ page, stage }) => {
  const { identity, legal_representative: legal, operator } = stage.company('haihe');
  await stage.fail('ctid', legal.document.number, 'absent');
  await signIn(page, stage);
  await page.getByRole('button', { name: '用证件认证', exact: true }).click();
  await judge(page, 'legal-1');
  await field(page, '证件号码').fill(legal.document.number);
  await stage.fail('company', identity.uscc, 'mismatch');
  await page.getByRole('button', { name: '下一步' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await judgePage(page, 'legal-1-refused');
  await close(page);
  await stage.fail('company', identity.uscc, null);
  await page.getByRole('button', { name: '下一步' }).click();
  await expect(page.getByText('第二步: 核验法人身份信息')).toBeVisible();
  await judge(page, 'legal-2');
  await dates(page, legal);
  await expect(page.getByRole('dialog')).toBeVisible();
  await judgePage(page, 'legal-2-refused');
  await page.getByRole('dialog').getByRole('button', { name: '怎样开通 CTID' }).click();
  await judge(page, 'legal-2-ctid');
  await page.getByText('银行卡认证', { exact: true }).click();
  await judge(page, 'legal-2-bank');
  await stage.fail('ctid', legal.document.number, null);
  await page.getByText('身份证认证', { exact: true }).click();
  await dates(page, legal);
  await expect(page.getByText('第三步: 核验管理员身份信息')).toBeVisible();
  await judge(page, 'legal-3');
  await dates(page, operator);
  await expect(page.getByRole('heading', { name: '已完成实名认证' })).toBeVisible();
  await judge(page, 'legal-done');
});

async function dates(page: Page, { validity }: Person): Promise<void> {
  await page.getByRole('checkbox', { name: '长期有效' }).setChecked(validity.until === '00000000');
  await field(page, '证件有效期起').fill(validity.from);
  if (validity.until !== '00000000') await field(page, '证件有效期止').fill(validity.until);
  await page.getByRole('button', { name: '下一步' }).click();
}

/** Browser zoom of 200 % halves the CSS pixels of the window. */
const ZOOMED = { width: 450, height: 320 };

/** Nothing lies beside the window, and what one acts with can be brought into it. */
async function inReach(page: Page, target: Locator, what: string): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  await expect(target, what).toBeInViewport({ ratio: 1 });
  expect(await overflow(page), what).toBeLessThanOrEqual(0);
}

test('at 200 % zoom every place of the menu, its forms and dialogs stay within the window', async ({ page, stage }) => {
  await page.setViewportSize(ZOOMED);
  await page.goto(stage.ready.ui);
  await page.getByRole('button', { name: '看不到图片? 改为回答问题' }).click();
  await inReach(page, page.getByLabel('验证问题', { exact: true }), 'question');
  await fillSignIn(page, stage);
  await goTo(page, '企业信息');
  for (const [edit, last] of [
    ['修改单位信息', field(page, '企业地址 (可不填)')],
    ['修改法定代表人信息', page.getByRole('combobox', { name: '国家/地区' })],
  ] as const) {
    await page.getByRole('button', { name: edit }).click();
    await inReach(page, last, edit);
    await inReach(page, save(page), edit);
    await page.getByRole('button', { name: '取消' }).click();
  }
  await goTo(page, '账号信息');
  for (const [part] of FORMS) {
    await page.getByRole('button', { name: `修改${part}` }).click();
    await inReach(page, page.getByRole('button', { name: '取消' }), part);
    await page.getByRole('button', { name: '取消' }).click();
  }
  await goTo(page, '我的操作员');
  await page.getByRole('button', { name: /^改权限/ }).first().click();
  const dialog = page.getByRole('dialog');
  await inReach(page, dialog.getByRole('button', { name: '保存' }), 'rights');
  await close(page);
  await page.getByRole('button', { name: '新增操作员' }).click();
  await inReach(page, page.getByRole('button', { name: '新增', exact: true }), 'new operator');
  await goTo(page, '我的 IC 卡');
  await page.getByRole('button', { name: /^解绑 / }).first().click();
  await inReach(page, dialog.getByRole('button', { name: '解绑', exact: true }), 'unbind');
  await close(page);
  await goTo(page, '签名记录');
  expect(await overflow(page), 'journal').toBeLessThanOrEqual(0);
});

test('at 200 % zoom the three steps by documents and their dialogs stay within the window', async ({ page, stage }) => {
  const { identity, legal_representative: legal } = stage.company('haihe');
  const next = page.getByRole('button', { name: '下一步', exact: true });
  const dialog = page.getByRole('dialog');
  await page.setViewportSize(ZOOMED);
  await signIn(page, stage);
  await page.getByRole('button', { name: '用证件认证', exact: true }).click();
  await inReach(page, field(page, '证件号码'), 'step 1');
  await field(page, '证件号码').fill(legal.document.number);
  await stage.fail('company', identity.uscc, 'mismatch');
  await next.click();
  await inReach(page, dialog.getByRole('button', { name: 'IC 卡认证 (推荐)' }), 'refused at step 1');
  await close(page);
  await stage.fail('company', identity.uscc, null);
  await next.click();
  await inReach(page, field(page, '证件有效期起'), 'step 2');
  await inReach(page, next, 'step 2');
  await stage.fail('ctid', legal.document.number, 'absent');
  await dates(page, legal);
  await inReach(page, dialog.getByRole('button', { name: '切换到银行卡认证' }), 'refused at step 2');
  await dialog.getByRole('button', { name: '切换到银行卡认证' }).click();
  await inReach(page, page.getByRole('button', { name: '获取验证码' }), 'bank card');
  await stage.fail('ctid', legal.document.number, null);
  await page.getByText('身份证认证', { exact: true }).click();
  await dates(page, legal);
  await expect(page.getByText('第三步: 核验管理员身份信息')).toBeVisible();
  await inReach(page, field(page, '姓名'), 'step 3');
  await inReach(page, next, 'step 3');
});

test('at 200 % zoom a sign-in statement and its PIN stay within the window', async ({ page, stage }) => {
  await page.setViewportSize(ZOOMED);
  await stage.insert(0, 'haihe-legal-sm2');
  await page.goto(stage.ready.ui);
  await page.getByText('卡介质', { exact: true }).click();
  await page.getByRole('button', { name: '下一步: 核对登录声明' }).click();
  await expect(page.locator('[data-statement]')).toBeVisible();
  await inReach(page, field(page, '卡密码'), 'PIN');
  await inReach(page, page.getByRole('button', { name: '签署声明' }), 'sign');
});
