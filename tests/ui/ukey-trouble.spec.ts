import { enterPin, expect, signIn, test } from './stage';
import { certified, toBank, toUkeyStatement } from './ukey';

const UKEY = 'haihe-ccb-sm2';

test.beforeEach(async ({ page, stage }) => {
  await stage.allow('skf');
  await stage.plug(UKEY, 'skf');
  await signIn(page, stage);
  await toBank(page);
  await toUkeyStatement(page);
});

test('a wrong PIN counts down, the last try needs a second yes, then the UKey is locked', async ({ page, stage }) => {
  await expect(page.getByText('还可以试 6 次')).toBeVisible();
  for (const left of [5, 4, 3, 2, 1]) {
    await enterPin(page, stage.wrongPin(UKEY));
    await expect(page.getByText(`UKey 密码不对, 还可以再试 ${left} 次`)).toBeVisible();
    await expect(page.getByLabel('UKey 密码', { exact: true })).toHaveValue('');
  }
  await expect(page.getByText('只剩最后一次。再输错, UKey 就锁住, 须到银行柜台办理。')).toBeVisible();
  await enterPin(page, stage.wrongPin(UKEY));
  await expect(page.getByText('请先勾选上面的确认。')).toBeVisible();
  await page.getByRole('checkbox', { name: '我确定记得密码, 用最后一次机会' }).check();
  await page.getByRole('button', { name: '签署声明' }).click();
  await expect(page.getByText('UKey 密码已锁定').first()).toBeVisible();
  await expect(page.getByLabel('UKey 密码', { exact: true })).toHaveCount(0);
  await expect(page.getByRole('button', { name: '换一个 UKey' })).toBeVisible();
});

test('the right PIN at the last try passes', async ({ page, stage }) => {
  for (const left of [5, 4, 3, 2, 1]) {
    await enterPin(page, stage.wrongPin(UKEY));
    await expect(page.getByText(`UKey 密码不对, 还可以再试 ${left} 次`)).toBeVisible();
  }
  await page.getByRole('checkbox').check();
  await enterPin(page, stage.pin(UKEY));
  await expect(certified(page)).toBeVisible();
});

test('a driver that hangs while it signs is ended by the user, and the next try works', async ({ page, stage }) => {
  await stage.strike('skf', 'SKF_ECCSignData', 'hang');
  await enterPin(page, stage.pin(UKEY));
  await page.getByRole('button', { name: '停止签署' }).click();
  await expect(page.getByText('已取消')).toBeVisible();
  await page.getByRole('button', { name: '重新开始' }).click();
  await toUkeyStatement(page);
  await expect(page.getByText('还可以试 6 次')).toBeVisible();
  await enterPin(page, stage.pin(UKEY));
  await expect(certified(page)).toBeVisible();
});

test('a driver that crashes while it signs is named, and the next try works', async ({ page, stage }) => {
  await stage.strike('skf', 'SKF_ECCSignData', 'crash');
  await enterPin(page, stage.pin(UKEY));
  await expect(page.getByRole('group', { name: '驱动崩溃了' })).toBeFocused();
  await expect(page.getByText(/^libtongguan-skf\.so 在签署时异常退出。/)).toBeVisible();
  await page.getByRole('button', { name: '重新开始' }).click();
  await toUkeyStatement(page);
  await expect(page.getByText('还可以试 6 次')).toBeVisible();
  await enterPin(page, stage.pin(UKEY));
  await expect(certified(page)).toBeVisible();
});

test('a revoked certificate is refused by the portal, with its reason', async ({ page, stage }) => {
  await page.getByRole('button', { name: '取消', exact: true }).click();
  await stage.unplug(UKEY, 'skf');
  await stage.plug('haihe-ccb-revoked', 'skf');
  await toBank(page);
  await toUkeyStatement(page);
  await enterPin(page, stage.pin('haihe-ccb-revoked'));
  await expect(page.getByText('平台说证书已吊销')).toBeVisible();
  await expect(page.getByRole('button', { name: '换一个 UKey' })).toBeVisible();
});
