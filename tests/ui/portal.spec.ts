import { enterPin, expect, fillSignIn, passed, signIn, test, toStatement } from './stage';

const CARD = 'haihe-operator-sm2';

test('a portal that is down at submission: the signed statement is submitted again without a PIN', async ({
  page,
  stage,
}) => {
  await stage.insert(0, CARD);
  await signIn(page, stage);
  await toStatement(page);
  await stage.portal('down');
  await enterPin(page, stage.pin(CARD));
  await expect(page.getByText('连不上平台')).toBeVisible();
  await expect(page.getByText('卡片已签好, 不用再输密码。')).toBeVisible();
  await expect(page.getByRole('img', { name: '已签署' })).toBeVisible();
  await page.getByRole('button', { name: '再次提交' }).click();
  await expect(page.getByRole('group', { name: '连不上平台' })).toBeFocused();
  await stage.portal('up');
  await page.getByRole('button', { name: '再次提交' }).click();
  await expect(passed(page)).toBeVisible();
});

test('a portal that is down when the statement is fetched can be asked again', async ({ page, stage }) => {
  await stage.insert(0, CARD);
  await signIn(page, stage);
  await stage.portal('down');
  await page.getByRole('button', { name: '用 IC 卡认证' }).click();
  await page.getByRole('button', { name: '下一步: 核对声明' }).click();
  await expect(page.getByText('连不上平台')).toBeVisible();
  await stage.portal('up');
  await page.getByRole('button', { name: '重新开始' }).click();
  await page.getByRole('button', { name: '下一步: 核对声明' }).click();
  await expect(page.getByLabel('卡密码', { exact: true })).toBeVisible();
});

test('a portal that is down at sign-in is told in the form', async ({ page, stage }) => {
  await page.goto(stage.ready.ui);
  await expect(page.locator('[data-captcha]')).toBeVisible();
  await page.getByLabel('账号', { exact: true }).fill(stage.ready.account);
  await page.getByLabel('密码', { exact: true }).fill(stage.ready.password);
  await page.getByLabel('验证码', { exact: true }).fill('7KM4P');
  await stage.portal('down');
  await page.getByRole('button', { name: '登录平台' }).click();
  await expect(page.getByRole('group', { name: '连不上平台' })).toBeFocused();
  // The next captcha is asked for as well, and must not come.
  const again = page.getByRole('button', { name: '再取一次' });
  await expect(again).toBeVisible();
  await stage.portal('up');
  await again.click();
  await fillSignIn(page, stage);
  await expect(page.getByRole('heading', { name: '企业实名认证' })).toBeVisible();
});
