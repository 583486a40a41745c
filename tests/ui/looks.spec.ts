import { judge, overflow } from './judge';
import { enterPin, expect, passed, signIn, test } from './stage';

const CARD = 'haihe-operator-sm2';

test('every screen of the journey passes axe-core in both languages and colours', async ({ page, stage }) => {
  await page.goto(stage.ready.ui);
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await judge(page, '1-sign-in');
  await signIn(page, stage);
  await judge(page, '2-centre');
  await page.getByRole('button', { name: '用 IC 卡认证' }).click();
  await judge(page, '3-choose-empty');
  await stage.insert(0, CARD);
  await stage.insert(1, 'second-operator-sm2');
  await expect(page.getByRole('radio')).toHaveCount(2);
  await judge(page, '4-choose');
  await page.getByRole('button', { name: '下一步: 核对声明' }).click();
  await expect(page.getByLabel('卡密码', { exact: true })).toBeVisible();
  await judge(page, '5-statement');
  await enterPin(page, stage.wrongPin(CARD));
  await expect(page.getByText('卡密码不对, 还可以再试 4 次')).toBeVisible();
  await judge(page, '6-wrong-pin');
  await stage.portal('down');
  await enterPin(page, stage.pin(CARD));
  await expect(page.getByText('连不上平台')).toBeVisible();
  await judge(page, '7-not-submitted');
  await stage.portal('up');
  await page.getByRole('button', { name: '再次提交' }).click();
  await expect(passed(page)).toBeVisible();
  await judge(page, '8-done');
  await page.getByRole('button', { name: '查看记录' }).click();
  await expect(page.getByRole('table')).toBeVisible();
  await judge(page, '9-journal');
});

test('the failure and warning screens pass axe-core too', async ({ page, stage }) => {
  await stage.insert(0, CARD);
  await signIn(page, stage);
  await page.getByRole('button', { name: '用 IC 卡认证' }).click();
  await page.getByRole('button', { name: '下一步: 核对声明' }).click();
  for (const left of [4, 3, 2, 1]) {
    await enterPin(page, stage.wrongPin(CARD));
    await expect(page.getByText(`卡密码不对, 还可以再试 ${left} 次`)).toBeVisible();
  }
  await judge(page, 'last-try');
  await page.getByRole('checkbox').check();
  await enterPin(page, stage.wrongPin(CARD));
  await expect(page.getByText('卡密码已锁定').first()).toBeVisible();
  await judge(page, 'locked');
  await page.getByRole('button', { name: '换一张卡' }).click();
  await stage.pcscd('down');
  await expect(page.getByText('智能卡服务没有运行').first()).toBeVisible();
  await judge(page, 'service-stopped');
});

test('at 200 % zoom the statement and the PIN can be reached without sideways scrolling', async ({ page, stage }) => {
  // Browser zoom halves the CSS pixels of the window.
  await page.setViewportSize({ width: 450, height: 320 });
  await stage.insert(0, CARD);
  await signIn(page, stage);
  await page.getByRole('button', { name: '用 IC 卡认证' }).click();
  await page.getByRole('button', { name: '下一步: 核对声明' }).click();
  await page.getByLabel('卡密码', { exact: true }).scrollIntoViewIfNeeded();
  await expect(page.getByLabel('卡密码', { exact: true })).toBeInViewport();
  expect(await overflow(page)).toBeLessThanOrEqual(0);
});
