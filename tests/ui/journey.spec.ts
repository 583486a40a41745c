import { enterPin, expect, fillSignIn, passed, signIn, test, toStatement } from './stage';

const CARD = 'haihe-operator-sm2';

test('a broker certifies the company with an SM2 card', async ({ page, stage }) => {
  const foreign: string[] = [];
  const sent: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(stage.ready.ui).origin)) foreign.push(request.url());
    sent.push(request.postData() ?? '');
  });
  await signIn(page, stage);
  await expect(page.getByText('没有插卡')).toBeVisible();

  await stage.insert(0, CARD);
  await expect(page.getByText('已插入本企业的操作员卡')).toBeVisible();
  await page.getByRole('button', { name: '用 IC 卡认证' }).click();
  await expect(page.getByRole('radio')).toBeChecked();
  await expect(page.getByText('组织机构代码与账号一致')).toBeVisible();
  await page.getByRole('button', { name: '下一步: 核对声明' }).click();

  const paper = page.locator('[data-statement]');
  await expect(paper).toBeVisible();
  const { flow } = await stage.view();
  expect(await paper.evaluate((element) => element.textContent)).toBe(flow.statement?.text);
  expect(flow.statement?.text).toContain(`Account: ${stage.ready.account}`);
  await expect(page.getByRole('img', { name: /已签署/ })).toHaveCount(0);

  await enterPin(page, stage.pin(CARD));
  await expect(passed(page)).toBeVisible();
  await expect(page.getByText('您需要退出所有应用后, 重新登录才能生效。')).toBeVisible();
  await expect(page.getByRole('img', { name: /已签署 20\d\d-\d\d-\d\d/ })).toBeVisible();
  expect(await paper.evaluate((element) => element.textContent)).toBe(flow.statement?.text);
  await expect(page.getByText(/SW-\d{4}-\d{6}/).first()).toBeVisible();
  await expect(page.getByText('低 → 高')).toBeVisible();
  await page.getByRole('button', { name: '保存凭证' }).click();
  await expect(page.getByText(/已保存到 .*\.p7s/)).toBeVisible();

  await page.getByRole('button', { name: '查看记录' }).click();
  await expect(page.getByText(/平台已接受 \(SW-/).first()).toBeVisible();
  await page.getByRole('button', { name: '核验整条链' }).click();
  await expect(page.getByText(/链完好: \d+ 条记录/)).toBeVisible();

  await page.getByRole('button', { name: '认证中心' }).click();
  await page.getByRole('button', { name: '退出并重新登录' }).click();
  await fillSignIn(page, stage);
  await expect(page.getByText('已认证', { exact: true })).toBeVisible();
  await expect(page.getByText(/认证通过。 凭证编号 SW-/)).toBeVisible();
  await expect(page.getByText('认证已通过。请退出所有应用后')).toHaveCount(0);

  expect(foreign).toEqual([]);
  expect(sent.some((body) => body.includes('"sign"'))).toBe(true);
  expect(sent.filter((body) => body.includes(stage.pin(CARD)))).toEqual([]);
});

test('the banner asks to sign in again until that is done', async ({ page, stage }) => {
  await stage.insert(0, CARD);
  await signIn(page, stage);
  await toStatement(page);
  await enterPin(page, stage.pin(CARD));
  await expect(passed(page)).toBeVisible();
  await page.getByRole('button', { name: '返回认证中心' }).click();
  await expect(page.getByText('认证已通过。请退出所有应用后重新登录')).toBeVisible();
});

test('a wrong password is told and the account is kept', async ({ page, stage }) => {
  await page.goto(stage.ready.ui);
  await fillSignIn(page, stage, { ...stage.account(stage.ready.account), password: 'not-the-password' });
  await expect(page.getByText('账号或密码不对')).toBeVisible();
  await expect(page.getByLabel('账号', { exact: true })).toHaveValue(stage.ready.account);
  await expect(page.getByLabel('密码', { exact: true })).toHaveValue('');
});

test('language is switched in place and kept', async ({ page, stage }) => {
  await signIn(page, stage);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Company certification' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en-US');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Company certification' })).toBeVisible();
});
