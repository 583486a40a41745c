// The steps that journeys with a bank's UKey share.
import type { Page } from '@playwright/test';
import { expect, type Stage } from './stage';

/** From the certification centre to the bank's UKeys. */
export async function toBank(page: Page, bank = '建设银行'): Promise<void> {
  await page.getByRole('button', { name: '用银行 UKey 认证' }).click();
  await page.getByRole('button', { name: new RegExp(`^${bank}`) }).click();
  await expect(page.getByRole('region', { name: '所选银行' })).toContainText(bank);
}

/** From the bank's UKeys to the statement, with the one certificate that fits. */
export async function toUkeyStatement(page: Page): Promise<void> {
  await expect(page.getByRole('radio', { checked: true })).toHaveCount(1);
  await page.getByRole('button', { name: '下一步: 核对声明' }).click();
  await expect(page.getByLabel('UKey 密码', { exact: true })).toBeVisible();
}

export const certified = (page: Page) => page.getByRole('heading', { name: '认证结果: 已通过企业实名认证!' });

/** The folded part about a driver file that the catalogue does not know. */
export const ownDriver = (page: Page) => page.getByText('选择我自己的驱动文件', { exact: true });

/** What stands beside a term in one part of the page. */
export const valueOf = (page: Page, region: string, term: string) =>
  page.getByRole('region', { name: region }).locator('dt', { hasText: term }).locator('xpath=following-sibling::dd[1]');

/** Writes down what the page sends: bodies, and addresses that are not the program's own. */
export function listen(page: Page, stage: Stage): { sent: string[]; foreign: string[] } {
  const heard = { sent: [] as string[], foreign: [] as string[] };
  const own = new URL(stage.ready.ui).origin;
  page.on('request', (request) => {
    if (!request.url().startsWith(own)) heard.foreign.push(request.url());
    heard.sent.push(request.postData() ?? '');
  });
  return heard;
}
