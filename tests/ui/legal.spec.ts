import type { Page } from '@playwright/test';
import { judgePage } from './judge';
import { expect, fillSignIn, signIn, test, type Person, type Stage } from './stage';

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const step = (page: Page, name: string) => page.getByText(name, { exact: true });
const next = (page: Page) => page.getByRole('button', { name: '下一步', exact: true });

async function passCompany(page: Page, person: Person): Promise<void> {
  await page.getByRole('button', { name: '用证件认证', exact: true }).click();
  await expect(step(page, '第一步: 核验企业信息')).toBeVisible();
  await expect(field(page, '法定代表人姓名')).toHaveValue(person.name);
  await field(page, '证件号码').fill(person.document.number);
  await next(page).click();
}

async function giveDates(page: Page, { validity }: Person): Promise<void> {
  const longTerm = page.getByRole('checkbox', { name: '长期有效' });
  await longTerm.setChecked(validity.until === '00000000');
  await field(page, '证件有效期起').fill(validity.from);
  if (validity.until !== '00000000') await field(page, '证件有效期止').fill(validity.until);
  await next(page).click();
}

async function payCard(page: Page, stage: Stage, person: Person): Promise<void> {
  await field(page, '银行卡号').fill(person.bank_card);
  await field(page, '银行预留手机号').fill(person.phone);
  await page.getByRole('button', { name: '获取验证码' }).click();
  await expect(page.getByText(/验证码已发到/)).toBeVisible();
  await field(page, '手机验证码').fill(await stage.code(person.phone));
  await page.getByRole('button', { name: '确定', exact: true }).click();
}

const done = (page: Page) => page.getByRole('heading', { name: '已完成实名认证' });

test('by two ID cards: level medium after the next sign-in, and no number in full', async ({ page, stage }) => {
  const { legal_representative: legal, operator } = stage.company('haihe');
  await signIn(page, stage);
  await passCompany(page, legal);
  await expect(step(page, '第二步: 核验法人身份信息')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(page.getByText(legal.document.number)).toHaveCount(0);
  await giveDates(page, legal);
  await expect(step(page, '第三步: 核验管理员身份信息')).toBeVisible();
  await expect(field(page, '姓名')).toHaveValue(operator.name);
  await giveDates(page, operator);
  await expect(done(page)).toBeVisible();
  await expect(page.getByRole('img', { name: /^已核验 20/ })).toBeVisible();
  await expect(page.getByRole('region', { name: '认证结果' })).toContainText('低 → 中');
  await page.getByRole('button', { name: '退出并重新登录' }).click();
  await fillSignIn(page, stage);
  await expect(page.getByRole('listitem').filter({ hasText: '中当前' })).toBeVisible();
  await expect(page.getByRole('region', { name: '认证历史' })).toContainText('法定代表人证件');
});

test('by bank card and code, for who has no ID card: kind and number are fixed', async ({ page, stage }) => {
  const { legal_representative: legal, operator } = stage.company('changdi');
  await signIn(page, stage, stage.account('changdi-demo'));
  await passCompany(page, legal);
  await expect(page.getByText(/证件不是身份证的, 用银行卡认证。证件类型和证件号码在第一步已核验/)).toBeVisible();
  await expect(page.getByText(/港澳居民来往内地通行证 H9/)).toBeVisible();
  await expect(field(page, '证件号码')).toHaveCount(0);
  await field(page, '银行卡号').fill(legal.bank_card.slice(0, -1) + ((Number(legal.bank_card.at(-1)) + 1) % 10));
  await field(page, '银行卡号').blur();
  await expect(page.getByText('校验位对不上, 多半有一位抄错。')).toBeVisible();
  await payCard(page, stage, legal);
  await expect(step(page, '第三步: 核验管理员身份信息')).toBeVisible();
  await payCard(page, stage, operator);
  await expect(done(page)).toBeVisible();
});

test('a legal representative who does not pass: the dialog leads to bank UKey and IC card', async ({ page, stage }) => {
  const { identity, legal_representative: legal } = stage.company('haihe');
  await stage.fail('company', identity.uscc, 'mismatch');
  await signIn(page, stage);
  await passCompany(page, legal);
  const dialog = page.getByRole('dialog', { name: '法定代表人信息验证不通过' });
  await expect(dialog.getByRole('button', { name: 'IC 卡认证 (推荐)' })).toBeVisible();
  await dialog.getByRole('button', { name: '核对后重填' }).click();
  await expect(dialog).toHaveCount(0);
  await next(page).click();
  await dialog.getByRole('button', { name: '银行 UKey 认证' }).click();
  await expect(page.getByRole('heading', { name: '银行 UKey 认证' })).toBeVisible();
});

test('an ID card that is not in CTID: first CTID and the same again, then it passes', async ({ page, stage }) => {
  const { legal_representative: legal } = stage.company('haihe');
  await stage.fail('ctid', legal.document.number, 'absent');
  await signIn(page, stage);
  await passCompany(page, legal);
  await giveDates(page, legal);
  const dialog = page.getByRole('dialog', { name: '可信身份认证平台里没有这个人' });
  await dialog.getByRole('button', { name: '怎样开通 CTID' }).click();
  await expect(page.getByRole('heading', { name: '开通 CTID' })).toBeFocused();
  await stage.fail('ctid', legal.document.number, null);
  await page.getByRole('button', { name: '已开通, 再试一次' }).click();
  await expect(step(page, '第三步: 核验管理员身份信息')).toBeVisible();
});

test('dates that do not fit: over to the bank card, and a wrong phone at the bank is told', async ({ page, stage }) => {
  const { legal_representative: legal, operator } = stage.company('haihe');
  await signIn(page, stage);
  await passCompany(page, legal);
  await giveDates(page, { ...legal, validity: { from: '20210102', until: '20410102' } });
  const dialog = page.getByRole('dialog', { name: '身份证有效期没有通过核验' });
  await dialog.getByRole('button', { name: '切换到银行卡认证' }).click();
  await payCard(page, stage, { ...legal, phone: operator.phone });
  await expect(page.getByText('银行卡信息没有通过核验')).toBeVisible();
  await expect(page.getByRole('button', { name: /后可重新获取$/ })).toBeVisible();
  // A minute later, and the program opened anew.
  await stage.clock(60);
  await page.reload();
  await page.getByRole('button', { name: '继续证件认证' }).click();
  await page.getByText('银行卡认证', { exact: true }).click();
  await payCard(page, stage, legal);
  await expect(step(page, '第三步: 核验管理员身份信息')).toBeVisible();
});

test('it goes on where it was after signing out, and can be given up', async ({ page, stage }) => {
  const { legal_representative: legal } = stage.company('haihe');
  await signIn(page, stage);
  await passCompany(page, legal);
  await giveDates(page, legal);
  await expect(step(page, '第三步: 核验管理员身份信息')).toBeVisible();
  await page.getByRole('button', { name: '退出登录' }).click();
  await fillSignIn(page, stage);
  await expect(page.getByText('上次做到“核验管理员身份信息”, 可以接着办。')).toBeVisible();
  await page.getByRole('button', { name: '继续证件认证' }).click();
  await expect(step(page, '第三步: 核验管理员身份信息')).toBeVisible();
  await page.getByRole('button', { name: '放弃这次认证' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '放弃这次认证' }).click();
  await page.getByRole('button', { name: '用证件认证', exact: true }).click();
  await expect(step(page, '第一步: 核验企业信息')).toBeVisible();
});

test('with two windows the other one follows: a step further, given up, begun again, completed', async ({
  page,
  context,
  stage,
}) => {
  const { legal_representative: legal, operator } = stage.company('haihe');
  await signIn(page, stage);
  await passCompany(page, legal);
  await expect(step(page, '第二步: 核验法人身份信息')).toBeVisible();
  const other = await context.newPage();
  await other.goto(stage.ready.ui);
  await other.getByRole('button', { name: '继续证件认证' }).click();
  await expect(step(other, '第二步: 核验法人身份信息')).toBeVisible();

  await giveDates(page, legal);
  await expect(step(page, '第三步: 核验管理员身份信息')).toBeVisible();
  await giveDates(other, { ...legal, validity: { from: '20210102', until: '20410102' } });
  const told = (name: string) => other.getByRole('group', { name });
  await expect(told('这次认证在别处接着办了')).toBeFocused();
  await expect(told('这次认证在别处接着办了')).toContainText('核验管理员身份信息');
  await expect(step(other, '第三步: 核验管理员身份信息')).toBeVisible();
  await judgePage(other, 'legal-elsewhere');

  await page.getByRole('button', { name: '放弃这次认证' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '放弃这次认证' }).click();
  await expect(page.getByRole('heading', { name: '企业实名认证' })).toBeVisible();
  await giveDates(other, operator);
  await expect(told('这次认证已经不在了')).toBeFocused();
  await expect(step(other, '第一步: 核验企业信息')).toBeVisible();

  await passCompany(page, legal);
  await giveDates(page, legal);
  await expect(step(page, '第三步: 核验管理员身份信息')).toBeVisible();
  // The other one stands at step 1 still.
  await field(other, '证件号码').fill(legal.document.number);
  await next(other).click();
  await expect(told('这次认证在别处接着办了')).toContainText('核验管理员身份信息');

  await giveDates(page, operator);
  await expect(done(page)).toBeVisible();
  await giveDates(other, { ...operator, validity: { from: '20210102', until: '20410102' } });
  await expect(told('这次认证在别处办完了')).toBeFocused();
  await other.getByRole('button', { name: '返回认证中心', exact: true }).click();
  await expect(other.getByRole('region', { name: '认证历史' })).toContainText('法定代表人证件');
});

test('a register that does not answer: what was typed stays and the step passes later', async ({ page, stage }) => {
  const { identity, legal_representative: legal } = stage.company('haihe');
  await stage.fail('company', identity.uscc, 'rate_limit');
  await signIn(page, stage);
  await passCompany(page, legal);
  await expect(page.getByText('企业登记系统暂时没有回答')).toBeVisible();
  await stage.fail('company', identity.uscc, null);
  await next(page).click();
  await expect(step(page, '第二步: 核验法人身份信息')).toBeVisible();
});

test('a portal that goes away in between: the step is sent again as it is', async ({ page, stage }) => {
  const { legal_representative: legal } = stage.company('haihe');
  await signIn(page, stage);
  await passCompany(page, legal);
  await expect(step(page, '第二步: 核验法人身份信息')).toBeVisible();
  await stage.portal('down');
  await giveDates(page, legal);
  await expect(page.getByText('连不上平台')).toBeVisible();
  await stage.portal('up');
  await next(page).click();
  await expect(step(page, '第三步: 核验管理员身份信息')).toBeVisible();
});
