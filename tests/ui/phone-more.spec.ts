import { agree, Desk, done, faceCheck, judged, next, PHONE, showFace, sign } from './phone';
import { expect, test, type Stage } from './stage';

test.use({ viewport: PHONE });

/** A company that is certified, as far as the choice of the way. */
const company = async (stage: Stage, path: string): Promise<Desk> => {
  const { identity, legal_representative: legal } = stage.company('haihe');
  const desk = await Desk.open(stage, 'ningbo', path);
  await desk.authorise();
  await desk.fill({ company_name: identity.name, company_number: identity.uscc, legal_name: legal.name });
  return desk;
};

test('the consent in Alipay, and the legal representative’s link', async ({ page, stage }) => {
  const legal = stage.company('haihe').legal_representative;
  const quick = await company(stage, 'company_legal');
  await quick.pass({ kind: 'way', way: 'alipay_quick' });
  await page.goto(await quick.ticket());
  await judged(page, 'alipay-consent');
  await next(page, '同意').click();
  await expect(page.getByRole('alert')).toBeVisible();
  await judged(page, 'alipay-consent-again');
  await agree(page);
  await next(page, '同意').click();
  await showFace(page, stage, legal);
  await expect(done(page)).toBeVisible();
});

test('the legal representative’s link: number, letter, signature', async ({ page, stage }) => {
  const legal = stage.company('haihe').legal_representative;
  const other = await company(stage, 'company_other');
  await other.pass({ kind: 'way', way: 'legal_authorisation' });
  await other.ticket({ sms_to: legal.phone });
  await page.goto(await stage.link(legal.phone));
  await judged(page, 'legal-number');
  await page.getByLabel('法定代表人身份证号码').fill(legal.document.number);
  await next(page, '下一步').click();
  await judged(page, 'legal-letter');
  await expect(page.getByText(legal.document.number)).toHaveCount(0);
  await agree(page);
  await next(page, '同意').click();
  await showFace(page, stage, legal);
  await sign(page);
  await expect(done(page)).toBeVisible();
  await judged(page, 'legal-done');
});

test('a code that has expired, was replaced, or was left too long', async ({ page, stage }) => {
  const desk = await faceCheck(stage, 'quick');
  const unopened = await desk.ticket();
  await stage.clock(181);
  await page.goto(unopened);
  await expect(page.getByRole('alert')).toContainText('二维码过期了');
  await judged(page, 'expired');

  await page.goto(await desk.ticket());
  const own = page.url();
  await desk.ticket();
  await page.goto(own);
  await judged(page, 'closed');

  await page.goto(await desk.ticket());
  await stage.clock(1801);
  await page.reload();
  await judged(page, 'ran-out');
});
