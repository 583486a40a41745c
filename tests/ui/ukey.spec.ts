import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { enterPin, expect, fillSignIn, signIn, test } from './stage';
import { certified, listen, ownDriver, toBank, toUkeyStatement, valueOf } from './ukey';

const UKEY = 'haihe-ccb-sm2';

test('finance staff certify the company with a driver of their own and an SM2 UKey', async ({ page, stage }) => {
  const { foreign, sent } = listen(page, stage);
  await signIn(page, stage);
  await toBank(page);
  await expect(page.getByText(/等您允许|还没有能用的驱动/).first()).toBeVisible();
  await expect(page.getByText('请插入网银盾')).toHaveCount(0);

  // The file is looked at before anything of it is loaded.
  const library = stage.ready.libraries.skf;
  await ownDriver(page).click();
  await page.getByRole('button', { name: '查看这个文件' }).click();
  await expect(page.getByText('请填写驱动文件的完整路径。')).toBeVisible();
  await page.getByLabel('驱动文件的完整路径').fill(library);
  await page.getByRole('button', { name: '查看这个文件' }).click();
  const facts = page.getByRole('region', { name: '文件自己写明的情况' });
  await expect(facts).toContainText(library);
  await expect(facts).toContainText('SKF (GM/T 0016)');
  await expect(facts).toContainText('x86-64 (64 位)');
  const sha256 = createHash('sha256').update(readFileSync(library)).digest('hex');
  expect(await facts.locator('.hash').evaluate((element) => element.textContent)).toBe(sha256);
  await expect(facts.getByText('通关没有核对过这个文件。')).toBeVisible();
  await expect(facts.getByText('签署时, 它会拿到 UKey 密码。')).toBeVisible();
  expect((await stage.view()).libraries.filter(({ path }) => path === library)).toEqual([]);
  await page.getByRole('button', { name: '允许使用这个驱动', exact: true }).click();
  await expect(page.getByText(/^已允许 /)).toBeVisible();
  await expect(page.getByText('请插入网银盾')).toBeVisible();

  await stage.plug(UKEY, 'skf');
  await expect(page.getByRole('radio')).toBeChecked();
  await expect(page.getByText('组织机构代码与账号一致')).toBeVisible();
  await toUkeyStatement(page);

  const paper = page.locator('[data-statement]');
  const { flow } = await stage.view();
  expect(await paper.evaluate((element) => element.textContent)).toBe(flow.statement?.text);
  expect(flow.statement?.text).toContain(`Account: ${stage.ready.account}`);
  const check = page.getByRole('region', { name: '企业信息核对' });
  await expect(check.getByText('声明与账号的企业信息一致。')).toBeAttached();
  for (const line of ['企业名称', '组织机构代码', '统一社会信用代码']) {
    const value = await valueOf(page, '企业信息核对', line).locator('b').textContent();
    expect(flow.statement?.text).toContain(value);
  }
  await expect(page.getByRole('img', { name: /已签署/ })).toHaveCount(0);

  await enterPin(page, stage.pin(UKEY));
  await expect(certified(page)).toBeVisible();
  await expect(page.getByText('您需要退出所有应用后, 重新登录才能生效。')).toBeVisible();
  await expect(valueOf(page, '认证结果', '企业名称')).toHaveText(/有限公司$/);
  await expect(valueOf(page, '认证结果', '认证方式')).toHaveText('建设银行');
  await expect(valueOf(page, '认证结果', '签名算法')).toHaveText('SM2 / SM3');
  await expect(valueOf(page, '认证结果', '安全级别')).toHaveText('低 → 高');
  await expect(page.getByRole('img', { name: /已签署 20\d\d-\d\d-\d\d/ })).toBeVisible();
  expect(await paper.evaluate((element) => element.textContent)).toBe(flow.statement?.text);
  const receipt = await valueOf(page, '认证结果', '凭证编号').textContent();
  expect(receipt).toMatch(/^SW-\d{4}-\d{6}$/);

  await page.getByRole('button', { name: '查看记录' }).click();
  const rows = page.getByRole('row').filter({ hasText: '企业实名认证 (银行 UKey)' });
  await expect(rows.nth(0)).toContainText(`平台已接受 (${receipt})`);
  await expect(rows.nth(1)).toContainText('UKey 已签署');
  await page.getByRole('button', { name: '核验整条链' }).click();
  await expect(page.getByText(/链完好: \d+ 条记录/)).toBeVisible();

  await page.getByRole('button', { name: '认证中心' }).click();
  await page.getByRole('button', { name: '退出并重新登录' }).click();
  await fillSignIn(page, stage);
  const method = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: '银行 UKey' }) });
  await expect(method.getByText('已认证', { exact: true })).toBeVisible();
  await expect(method).toContainText(/通过建设银行 UKey 认证。 凭证编号 SW-/);
  await expect(page.getByText('认证已通过。请退出所有应用后')).toHaveCount(0);

  expect(foreign).toEqual([]);
  expect(sent.some((body) => body.includes('"sign"'))).toBe(true);
  expect(sent.filter((body) => body.includes(stage.pin(UKEY)))).toEqual([]);
});

test('a driver of the catalogue is allowed from the list: SoftHSM, P-256', async ({ page, stage }) => {
  const ukey = 'haihe-cmbc-p256';
  await stage.plug(ukey, 'soft_hsm');
  await signIn(page, stage);
  await toBank(page, '民生银行');
  const driver = page.getByRole('article').filter({ hasText: stage.ready.libraries.soft_hsm });
  await expect(driver).toContainText('等您允许');
  await driver.getByRole('button', { name: /^允许使用这个驱动/ }).click();
  await toUkeyStatement(page);
  await expect(page.getByRole('region', { name: '企业信息核对' })).toBeVisible();
  await enterPin(page, stage.pin(ukey));
  await expect(certified(page)).toBeVisible();
  await expect(valueOf(page, '认证结果', '认证方式')).toHaveText('民生银行');
  await expect(valueOf(page, '认证结果', '签名算法')).toHaveText('ECDSA P-256 / SHA-256');
});

test('an RSA UKey certifies through SoftHSM', async ({ page, stage }) => {
  const ukey = 'haihe-ccb-rsa';
  await stage.plug(ukey, 'soft_hsm');
  await stage.allow('soft_hsm');
  await signIn(page, stage);
  await toBank(page);
  await toUkeyStatement(page);
  await enterPin(page, stage.pin(ukey));
  await expect(certified(page)).toBeVisible();
  await expect(valueOf(page, '认证结果', '签名算法')).toHaveText('RSA / SHA-256');
});

for (const [ukey, algorithm] of [
  ['haihe-ccb-rsa', 'RSA / SHA-256'],
  ['haihe-ccb-p256', 'ECDSA P-256 / SHA-256'],
] as const) {
  test(`a bank's key on a card certifies through OpenSC: ${algorithm}`, async ({ page, stage }) => {
    await stage.allow('open_sc');
    await signIn(page, stage);
    await toBank(page);
    await stage.insertUkey(0, ukey);
    await toUkeyStatement(page);
    await enterPin(page, stage.pin(ukey));
    await expect(certified(page)).toBeVisible();
    await expect(valueOf(page, '认证结果', '认证方式')).toHaveText('建设银行');
    await expect(valueOf(page, '认证结果', '签名算法')).toHaveText(algorithm);
  });
}

test('a driver that is no longer wanted is stopped, and its UKey is gone', async ({ page, stage }) => {
  await stage.allow('skf');
  await stage.plug(UKEY, 'skf');
  await signIn(page, stage);
  await toBank(page);
  await expect(page.getByRole('radio')).toBeChecked();
  await page.locator('summary', { hasText: '正在使用 1 个' }).click();
  await page.getByRole('button', { name: /^停止使用: / }).click();
  await expect(page.getByText(/^已停止使用 /)).toBeVisible();
  await expect(page.getByRole('radio')).toHaveCount(0);
  await page.getByRole('button', { name: '重新查找' }).click();
  await expect(page.getByText(/^(找到 \d+ 个驱动|没有找到驱动)。$/)).toBeVisible();
});

test('what is no driver is refused with its reason, and nothing of it can be allowed', async ({ page, stage }) => {
  await signIn(page, stage);
  await toBank(page);
  await ownDriver(page).click();
  for (const [path, title] of [
    ['libckey.so', '驱动的路径要写全'],
    ['/nowhere/libckey.so', '驱动文件不在了'],
    ['/etc/hostname', '这不是驱动文件'],
  ] as const) {
    await page.getByLabel('驱动文件的完整路径').fill(path);
    await page.getByRole('button', { name: '查看这个文件' }).click();
    await expect(page.getByRole('group', { name: title })).toBeFocused();
    await expect(page.getByRole('button', { name: '允许使用这个驱动', exact: true })).toHaveCount(0);
  }
});

test('the name that the bank has is marked where it is not the account’s', async ({ page, stage }) => {
  const ukey = 'haihe-abc-sm2';
  await stage.allow('skf');
  await stage.plug(ukey, 'skf');
  await signIn(page, stage);
  await toBank(page, '农业银行');
  await toUkeyStatement(page);
  const check = page.getByRole('region', { name: '企业信息核对' });
  await expect(check.getByText('不一致', { exact: true })).toHaveCount(1);
  await expect(check.getByText('企业名称与账号的不一致')).toBeVisible();
  const [ofStatement, ofAccount] = await check.locator('.differs dd b').allTextContents();
  expect(ofStatement).not.toBe(ofAccount);
  const text = (await stage.view()).flow.statement?.text;
  expect(text).toContain(ofStatement);
  expect(text).not.toContain(ofAccount);
  await enterPin(page, stage.pin(ukey));
  await expect(certified(page)).toBeVisible();
  await expect(valueOf(page, '认证结果', '认证方式')).toHaveText('农业银行');
});

test('with two UKeys nothing is chosen for the user', async ({ page, stage }) => {
  await stage.allow('skf');
  await stage.plug(UKEY, 'skf');
  await stage.plug('haihe-ccb-rsa', 'skf');
  await signIn(page, stage);
  await toBank(page);
  await expect(page.getByRole('radio')).toHaveCount(2);
  await expect(page.getByRole('radio', { checked: true })).toHaveCount(0);
  await page.getByRole('button', { name: '下一步: 核对声明' }).click();
  await expect(page.getByText('请先选一张证书。')).toBeVisible();
  await page.getByRole('radio', { name: /RSA . SHA-256/ }).check();
  await toUkeyStatement(page);
  await enterPin(page, stage.pin('haihe-ccb-rsa'));
  await expect(certified(page)).toBeVisible();
});

test('UKeys that will not do say why and cannot be chosen', async ({ page, stage }) => {
  await stage.allow('skf');
  await signIn(page, stage);
  await toBank(page);
  for (const [ukey, why] of [
    ['second-ccb-sm2', '不是本企业'],
    ['haihe-ccb-expired', /已在 \d{4}-\d\d-\d\d 过期/],
    ['haihe-abc-sm2', '不是这家银行的证书'],
  ] as const) {
    await stage.plug(ukey, 'skf');
    await expect(page.getByText(why, { exact: true })).toBeVisible();
    await expect(page.getByRole('radio')).toBeDisabled();
    await expect(page.getByRole('button', { name: '下一步: 核对声明' })).toHaveCount(0);
    await stage.unplug(ukey, 'skf');
    await expect(page.getByText('请插入网银盾')).toBeVisible();
  }
});

test('a UKey pulled while the statement is read ends the step and says why', async ({ page, stage }) => {
  await stage.allow('skf');
  await stage.plug(UKEY, 'skf');
  await signIn(page, stage);
  await toBank(page);
  await toUkeyStatement(page);
  await stage.unplug(UKEY, 'skf');
  await expect(page.getByRole('group', { name: /UKey (已不在|被拔出)/ })).toBeVisible();
  await expect(page.getByLabel('UKey 密码', { exact: true })).toHaveCount(0);
  await stage.plug(UKEY, 'skf');
  await page.getByRole('button', { name: '重新开始' }).click();
  await expect(page.getByRole('region', { name: '所选银行' })).toContainText('建设银行');
  await toUkeyStatement(page);
  await enterPin(page, stage.pin(UKEY));
  await expect(certified(page)).toBeVisible();
});

test('two windows show the same steps', async ({ page, context, stage }) => {
  await stage.allow('skf');
  await stage.plug(UKEY, 'skf');
  await signIn(page, stage);
  const other = await context.newPage();
  await other.goto(stage.ready.ui);
  await expect(other.getByRole('heading', { name: '企业实名认证' })).toBeVisible();
  await toBank(page);
  await toUkeyStatement(page);
  await enterPin(other, stage.pin(UKEY));
  await expect(certified(other)).toBeVisible();
  await expect(certified(page)).toBeVisible();
});
