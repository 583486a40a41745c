import { enterPin, expect, passed, signIn, test, toStatement } from './stage';

const CARD = 'haihe-operator-sm2';

test('a wrong PIN counts down, the last try needs a second yes, then the card is locked', async ({ page, stage }) => {
  await stage.insert(0, CARD);
  await signIn(page, stage);
  await toStatement(page);
  await expect(page.getByText('还可以试 5 次')).toBeVisible();
  for (const left of [4, 3, 2, 1]) {
    await enterPin(page, stage.wrongPin(CARD));
    await expect(page.getByText(`卡密码不对, 还可以再试 ${left} 次`)).toBeVisible();
    await expect(page.getByLabel('卡密码', { exact: true })).toHaveValue('');
  }

  await enterPin(page, stage.wrongPin(CARD));
  await expect(page.getByText('请先勾选上面的确认。')).toBeVisible();
  await expect(page.getByLabel('卡密码', { exact: true })).toBeVisible();
  await page.getByRole('checkbox', { name: '我确定记得密码, 用最后一次机会' }).check();
  await page.getByRole('button', { name: '签署声明' }).click();
  await expect(page.getByText('卡密码已锁定').first()).toBeVisible();
  await expect(page.getByLabel('卡密码', { exact: true })).toHaveCount(0);
  await expect(page.getByRole('button', { name: '换一张卡' })).toBeVisible();
});

test('the right PIN at the last try passes', async ({ page, stage }) => {
  await stage.insert(0, CARD);
  await signIn(page, stage);
  await toStatement(page);
  for (const left of [4, 3, 2, 1]) {
    await enterPin(page, stage.wrongPin(CARD));
    await expect(page.getByText(`卡密码不对, 还可以再试 ${left} 次`)).toBeVisible();
  }
  await page.getByRole('checkbox').check();
  await enterPin(page, stage.pin(CARD));
  await expect(passed(page)).toBeVisible();
});

test('an empty PIN and a PIN that no card takes cost no try', async ({ page, stage }) => {
  await stage.insert(0, CARD);
  await signIn(page, stage);
  await toStatement(page);
  await enterPin(page, '');
  await expect(page.getByText('请输入卡密码。')).toBeVisible();
  await enterPin(page, '12');
  await expect(page.getByText('没有送给卡片, 不占次数。')).toBeVisible();
  await expect(page.getByText('还可以试 5 次')).toBeVisible();
});
