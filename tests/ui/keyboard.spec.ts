import type { Page } from '@playwright/test';
import { expect, passed, test } from './stage';

/** Presses Tab until the element of that role and name has the focus, as a person without a mouse does. */
async function tabTo(page: Page, role: 'button' | 'textbox' | 'radio', name: string | RegExp): Promise<void> {
  const target = page.getByRole(role, { name });
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 40; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${name} is not reached by Tab`);
}

test('the whole journey by keyboard alone', async ({ page, stage }) => {
  const card = 'haihe-operator-sm2';
  await stage.insert(0, card);
  await page.goto(stage.ready.ui);
  await tabTo(page, 'textbox', '账号');
  await page.keyboard.type(stage.ready.account);
  await page.keyboard.press('Tab');
  await page.keyboard.type(stage.ready.password);
  await page.keyboard.press('Enter');

  await tabTo(page, 'button', '用 IC 卡认证');
  await page.keyboard.press('Enter');
  await tabTo(page, 'button', '下一步: 核对声明');
  await page.keyboard.press('Space');

  const pin = page.getByLabel('卡密码', { exact: true });
  await expect(pin).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  while (!(await pin.evaluate((element) => element === document.activeElement))) await page.keyboard.press('Tab');
  await page.keyboard.type(stage.wrongPin(card));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('group', { name: '卡密码不对, 还可以再试 4 次' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(pin).toBeFocused();
  await page.keyboard.type(stage.pin(card));
  await page.keyboard.press('Enter');

  await expect(passed(page)).toBeVisible();
  await expect(passed(page)).toBeFocused();
  await tabTo(page, 'button', '退出并重新登录');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
});

test('the first Tab leads past the menu', async ({ page, stage }) => {
  await stage.insert(0, 'haihe-operator-sm2');
  await page.goto(stage.ready.ui);
  await page.getByLabel('账号', { exact: true }).fill(stage.ready.account);
  await page.getByLabel('密码', { exact: true }).fill(stage.ready.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: '用 IC 卡认证' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: '用 IC 卡认证' })).toBeVisible();
  await page.getByRole('link', { name: '跳到正文' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
});
