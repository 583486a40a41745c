import { judgePage } from './judge';
import { agree, act, choose, Desk, done, faceCheck, holder, judged, next, PHONE, picture, showFace, sign, signByKeys } from './phone';
import { expect, test } from './stage';

test.use({ viewport: PHONE });

test('the mini-program of Henan from its door to the end, with every page looked at', async ({ page, stage }) => {
  const person = stage.company('haihe').operator;
  const desk = await Desk.open(stage, 'henan', 'matter');
  await desk.fill({ matter_kind: 'change', matter_title: '变更企业名称' });
  const id = await desk.add(person, 'agent');

  await page.goto(`${stage.ready.phone}/henan`);
  await judged(page, 'door');
  await page.getByRole('link', { name: '技术支持' }).click();
  await judged(page, 'support');
  await page.getByRole('link', { name: '在本机打开公众号' }).click();
  await judged(page, 'help');
  await page.goto(`${stage.ready.phone}/henan`);
  await next(page, '进入').click();
  await judged(page, 'form');
  await page.getByLabel('姓名').fill(person.name);
  await page.getByLabel('证件号码').fill(`${person.document.number.slice(0, 17)}Y`);
  await next(page, '查看待办事项').click();
  await expect(page.getByRole('alert')).toBeVisible();
  await judged(page, 'form-again');
  await expect(page.getByLabel('证件号码')).toHaveValue('');
  await page.getByLabel('证件号码').fill(person.document.number);
  await agree(page);
  await next(page, '查看待办事项').click();
  await judged(page, 'consent');
  await agree(page);
  await next(page, '同意协议并认证').click();
  await judged(page, 'face');
  await choose(page, 'face', await picture(stage, stage.company('haihe').legal_representative, 'face'));
  await judged(page, 'action');
  await act(page);
  await expect(page.locator('li[data-this]')).toContainText('人像比对未通过');
  await judged(page, 'refused');
  await page.getByRole('link', { name: '重试' }).click();
  await showFace(page, stage, person);
  await judged(page, 'own-card');
  await page.getByLabel('本人银行卡号').fill(person.bank_card);
  await page.getByLabel('手机号码').fill(person.phone);
  await next(page, '下一步').click();
  await judged(page, 'photo');
  await next(page, '查看待办事项').click();
  await judged(page, 'pending');
  await next(page, '业务确认').click();
  await expect(page.getByText('变更企业名称')).toBeVisible();
  await judged(page, 'details');
  await next(page, '确认').click();
  await showFace(page, stage, person);
  await judged(page, 'signature');
  await signByKeys(page);
  await expect(done(page)).toBeVisible();
  await judged(page, 'done');

  await page.goto(await desk.duty(id, 'signature'));
  await judged(page, 'document');
  await next(page, '确认').click();
  await showFace(page, stage, person);
  await sign(page);
  await expect(done(page)).toBeVisible();
});

test('the app of Beijing and the two ways to scan a face', async ({ page, stage }) => {
  const person = holder(stage);
  const desk = await Desk.open(stage, 'beijing', 'app');
  await page.goto(await desk.ticket());
  await judged(page, 'beijing');
  for (const [label, value] of [['姓名', person.name], ['身份证号码', person.document.number]] as const) {
    if (await page.getByLabel(label).count()) await page.getByLabel(label).fill(value);
  }
  await page.getByLabel('手机号码').fill(person.phone);
  await next(page, '下一步').click();
  await next(page, '获取验证码').click();
  await judged(page, 'code');
  await page.getByLabel('短信验证码').fill(await stage.code(person.phone));
  await next(page, '下一步').click();
  await choose(page, 'id_front', await picture(stage, person, 'front'));
  await judged(page, 'cards');
  await choose(page, 'id_back', await picture(stage, person, 'back'));
  await next(page, '提交验证').click();
  await showFace(page, stage, person);
  await expect(done(page)).toBeVisible();
  expect(await desk.kind()).toBe('done');

  const quick = await faceCheck(stage, 'quick');
  const ticket = await quick.ticket();
  await page.goto(ticket);
  expect(page.url()).not.toContain('/t/');
  await next(page, '取消').click();
  await judged(page, 'cancelled');
  expect((await quick.shown()).refused).toBe('phone_cancelled');
  await page.context().clearCookies();
  await page.goto(ticket);
  await judged(page, 'used');
});

test('the registers of people on the world’s page', async ({ page, stage }) => {
  const person = holder(stage);
  await page.setViewportSize({ width: 900, height: 640 });
  for (const place of ['population', 'phone']) {
    await page.goto(`${stage.ready.world}/${place}`);
    await judgePage(page, `world-${place}`);
  }
  await page.goto(`${stage.ready.world}/population`);
  const record = page.locator(`[id="${person.document.number}"]`);
  await record.getByRole('combobox').selectOption('other_face');
  await record.getByRole('button', { name: '设置' }).click();
  await expect(record.locator('.badge')).toContainText('人脸不是本人');
  const desk = await faceCheck(stage, 'quick');
  await page.goto(await desk.ticket());
  await showFace(page, stage, person);
  await expect(page.getByRole('alert')).toContainText('人像比对没有通过');
});
