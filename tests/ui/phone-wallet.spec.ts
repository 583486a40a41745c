import { agree, judged, next, PHONE } from './phone';
import { expect, test } from './stage';

test.use({ viewport: PHONE });

test('Alipay fills in name and number once its holder has agreed, and nothing before', async ({ page, stage }) => {
  const person = stage.company('haihe').operator;
  const { number } = person.document;
  const consent = page.getByRole('heading', { name: '支付宝授权' });

  await page.goto(`${stage.ready.phone}/henan`);
  await next(page, '进入').click();
  await judged(page, 'wallet-none');
  await page.getByRole('link', { name: '选择账号' }).click();
  const option = page.getByRole('option', { name: `${person.name} ${number.slice(0, 1)}` }).first();
  await page.getByLabel('支付宝实名的是').selectOption((await option.getAttribute('value'))!);
  await judged(page, 'wallet');
  await next(page, '用这个账号').click();
  await expect(consent).toBeVisible();
  await expect(page.getByLabel('证件号码')).toHaveCount(0);
  await judged(page, 'wallet-consent');

  await page.getByRole('link', { name: '不同意, 自己填写' }).click();
  await expect(page.getByLabel('证件号码')).toHaveValue('');
  await page.goBack();
  await next(page, '同意, 由支付宝带出').click();
  await expect(page.getByText('下面的信息由支付宝带出')).toBeVisible();
  await expect(page.getByText(person.name)).toBeVisible();
  await judged(page, 'wallet-filled');
  await agree(page);
  await next(page, '查看待办事项').click();
  await expect(page.getByRole('button', { name: '同意协议并认证' })).toBeVisible();

  // Agreed to once.
  await page.goto(`${stage.ready.phone}/henan`);
  await next(page, '进入').click();
  await expect(page.getByText('下面的信息由支付宝带出')).toBeVisible();
  expect(await page.content()).not.toContain(number);
});
