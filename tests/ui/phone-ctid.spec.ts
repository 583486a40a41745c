import { agree, act, choose, done, judged, next, PHONE, picture, showFace } from './phone';
import { expect, signIn, test } from './stage';
import type { Page } from '@playwright/test';
import type { Person, Stage } from './stage';

const enter = async (phone: Page, { name, document, validity }: Person): Promise<void> => {
  await phone.getByLabel('姓名').fill(name);
  await phone.getByLabel('身份证号码').fill(document.number);
  await phone.getByLabel('证件有效期自').fill(validity.from);
  await phone.getByLabel('证件有效期至').fill(validity.until);
  await next(phone, '下一步').click();
};

const begin = async (phone: Page, stage: Stage): Promise<void> => {
  await phone.goto(`${stage.ready.phone}/`);
  await phone.getByRole('link', { name: 'CTID' }).click();
  await agree(phone);
  await next(phone, '同意并继续').click();
};

test('an ID card that does not pass at the desk: opened on the phone, and it passes', async ({ page, browser, stage }) => {
  const { legal_representative: legal, operator } = stage.company('haihe');
  await stage.fail('ctid', legal.document.number, 'mismatch');
  await signIn(page, stage);
  await page.getByRole('button', { name: '用证件认证', exact: true }).click();
  await page.getByLabel('证件号码', { exact: true }).fill(legal.document.number);
  await page.getByRole('button', { name: '下一步', exact: true }).click();
  await page.getByRole('checkbox', { name: '长期有效' }).setChecked(legal.validity.until === '00000000');
  await page.getByLabel('证件有效期起', { exact: true }).fill(legal.validity.from);
  if (legal.validity.until !== '00000000') {
    await page.getByLabel('证件有效期止', { exact: true }).fill(legal.validity.until);
  }
  await page.getByRole('button', { name: '下一步', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: '身份证有效期没有通过核验' });
  await dialog.getByRole('button', { name: '怎样开通 CTID' }).click();
  const retry = page.getByRole('button', { name: '已开通, 再试一次' });
  await expect(retry).toBeVisible();

  const context = await browser.newContext({ viewport: PHONE, locale: 'zh-CN' });
  const phone = await context.newPage();
  await begin(phone, stage);
  await enter(phone, { ...legal, name: operator.name });
  await expect(phone.getByRole('alert')).toContainText('身份证信息没有通过核对');
  await expect(phone.getByLabel('身份证号码')).toHaveValue('');
  await judged(phone, 'ctid-form-again');
  await enter(phone, legal);
  await expect(phone.getByText(legal.document.number)).toHaveCount(0);
  await choose(phone, 'id_front', await picture(stage, legal, 'back'));
  await expect(phone.getByRole('alert')).toContainText('照片的正反面不对');
  await judged(phone, 'ctid-refused');
  await phone.getByRole('link', { name: '重试' }).click();
  await choose(phone, 'id_front', await picture(stage, legal, 'front'));
  await judged(phone, 'ctid-card');
  await choose(phone, 'id_back', await picture(stage, legal, 'back'));
  await showFace(phone, stage, legal);
  await expect(done(phone)).toContainText('已开通');
  expect(phone.url()).toBe(`${stage.ready.phone}/ctid`);
  await context.close();

  await retry.click();
  await expect(page.getByText('第三步: 核验管理员身份信息', { exact: true })).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: PHONE });

  test('CTID that is open already, cancelled, or left too long', async ({ page, stage }) => {
    const legal = stage.company('haihe').legal_representative;
    await page.goto(`${stage.ready.phone}/`);
    await judged(page, 'start');
    await page.getByRole('link', { name: 'CTID' }).click();
    await judged(page, 'ctid');
    await agree(page);
    await next(page, '同意并继续').click();
    await judged(page, 'ctid-form');
    await enter(page, legal);
    await expect(page.getByRole('alert')).toContainText('已经开通');
    await judged(page, 'ctid-already');

    await stage.fail('ctid', null, 'absent');
    await begin(page, stage);
    await enter(page, legal);
    await next(page, '取消').click();
    await expect(page.getByRole('alert')).toContainText('已取消');
    await judged(page, 'ctid-cancelled');

    await page.getByRole('link', { name: '重新开始' }).click();
    await agree(page);
    await next(page, '同意并继续').click();
    await stage.clock(601);
    await enter(page, legal);
    await expect(page.getByRole('alert')).toContainText('这次开通已结束');
    await judged(page, 'ctid-over');

    // Nobody is in the register, but whoever opens it now.
    await page.getByRole('link', { name: '重新开始' }).click();
    await agree(page);
    await next(page, '同意并继续').click();
    await enter(page, legal);
    await choose(page, 'id_front', await picture(stage, legal, 'front'));
    await choose(page, 'id_back', await picture(stage, legal, 'back'));
    await judged(page, 'ctid-face');
    await choose(page, 'face', await picture(stage, legal, 'face'));
    await judged(page, 'ctid-action');
    await act(page);
    await expect(done(page)).toContainText('已开通');
    await judged(page, 'ctid-done');
  });
});
