import { glance } from './judge';
import { enterPin, expect, fillSignIn, passed, signIn, test, toStatement } from './stage';

test('with two cards nothing is chosen for the user', async ({ page, stage }) => {
  await stage.insert(0, 'haihe-operator-sm2');
  await stage.insert(1, 'haihe-legal-sm2');
  await signIn(page, stage);
  await expect(page.getByText('已插入 2 张卡')).toBeVisible();
  await page.getByRole('button', { name: '用 IC 卡认证' }).click();
  await expect(page.getByRole('radio')).toHaveCount(2);
  await expect(page.getByRole('radio', { checked: true })).toHaveCount(0);
  await page.getByRole('button', { name: '下一步: 核对声明' }).click();
  await expect(page.getByText('请先选一张证书。')).toBeVisible();

  await page
    .getByRole('region', { name: /读卡器.*01/ })
    .getByRole('radio')
    .check();
  await page.getByRole('button', { name: '下一步: 核对声明' }).click();
  await enterPin(page, stage.pin('haihe-legal-sm2'));
  await expect(passed(page)).toBeVisible();
});

test('a card with three certificates leaves the choice to the user', async ({ page, stage }) => {
  await stage.insert(0, 'haihe-all');
  await signIn(page, stage);
  await page.getByRole('button', { name: '用 IC 卡认证' }).click();
  await expect(page.getByRole('radio')).toHaveCount(3);
  await expect(page.getByRole('radio', { checked: true })).toHaveCount(0);
  await page.getByRole('radio', { name: /RSA . SHA-256/ }).check();
  await page.getByRole('button', { name: '下一步: 核对声明' }).click();
  await enterPin(page, stage.pin('haihe-all'));
  await expect(passed(page)).toBeVisible();
  await expect(page.getByText('RSA / SHA-256')).toBeVisible();
});

test('cards appear and vanish while one looks', async ({ page, stage }) => {
  await signIn(page, stage);
  await page.getByRole('button', { name: '用 IC 卡认证' }).click();
  await expect(page.getByRole('heading', { name: '请插入 IC 卡' })).toHaveCount(2);
  await expect(page.getByRole('button', { name: '下一步: 核对声明' })).toHaveCount(0);
  await stage.insert(0, 'haihe-operator-sm2');
  await expect(page.getByRole('button', { name: '下一步: 核对声明' })).toBeVisible();
  await stage.remove(0);
  await expect(page.getByRole('heading', { name: '请插入 IC 卡' })).toHaveCount(2);
});

test("another company's card says whose it is and cannot be picked", async ({ page, stage }) => {
  await stage.insert(0, 'second-operator-sm2');
  await signIn(page, stage);
  await expect(page.getByText('已插入卡片, 但不是本企业的。')).toBeVisible();
  await page.getByRole('button', { name: '用 IC 卡认证' }).click();
  await expect(page.getByRole('radio')).toBeDisabled();
  await expect(page.getByText('不是本企业', { exact: true })).toBeVisible();
});

test('an expired certificate is told with its day', async ({ page, stage }) => {
  await stage.insert(0, 'haihe-expired');
  await signIn(page, stage);
  await page.getByRole('button', { name: '用 IC 卡认证' }).click();
  await expect(page.getByText(/已在 \d{4}-\d\d-\d\d 过期/)).toBeVisible();
  await expect(page.getByRole('radio')).toBeDisabled();
});

test('a certificate that ends soon is announced in the centre', async ({ page, stage }) => {
  await stage.insert(0, 'haihe-soon');
  await signIn(page, stage);
  await expect(page.getByText(/的证书还有 \d+ 天到期/)).toBeVisible();
});

test('a certification that has run out has a pencil and no tick', async ({ page, stage }) => {
  const card = 'haihe-soon';
  await stage.insert(0, card);
  await signIn(page, stage);
  await toStatement(page);
  await enterPin(page, stage.pin(card));
  await expect(passed(page)).toBeVisible();
  await page.getByRole('button', { name: '退出并重新登录' }).click();
  await fillSignIn(page, stage);
  const method = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: '电子口岸 IC 卡' }) });
  await expect(method).toContainText('已认证');
  await expect(method).toContainText(/有效至 \d{4}-\d\d-\d\d。/);
  await expect(page.getByText(/^最近到期: /)).toBeVisible();
  // Half a year later, by the clock of the window.
  await page.clock.setFixedTime(Date.now() + 180 * 86_400_000);
  await page.reload();
  await expect(method).toContainText('已到期');
  await expect(method).not.toContainText('已认证');
  await expect(page.getByText(/^最近到期: /)).toHaveCount(0);
  await glance(page, 'centre-expired');
});

test('a card pulled while the statement is read ends the step and says why', async ({ page, stage }) => {
  await stage.insert(0, 'haihe-operator-sm2');
  await signIn(page, stage);
  await toStatement(page);
  await stage.remove(0);
  await expect(page.getByText('卡片被取出')).toBeVisible();
  await expect(page.getByLabel('卡密码', { exact: true })).toHaveCount(0);
  await stage.insert(0, 'haihe-operator-sm2');
  await page.getByRole('button', { name: '重新开始' }).click();
  await page.getByRole('button', { name: '下一步: 核对声明' }).click();
  await enterPin(page, stage.pin('haihe-operator-sm2'));
  await expect(passed(page)).toBeVisible();
});

test('a revoked certificate is refused by the portal, with its reason', async ({ page, stage }) => {
  await stage.insert(0, 'haihe-revoked');
  await signIn(page, stage);
  await toStatement(page);
  await enterPin(page, stage.pin('haihe-revoked'));
  await expect(page.getByText('平台说证书已吊销')).toBeVisible();
  await expect(page.getByRole('button', { name: '换一张卡' })).toBeVisible();
});

test('the smart-card service may stop and come back', async ({ page, stage }) => {
  await stage.insert(0, 'haihe-operator-sm2');
  await signIn(page, stage);
  await page.getByRole('button', { name: '用 IC 卡认证' }).click();
  await stage.pcscd('down');
  await expect(page.getByText('智能卡服务没有运行').first()).toBeVisible();
  await stage.pcscd('up');
  await expect(page.getByRole('radio')).toBeChecked();
});
