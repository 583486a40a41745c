import type { Page } from '@playwright/test';
import { glance, judgePage } from './judge';
import { enterPin, expect, fillCaptcha, fillSignIn, passed, signIn, test, toStatement, violations, type Stage } from './stage';

const centre = (page: Page) => page.getByRole('heading', { name: '企业实名认证' });
const captchaId = (page: Page) => page.locator('[data-captcha]').getAttribute('data-captcha');

async function byCard(page: Page, stage: Stage): Promise<void> {
  await page.goto(stage.ready.ui);
  await page.getByText('卡介质', { exact: true }).click();
  await page.getByRole('button', { name: '下一步: 核对登录声明' }).click();
}

test('who cannot see the picture signs in by a question', async ({ page, stage }) => {
  await page.goto(stage.ready.ui);
  await expect(page.getByRole('img', { name: '验证码图片' })).toBeVisible();
  await page.getByRole('button', { name: '看不到图片? 改为回答问题' }).click();
  await expect(page.getByRole('img', { name: '验证码图片' })).toHaveCount(0);
  await fillSignIn(page, stage);
  await expect(centre(page)).toBeVisible();
  await page.getByRole('button', { name: '退出登录' }).click();
  // Asked the same way the next time.
  await expect(page.getByLabel('验证问题', { exact: true })).toBeVisible();
});

test('a wrong captcha brings a new one and keeps the account, not the password', async ({ page, stage }) => {
  await page.goto(stage.ready.ui);
  const first = await captchaId(page);
  await page.getByRole('button', { name: '换一张' }).click();
  await expect.poll(() => captchaId(page)).not.toBe(first);
  const second = await captchaId(page);
  await page.getByLabel('账号', { exact: true }).fill(stage.ready.account);
  await page.getByLabel('密码', { exact: true }).fill(stage.ready.password);
  await page.getByLabel('验证码', { exact: true }).fill('00000');
  await page.getByRole('button', { name: '登录平台' }).click();
  await expect(page.getByRole('group', { name: '验证码不对或已失效' })).toBeFocused();
  await expect(page.getByLabel('账号', { exact: true })).toHaveValue(stage.ready.account);
  await expect(page.getByLabel('密码', { exact: true })).toHaveValue('');
  await expect(page.locator('[data-captcha]')).toBeVisible();
  expect(await captchaId(page)).not.toBe(second);
  await page.getByLabel('密码', { exact: true }).fill(stage.ready.password);
  await fillCaptcha(page, stage);
  await page.getByRole('button', { name: '登录平台' }).click();
  await expect(centre(page)).toBeVisible();
});

test('after the third wrong password one waits, and sees how long', async ({ page, stage }) => {
  for (const _ of [1, 2, 3]) expect(await stage.guess(stage.ready.account)).toBe('sign_in_refused');
  await page.goto(stage.ready.ui);
  await fillSignIn(page, stage);
  await expect(page.getByText('登录次数太多')).toBeVisible();
  await expect(page.getByRole('button', { name: /^还要等/ })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  // It runs down in front of the eye.
  await expect(page.getByRole('button', { name: '登录平台' })).toBeVisible();
  await page.getByLabel('密码', { exact: true }).fill(stage.ready.password);
  await fillCaptcha(page, stage);
  await page.getByRole('button', { name: '登录平台' }).click();
  await expect(centre(page)).toBeVisible();
});

test('after the tenth wrong password the account is locked for a quarter of an hour', async ({ page, stage }) => {
  for (let failure = 0; failure < 10; failure += 1) {
    expect(await stage.guess(stage.ready.account)).toBe('sign_in_refused');
    await stage.clock(failure < 9 ? 700 : 0);
  }
  await page.goto(stage.ready.ui);
  await fillSignIn(page, stage);
  await expect(page.getByText('账号暂时锁定')).toBeVisible();
  await expect(page.getByRole('button', { name: /^还要等 1[45]:/ })).toBeVisible();
  await glance(page, 'sign-in-locked');
});

test('a bound card signs in with its statement and its PIN', async ({ page, stage }) => {
  const card = 'haihe-legal-sm2';
  await stage.insert(0, card);
  await byCard(page, stage);
  const paper = page.locator('[data-statement]');
  await expect(paper).toContainText('用于: 登录');
  await expect(paper).toContainText(`Account: ${stage.ready.account}`);
  expect(await paper.evaluate((element) => element.textContent)).toBe((await stage.view()).flow.statement?.text);
  await enterPin(page, stage.wrongPin(card));
  await expect(page.getByRole('group', { name: '卡密码不对, 还可以再试 4 次' })).toBeFocused();
  await enterPin(page, stage.pin(card));
  await expect(centre(page)).toBeVisible();
});

test('a card that is nobody’s says how it is bound, and once it has certified it signs in', async ({ page, stage }) => {
  const card = 'haihe-operator-sm2';
  await stage.insert(0, card);
  await byCard(page, stage);
  await expect(page.getByText('这张卡还没有绑定账号')).toBeVisible();
  await expect(page.getByRole('heading', { name: '怎样绑定这张卡' })).toBeVisible();
  await page.getByRole('button', { name: '改用账号登录' }).click();
  await fillSignIn(page, stage);
  await expect(centre(page)).toBeVisible();
  await toStatement(page);
  await enterPin(page, stage.pin(card));
  await expect(passed(page)).toBeVisible();
  await page.getByRole('button', { name: '退出并重新登录' }).click();

  await byCard(page, stage);
  await enterPin(page, stage.pin(card));
  await expect(centre(page)).toBeVisible();
  await page.getByRole('navigation').getByRole('button', { name: '我的 IC 卡' }).click();
  await expect(page.getByRole('button', { name: /^解绑/ }).first()).toBeVisible();
});

test('a card sign-in can be left, and the account still signs in', async ({ page, stage }) => {
  await stage.insert(0, 'haihe-legal-sm2');
  await byCard(page, stage);
  await expect(page.locator('[data-statement]')).toBeVisible();
  await page.getByRole('button', { name: '取消' }).click();
  await page.getByText('账号登录', { exact: true }).click();
  await fillSignIn(page, stage);
  await expect(centre(page)).toBeVisible();
});

test('signing out everywhere ends the session in every window', async ({ page, context, stage }) => {
  await signIn(page, stage);
  const other = await context.newPage();
  await other.goto(stage.ready.ui);
  await expect(centre(other)).toBeVisible();
  await page.getByRole('button', { name: '全部设备退出' }).click();
  await judgePage(page, 'sign-out-everywhere');
  await page.getByRole('dialog').getByRole('button', { name: '全部设备退出' }).click();
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await expect(other.getByRole('heading', { name: '登录' })).toBeVisible();
});

test('the end of an idle session is told ahead', async ({ page, stage }) => {
  await page.clock.install();
  await signIn(page, stage);
  await page.clock.fastForward('28:30');
  await expect(page.getByText('快要自动退出了')).toBeVisible();
  await glance(page, 'idle');
  // The program's clock never went ahead.
  await page.clock.setSystemTime(Date.now());
  await page.getByRole('button', { name: '继续使用' }).click();
  await expect(page.getByText('快要自动退出了')).toHaveCount(0);
});

test('a bank’s UKey is told that it signs nobody in, and what it is good for', async ({ page, stage }) => {
  await stage.allow('skf');
  await stage.plug('haihe-ccb-sm2', 'skf');
  await byCard(page, stage);
  await expect(page.getByRole('group', { name: '不是电子口岸的 UKey' })).toBeFocused();
  await expect(page.getByText(/选“用银行 UKey 认证”/)).toBeVisible();
  await expect(page.getByText(/用 IC 卡认证/)).toHaveCount(0);
  await glance(page, 'sign-in-bank-ukey');
  await page.getByRole('button', { name: '改用账号登录' }).click();
  await fillSignIn(page, stage);
  await expect(centre(page)).toBeVisible();
});

test('the electronic port’s UKey signs in and certifies as an IC card', async ({ page, stage }) => {
  const ukey = 'second-port-sm2';
  await stage.allow('skf');
  await stage.plug(ukey, 'skf');
  await byCard(page, stage);
  await expect(page.locator('[data-statement]')).toContainText('Account: bohai-demo');
  await enterPin(page, stage.pin(ukey));
  await expect(centre(page)).toBeVisible();
  await toStatement(page);
  await enterPin(page, stage.pin(ukey));
  await expect(passed(page)).toBeVisible();
});

test('a portal that is down is told beside the captcha, which is fetched again', async ({ page, stage }) => {
  await stage.portal('down');
  await page.goto(stage.ready.ui);
  await expect(page.getByText(/没有取到验证码。\s*连不上平台/)).toBeVisible();
  await stage.portal('up');
  await page.getByRole('button', { name: '再取一次' }).click();
  await fillSignIn(page, stage);
  await expect(centre(page)).toBeVisible();
});
