import { judge, judgePage, overflow } from './judge';
import { enterPin, expect, signIn, test } from './stage';
import { certified, ownDriver, toBank, toUkeyStatement } from './ukey';

const UKEY = 'haihe-ccb-sm2';

test('every screen of the journey with a UKey passes axe-core in both languages and colours', async ({
  page,
  stage,
}) => {
  await signIn(page, stage);
  await page.getByRole('button', { name: '用银行 UKey 认证' }).click();
  await expect(page.getByRole('list', { name: '银行' })).toBeVisible();
  await judge(page, 'ukey-1-banks');
  await page.getByRole('button', { name: /^建设银行/ }).click();
  await judge(page, 'ukey-2-drivers');
  await ownDriver(page).click();
  await page.getByLabel('驱动文件的完整路径').fill(stage.ready.libraries.skf);
  await page.getByRole('button', { name: '查看这个文件' }).click();
  await expect(page.getByText('自选驱动的风险')).toBeVisible();
  await judge(page, 'ukey-3-own-driver');
  await page.getByRole('button', { name: '允许使用这个驱动', exact: true }).click();
  await expect(page.getByText('请插入网银盾')).toBeVisible();
  await judge(page, 'ukey-4-plug');
  await stage.plug('second-ccb-sm2', 'skf');
  await stage.plug('haihe-abc-sm2', 'skf');
  await stage.plug(UKEY, 'skf');
  await expect(page.getByRole('radio')).toHaveCount(3);
  await judge(page, 'ukey-5-choose');
  await toUkeyStatement(page);
  await judge(page, 'ukey-6-statement');
  await enterPin(page, stage.wrongPin(UKEY));
  await expect(page.getByText('UKey 密码不对, 还可以再试 5 次')).toBeVisible();
  await judge(page, 'ukey-7-wrong-pin');
  await stage.strike('skf', 'SKF_ECCSignData', 'hang');
  await enterPin(page, stage.pin(UKEY));
  await expect(page.getByRole('button', { name: '停止签署' })).toBeVisible();
  await judge(page, 'ukey-8-working');
  await page.getByRole('button', { name: '停止签署' }).click();
  await expect(page.getByText('已取消')).toBeVisible();
  await judge(page, 'ukey-9-cancelled');
  await page.getByRole('button', { name: '重新开始' }).click();
  await toUkeyStatement(page);
  await enterPin(page, stage.pin(UKEY));
  await expect(certified(page)).toBeVisible();
  await judge(page, 'ukey-10-done');
  await page.getByRole('button', { name: '返回认证中心' }).click();
  await expect(page.getByText(/通过建设银行 UKey 认证/)).toBeVisible();
  await judge(page, 'ukey-11-centre');
});

test('the failure and warning screens of a UKey pass axe-core too', async ({ page, stage }) => {
  await stage.allow('skf');
  await stage.plug('haihe-abc-sm2', 'skf');
  await signIn(page, stage);
  await toBank(page, '农业银行');
  await toUkeyStatement(page);
  await judge(page, 'ukey-differs');
  for (const left of [5, 4, 3, 2, 1]) {
    await enterPin(page, stage.wrongPin('haihe-abc-sm2'));
    await expect(page.getByText(`UKey 密码不对, 还可以再试 ${left} 次`)).toBeVisible();
  }
  await judge(page, 'ukey-last-try');
  await page.getByRole('checkbox').check();
  await enterPin(page, stage.wrongPin('haihe-abc-sm2'));
  await expect(page.getByText('UKey 密码已锁定').first()).toBeVisible();
  await judge(page, 'ukey-locked');
  await page.getByRole('button', { name: '换一个 UKey' }).click();
  await stage.unplug('haihe-abc-sm2', 'skf');
  await page.getByRole('button', { name: '换一家银行' }).click();
  await page.getByRole('button', { name: /^建设银行/ }).click();
  await stage.plug(UKEY, 'skf');
  await toUkeyStatement(page);
  await stage.unplug(UKEY, 'skf');
  await expect(page.getByRole('group', { name: /UKey (已不在|被拔出)/ })).toBeVisible();
  await judge(page, 'ukey-pulled');
  await page.getByRole('button', { name: '重新开始' }).click();
  await stage.plug(UKEY, 'skf');
  await toUkeyStatement(page);
  await stage.strike('skf', 'SKF_ECCSignData', 'crash');
  await enterPin(page, stage.pin(UKEY));
  await expect(page.getByText('驱动崩溃了')).toBeVisible();
  await judge(page, 'ukey-crashed');
  await page.getByRole('button', { name: '重新开始' }).click();
  await ownDriver(page)
    .or(page.locator('summary', { hasText: '正在使用' }))
    .first()
    .click();
  await judge(page, 'ukey-drivers-in-use');
  await ownDriver(page).click();
  await page.getByLabel('驱动文件的完整路径').fill('/etc/hostname');
  await page.getByRole('button', { name: '查看这个文件' }).click();
  await expect(page.getByRole('group', { name: /不是/ })).toBeVisible();
  await judge(page, 'ukey-not-a-driver');
});

test('the bank’s own page and the waiting for it pass axe-core', async ({ page, context, stage }) => {
  await signIn(page, stage);
  await toBank(page);
  stage.browser('down');
  await page.getByRole('button', { name: '去银行网页办理' }).click();
  await expect(page.getByText('浏览器没有打开')).toBeVisible();
  await judge(page, 'bank-1-not-opened');
  stage.browser('up');
  await page.getByRole('button', { name: '再次打开' }).click();
  await expect(page.getByText('浏览器没有打开')).toHaveCount(0);
  await judge(page, 'bank-2-waiting');

  const bank = await context.newPage();
  await bank.setViewportSize({ width: 900, height: 640 });
  const address = (await page.locator('.address').textContent()) ?? '';
  await bank.goto(address);
  await judgePage(bank, 'bank-3-page');
  const submit = async (pin: string) => {
    await bank.locator('#ukey').selectOption({ value: `${UKEY}:1` });
    await bank.locator('#pin').fill(pin);
    await bank.getByRole('button', { name: /^签名并提交/ }).click();
  };
  await submit(stage.wrongPin(UKEY));
  await expect(bank.locator('#alert')).toBeVisible();
  await judgePage(bank, 'bank-4-wrong-pin');
  await submit(stage.pin(UKEY));
  await expect(bank.locator('main.passed')).toBeVisible();
  await judgePage(bank, 'bank-5-passed');
  await bank.goto(address);
  await expect(bank.locator('main.failed')).toBeVisible();
  await judgePage(bank, 'bank-6-used');
  await expect(certified(page)).toBeVisible();
  await judge(page, 'bank-7-done');
});

test('at 200 % zoom all of a UKey’s journey can be reached without sideways scrolling', async ({
  page,
  context,
  stage,
}) => {
  // Browser zoom halves the CSS pixels of the window.
  const half = { width: 450, height: 320 };
  await page.setViewportSize(half);
  await signIn(page, stage);
  await toBank(page);
  await ownDriver(page).click();
  await page.getByLabel('驱动文件的完整路径').fill(stage.ready.libraries.skf);
  await page.getByRole('button', { name: '查看这个文件' }).click();
  const allow = page.getByRole('button', { name: '允许使用这个驱动', exact: true });
  await allow.scrollIntoViewIfNeeded();
  await expect(allow).toBeInViewport();
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await allow.click();
  await page.getByRole('button', { name: '去银行网页办理' }).click();
  const address = page.locator('.address');
  await address.scrollIntoViewIfNeeded();
  await expect(address).toBeInViewport();
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  const bank = await context.newPage();
  await bank.setViewportSize(half);
  await bank.goto((await address.textContent()) ?? '');
  await bank.locator('#pin').scrollIntoViewIfNeeded();
  await expect(bank.locator('#pin')).toBeInViewport();
  expect(await overflow(bank)).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: '取消这次办理' }).click();
  await stage.plug(UKEY, 'skf');
  await toUkeyStatement(page);
  const pin = page.getByLabel('UKey 密码', { exact: true });
  await pin.scrollIntoViewIfNeeded();
  await expect(pin).toBeInViewport();
  expect(await overflow(page)).toBeLessThanOrEqual(0);
});
