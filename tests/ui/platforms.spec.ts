// The computer and the phone playing together: each platform once, and what goes wrong on the way.
import { expect, test, violations } from './stage';
import { judge, overflow } from './judge';
import { agree as agreeOnPhone, done, next, picture, sign, signByKeys } from './phone';
import {
  account, address, agree, arrived, authorise, begin, BEIJING, certified, DESKTOP, enterCode, face, field,
  fillBankAccount, giveCompany, HENAN, holder, kept, NINGBO, phoneAt, pick, platform, press, refusedByPolicy, scanned,
} from './platforms'; // prettier-ignore

test.use({ viewport: DESKTOP });

test('Ningbo: a person by a face on the phone; the computer sees each step of it', async ({ page, browser, stage }) => {
  const person = holder(stage);
  await begin(page, stage, NINGBO, '个人实名认证');
  expect.soft(await violations(page)).toEqual([]);
  await authorise(page, stage);
  await press(page, /^人脸识别/);
  await field(page, '姓名').fill(person.name);
  await field(page, '身份证号码').fill(person.document.number);
  await field(page, '姓名').focus();
  await expect(field(page, '身份证号码')).toHaveValue(/^\d{4}\*{10}[\dX]{4}$/);
  await agree(page);
  await press(page, '同意并继续');
  expect.soft(await violations(page)).toEqual([]);

  const phone = await phoneAt(browser, await address(page));
  await expect(page.getByText('手机已打开')).toBeVisible();
  expect.soft(await violations(phone)).toEqual([]);
  // The wrong face first: the phone says so, and the computer too.
  await face(phone, stage, stage.company('haihe').legal_representative);
  await expect(page.getByText('人像比对没有通过')).toBeVisible();
  await phone.getByRole('link', { name: '重试' }).click();
  await face(phone, stage, person);
  await expect(done(phone)).toBeVisible();
  await expect(certified(page)).toBeVisible();
  await expect(page.getByRole('article', { name: '实名认证凭证' })).toContainText(/NINGBO-\d{4}-\d{6}/);
  await expect(page.getByText(person.document.number)).toHaveCount(0);
  expect.soft(await violations(page)).toEqual([]);
  expect.soft(await violations(phone)).toEqual([]);

  await press(page, '返回平台列表');
  await expect(platform(page, NINGBO).getByText('已认证')).toBeVisible();
  await judge(page, 'platforms');
});

test('Ningbo: the company by a payment and a letter, with a wrong amount and a letter sent back', async ({ page, browser, stage }) => {
  const { identity } = stage.company('haihe');
  const refused = refusedByPolicy(page);
  await begin(page, stage, NINGBO, '企业实名认证 (法定代表人办)');
  await authorise(page, stage);
  await giveCompany(page, stage);
  await press(page, /^对公打款认证/);
  await expect(page.getByRole('radio', { name: /^正向打款/ })).toBeChecked();
  expect.soft(await violations(page)).toEqual([]);
  await press(page, '下一步');
  const own = await account(stage, identity.name);
  await field(page, '对公账号').fill(own.number);
  const branch = page.getByRole('combobox', { name: '开户银行 (联行号)' });
  await branch.fill(own.branch.slice(0, 8));
  await expect(page.getByRole('option').first()).toBeVisible();
  expect.soft(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('option')).toHaveCount(0);
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('option').first()).toBeVisible();
  // By keys alone, and once more with the pointer.
  await branch.fill(own.branch);
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^已选: /)).toContainText(own.branch);
  await branch.fill(own.branch);
  await page.getByRole('option', { name: new RegExp(own.branch) }).click();
  await expect(page.getByText(/^已选: /)).toContainText(own.branch);
  expect(refused, 'bits-ui under the policy of the window').toEqual([]);
  await press(page, '下一步');

  await expect(page.getByRole('heading', { name: '核对打款' })).toBeVisible();
  const amount = await arrived(stage, identity.name);
  await field(page, '收到的金额 (元)').fill(amount === '0.11' ? '0.12' : '0.11');
  await press(page, '核对金额');
  await expect(page.getByText('金额不对')).toBeVisible();
  await field(page, '收到的金额 (元)').fill(amount);
  await press(page, '核对金额');
  await expect(page.getByText('金额核对无误。')).toBeVisible();
  await judge(page, 'platforms-transfer');
  await page.setViewportSize(DESKTOP);

  await press(page, '下载授权书模板');
  await expect(page.getByText(/已存到 .*authorisation-/)).toBeVisible();
  const scan = await page.screenshot();
  await pick(page, '上传盖章的授权书', 'letter.png', scan, 'image/png');
  await expect(page.getByText(/等待审核/)).toBeVisible();
  const desk = await browser.newPage();
  await desk.goto(`${stage.ready.world}/review`);
  await desk.getByLabel(/退回原因/).fill('公章不清楚');
  await desk.getByRole('button', { name: /^退回/ }).click();
  await expect(page.getByText('退回的原因: 公章不清楚')).toBeVisible();
  await pick(page, '上传盖章的授权书', 'letter.png', await page.screenshot(), 'image/png');
  await expect(page.getByText(/等待审核/)).toBeVisible();
  await desk.reload();
  await desk.getByRole('button', { name: /^通过/ }).click();
  await expect(certified(page)).toBeVisible();
  await expect(page.getByText('对公打款认证 · 正向打款')).toBeVisible();
});

test('Ningbo: the legal representative signs from a message, with the number that was left out', async ({ page, browser, stage }) => {
  const { legal_representative: legal } = stage.company('haihe');
  await begin(page, stage, NINGBO, '企业实名认证 (经办人办)');
  await authorise(page, stage);
  await giveCompany(page, stage);
  await press(page, /^法人授权认证/);
  await field(page, '法定代表人手机号码').fill(legal.phone);
  await press(page, '发送链接');
  await expect(page.getByText(/链接已用短信发到/)).toBeVisible();
  await expect(page.getByRole('img', { name: /^二维码/ })).toHaveCount(0);
  const phone = await phoneAt(browser, await stage.link(legal.phone));
  await expect(page.getByText('手机已打开')).toBeVisible();
  await phone.getByLabel(/身份证号码/).fill(legal.document.number);
  await next(phone, '下一步').click();
  await agreeOnPhone(phone);
  await next(phone, '同意授权, 下一步').click();
  await face(phone, stage, legal);
  expect.soft(await violations(phone)).toEqual([]);
  await sign(phone);
  await expect(certified(page)).toBeVisible();
});

test('Beijing: on the web, with the two sides exchanged first and files that are none', async ({ page, stage }) => {
  const person = holder(stage);
  await begin(page, stage, BEIJING, '网页认证 (银行卡)');
  await fillBankAccount(page, person);
  await expect(page.getByRole('list', { name: '建议使用下列银行的卡' }).getByRole('listitem')).toHaveCount(9);
  await judge(page, 'platforms-bank');
  await page.setViewportSize(DESKTOP);
  await press(page, '下一步');
  await enterCode(page, stage, person.phone, '确认');

  const [front, back] = ['身份证人像面', '身份证国徽面'] as const;
  await pick(page, front, 'card.jpg', Buffer.from('not a picture at all'));
  await expect(page.getByText('身份证人像面不能用')).toBeVisible();
  await pick(page, front, 'back.jpg', await picture(stage, person, 'back'));
  await pick(page, back, 'front.jpg', await picture(stage, person, 'front'));
  await kept(page, front);
  await kept(page, back);
  await expect(page.getByRole('img', { name: `预览: ${front}` })).toBeVisible();
  await press(page, '提交核验');
  await expect(page.getByText('照片的正反面不对')).toBeVisible();
  await pick(page, front, 'front.jpg', await picture(stage, person, 'front'));
  await pick(page, back, 'back.jpg', await picture(stage, person, 'back'));
  await kept(page, front);
  await kept(page, back);
  expect.soft(await violations(page)).toEqual([]);
  await press(page, '提交核验');
  await expect(certified(page)).toBeVisible();
  await press(page, '返回平台列表');
  const masked = person.document.number.replace(/^(.{4}).*(.{4})$/, '$1**********$2');
  await expect(platform(page, BEIJING)).toContainText(`${person.name}, 号码 ${masked}`);
  await expect(page.getByText(person.document.number)).toHaveCount(0);
});

test('Beijing: the app is had by a code for each system, which a camera reads', async ({ page, browser, stage }) => {
  await begin(page, stage, BEIJING, '手机 App 认证');
  const app = page.getByRole('region', { name: '还没有装 App?' });
  await expect(app.getByText(/小米应用商店、360 应用商店、华为应用商店/)).toBeVisible();
  for (const [name, system] of [['Android 正式版', 'android'], ['iOS 正式版', 'ios']] as const) {
    const code = app.getByRole('img', { name: `下载二维码: ${name}` });
    await expect(code).toBeVisible();
    const said = await scanned(code);
    expect(said).toBe(`${stage.ready.phone}/app/beijing/${system}`);
    const item = app.getByRole('listitem').filter({ hasText: name });
    await item.getByText('下载地址').click();
    await expect(item.getByText(said, { exact: true })).toBeVisible();
    const phone = await phoneAt(browser, said);
    await expect(phone.getByRole('heading', { level: 1 })).toContainText('下载 App');
    expect.soft(await violations(phone)).toEqual([]);
    expect.soft(await overflow(phone)).toBeLessThanOrEqual(0);
  }
  expect.soft(await violations(page)).toEqual([]);
  await judge(page, 'platforms-app');
  await page.setViewportSize(DESKTOP);
  // What the app scans then is another code.
  const ticket = await scanned(page.getByRole('img', { name: /^二维码/ }));
  expect(ticket).toBe(await address(page));
  const phone = await phoneAt(browser, ticket);
  await expect(phone.getByLabel('手机号码')).toBeVisible();
});

test('Beijing: by the app, cancelled once, with what was left in the middle found again', async ({ page, browser, stage }) => {
  const person = holder(stage);
  await begin(page, stage, BEIJING, '手机 App 认证');
  const first = await phoneAt(browser, await address(page));
  await expect(page.getByText('手机已打开')).toBeVisible();
  await next(first, '取消').click();
  await expect(page.getByText('手机上取消了')).toBeVisible();
  await press(page, '返回平台列表');
  await press(page, '接着办: 手机 App 认证');
  await press(page, '取新的二维码');
  const phone = await phoneAt(browser, await address(page));
  await phone.getByLabel('手机号码').fill(person.phone);
  await next(phone, '下一步').click();
  await next(phone, '获取验证码').click();
  await phone.getByLabel('短信验证码').fill(await stage.code(person.phone));
  await next(phone, '下一步').click();
  await expect(page.getByText('手机已打开')).toBeVisible();
  for (const side of ['front', 'back'] as const) {
    const file = { name: `${side}.jpg`, mimeType: 'image/jpeg', buffer: await picture(stage, person, side) };
    await phone.locator(`#file-id_${side}`).setInputFiles(file);
    await phone.locator(`section:has(#slot-id_${side})`).getByRole('button', { name: '上传' }).click();
  }
  await next(phone, '提交验证').click();
  await face(phone, stage, person);
  await expect(certified(page)).toBeVisible();
});

test('Henan: two people, two duties each; submitted once all is done', async ({ page, browser, stage }) => {
  const { operator, legal_representative: legal } = stage.company('haihe');
  await begin(page, stage, HENAN, '登记事项的签名和认证');
  await page.getByLabel('登记类型').selectOption({ label: '变更' });
  await field(page, '事项名称').fill('海河示范变更登记');
  await press(page, '下一步');
  await expect(page.getByText('还没有人。请添加涉及的每个人。')).toBeVisible();
  for (const [person, role] of [[operator, '委托代理人'], [legal, '法定代表人']] as const) {
    await press(page, '添加人员');
    await field(page, '姓名').fill(person.name);
    await page.getByLabel('身份', { exact: true }).selectOption({ label: role === '委托代理人' ? '企业委托代理人' : role });
    await field(page, '证件号码').fill(person.document.number);
    await press(page, '添加');
    await expect(page.getByRole('row').filter({ hasText: person.name })).toBeVisible();
  }
  await expect(page.getByText(personMissing(operator.name))).toBeVisible();
  await judge(page, 'platforms-people');
  await page.setViewportSize(DESKTOP);

  for (const person of [operator, legal]) {
    await press(page, `出示二维码: ${person.name}的签名`);
    const signing = await phoneAt(browser, await address(page));
    await next(signing, '确认').click();
    await face(signing, stage, person);
    await signByKeys(signing);
    await expect(page.getByText(`${person.name}的签名已完成。`)).toBeVisible();
    await press(page, '关闭');
    await press(page, `出示二维码: ${person.name}的认证`);
    const phone = await phoneAt(browser, await address(page));
    if (await phone.getByLabel('姓名').isEditable()) await phone.getByLabel('姓名').fill(person.name);
    await phone.getByLabel('证件号码').fill(person.document.number);
    for (const at of [1, 2]) {
      await expect(phone.getByRole('checkbox'), `notice ${at}`).toHaveCount(1);
      await agreeOnPhone(phone);
      await phone.locator('main form button[type=submit]').first().click();
    }
    await face(phone, stage, person);
    await phone.getByLabel('本人银行卡号').fill(person.bank_card);
    await phone.getByLabel('手机号码').fill(person.phone);
    await next(phone, '下一步').click();
    await next(phone, '查看待办事项').click();
    await next(phone, '业务确认').click();
    await next(phone, '确认').click();
    await face(phone, stage, person);
    await sign(phone);
    await expect(done(phone)).toBeVisible();
    await expect(page.getByText(`${person.name}的认证已完成。`)).toBeVisible();
    await press(page, '关闭');
  }
  await expect(page.getByText('每个人两项都完成了, 可以提交。')).toBeVisible();
  await press(page, '提交办理');
  await expect(certified(page)).toBeVisible();
  await expect(page.getByText('只对这件事有效。办下一件时要重新认证。')).toBeVisible();
});

const personMissing = (name: string) => new RegExp(`^还差: .*${name} \\(签名, 认证\\)`);

test('a portal that is away for a while: the computer says so, and follows the phone once it is back', async ({ page, browser, stage }) => {
  const person = holder(stage);
  await begin(page, stage, BEIJING, '手机 App 认证');
  const ticket = await address(page);
  await stage.portal('down');
  await expect(page.getByText('现在看不到最新的进展')).toBeVisible();
  expect.soft(await violations(page)).toEqual([]);
  await stage.portal('up');
  await expect(page.getByText('现在看不到最新的进展')).toHaveCount(0);
  // The QR code on the screen is good still, and opens once.
  const phone = await phoneAt(browser, ticket);
  await expect(phone.getByLabel('手机号码')).toBeVisible();
  await expect(page.getByText('手机已打开')).toBeVisible();
  const second = await phoneAt(browser, ticket);
  await expect(second.getByRole('alert')).toContainText('已');
  await press(page, '放弃办理');
  await page.getByRole('dialog').getByRole('button', { name: '放弃办理' }).click();
  await expect(platform(page, BEIJING).getByText(/^办到/)).toHaveCount(0);
  await phone.getByLabel('手机号码').fill(person.phone);
  await next(phone, '下一步').click();
  await expect(phone.getByRole('alert')).toBeVisible();
});

test('what was given on one platform is offered on another, and never sent unasked', async ({ page, stage }) => {
  const person = holder(stage);
  await begin(page, stage, BEIJING, '网页认证 (银行卡)');
  await fillBankAccount(page, person);
  await press(page, '下一步');
  await expect(page.getByRole('button', { name: '获取验证码' })).toBeVisible();
  await press(page, '返回平台列表');
  await press(page, /^开始: 个人实名认证/);
  await authorise(page, stage);
  await press(page, /^银行卡认证/);
  await expect(field(page, '银行卡号')).toHaveValue('');
  const offer = page.getByRole('region', { name: '已有的内容可以直接用' });
  await expect(offer).toContainText(BEIJING);
  await expect(offer).not.toContainText(person.bank_card);
  await press(page, '填入这些内容');
  await expect(field(page, '银行卡号')).toHaveValue(/^62\d{2}\*+\d{4}$/);
  await field(page, '姓名').fill(person.name);
  await field(page, '身份证号码').fill(person.document.number);
  await agree(page);
  await press(page, '同意并继续');
  await expect(certified(page)).toBeVisible();
});

test('by keyboard alone, and at 200 % zoom', async ({ page, stage }) => {
  const person = holder(stage);
  await page.setViewportSize({ width: 640, height: 400 });
  await begin(page, stage, NINGBO, '个人实名认证');
  const type = async (text: string) => page.keyboard.type(text);
  const to = async (name: string | RegExp, role: 'button' | 'textbox' | 'checkbox') => {
    const target = page.getByRole(role, typeof name === 'string' ? { name, exact: true } : { name });
    for (let presses = 0; presses < 60; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`${name} is not reached by Tab`);
  };
  await to('获取验证码', 'button');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: '手机验证码' })).toBeFocused();
  await type(await stage.code(person.phone));
  await to(/我已阅读并同意/, 'checkbox');
  await page.keyboard.press('Space');
  await to('登录并授权提交', 'button');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await to(/^手机号认证/, 'button');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: '姓名' })).toBeVisible();
  await to('姓名', 'textbox');
  await type(person.name);
  await page.keyboard.press('Tab');
  await type(person.document.number);
  await page.keyboard.press('Tab');
  await type(person.phone);
  expect.soft(await overflow(page)).toBeLessThanOrEqual(0);
  await to(/我已阅读并同意/, 'checkbox');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(certified(page)).toBeVisible();
  expect.soft(await overflow(page)).toBeLessThanOrEqual(0);
});
