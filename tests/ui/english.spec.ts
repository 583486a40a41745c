// One journey as somebody who does not read Chinese takes it: no Chinese word is needed on the way.
import type { Page } from '@playwright/test';
import { expect, test, type Person } from './stage';

test.use({ locale: 'en-US' });

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

async function giveDates(page: Page, { validity }: Person): Promise<void> {
  await page.getByRole('checkbox', { name: 'Long-term' }).setChecked(validity.until === '00000000');
  await field(page, 'Valid from').fill(validity.from);
  if (validity.until !== '00000000') await field(page, 'Valid until').fill(validity.until);
  await press(page, 'Next');
}

test('sign-in by a question and certification by documents, in English', async ({ page, stage }) => {
  const { legal_representative: legal, operator } = stage.company('haihe');
  await page.goto(stage.ready.ui);
  await page.getByRole('textbox', { name: 'Account' }).fill(stage.ready.account);
  await field(page, 'Password').fill(stage.ready.password);
  await press(page, 'Cannot see the picture? Answer a question');
  const question = page.locator('p[data-captcha]');
  await expect(question).toHaveText(/^[ -~]+$/);
  const answer = await stage.captchaAnswer((await question.getAttribute('data-captcha')) ?? '');
  await page.getByLabel('Captcha question', { exact: true }).fill(answer);
  await press(page, 'Sign in to the portal');
  await expect(page.getByRole('heading', { name: 'Company certification' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en-US');

  await press(page, 'Certify by documents');
  await field(page, 'Document number').fill('11010519491231002');
  await press(page, 'Next');
  await expect(page.getByText('This kind of document has another length.')).toBeVisible();
  await field(page, 'Document number').fill(legal.document.number);
  await press(page, 'Next');
  await expect(page.getByText('Step 2: the legal representative')).toBeVisible();
  await giveDates(page, { ...legal, validity: { from: '20210102', until: '20410102' } });
  const dialog = page.getByRole('dialog', { name: 'The validity of the ID card was not confirmed' });
  await dialog.getByRole('button', { name: 'Check and fill in again' }).click();
  await giveDates(page, legal);
  await expect(page.getByText('Step 3: the administrator')).toBeVisible();
  await giveDates(page, operator);
  await expect(page.getByRole('heading', { name: 'Certification is complete' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Result' })).toContainText('Low → Medium');
  await press(page, 'Sign out and in again');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});
