import { expect, fillSignIn, passed, signIn, tabTo, test } from './stage';
import { certified } from './ukey';

test('the whole journey by keyboard alone', async ({ page, stage }) => {
  const card = 'haihe-operator-sm2';
  await stage.insert(0, card);
  await page.goto(stage.ready.ui);
  await tabTo(page, page.getByRole('textbox', { name: '账号' }));
  await page.keyboard.type(stage.ready.account);
  await page.keyboard.press('Tab');
  await page.keyboard.type(stage.ready.password);
  await tabTo(page, page.getByRole('button', { name: '看不到图片? 改为回答问题' }));
  await page.keyboard.press('Enter');
  const question = page.locator('p[data-captcha]');
  await expect(question).toBeVisible();
  await expect(page.getByRole('textbox', { name: '验证问题' })).toBeFocused();
  await page.keyboard.type(await stage.captchaAnswer((await question.getAttribute('data-captcha')) ?? ''));
  await page.keyboard.press('Enter');

  await tabTo(page, page.getByRole('button', { name: '用 IC 卡认证' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: '下一步: 核对声明' }));
  await page.keyboard.press('Space');

  const pin = page.getByLabel('卡密码', { exact: true });
  await expect(pin).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await tabTo(page, pin);
  await page.keyboard.type(stage.wrongPin(card));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('group', { name: '卡密码不对, 还可以再试 4 次' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(pin).toBeFocused();
  await page.keyboard.type(stage.pin(card));
  await page.keyboard.press('Enter');

  await expect(passed(page)).toBeVisible();
  await expect(passed(page)).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: '退出并重新登录' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
});

test('the first Tab leads past the menu', async ({ page, stage }) => {
  await stage.insert(0, 'haihe-operator-sm2');
  await page.goto(stage.ready.ui);
  await fillSignIn(page, stage);
  await expect(page.getByRole('button', { name: '用 IC 卡认证' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: '用 IC 卡认证' })).toBeVisible();
  await page.getByRole('link', { name: '跳到正文' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
});

test('the whole journey with a UKey by keyboard alone', async ({ page, stage }) => {
  const ukey = 'haihe-ccb-sm2';
  await signIn(page, stage);
  await tabTo(page, page.getByRole('button', { name: '用银行 UKey 认证' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: /^建设银行/ }));
  await page.keyboard.press('Enter');

  await tabTo(page, page.locator('summary', { hasText: '选择我自己的驱动文件' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByLabel('驱动文件的完整路径'));
  await page.keyboard.type(stage.ready.libraries.skf);
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: '允许使用这个驱动', exact: true }));
  await page.keyboard.press('Space');
  await expect(page.getByText(/^已允许 /)).toBeVisible();
  // The button is gone; the focus is not.
  await expect(page.locator('body')).not.toBeFocused();

  await stage.plug(ukey, 'skf');
  await tabTo(page, page.getByRole('button', { name: '下一步: 核对声明' }));
  await page.keyboard.press('Space');
  const pin = page.getByLabel('UKey 密码', { exact: true });
  await expect(pin).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await tabTo(page, pin);
  await page.keyboard.type(stage.wrongPin(ukey));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('group', { name: 'UKey 密码不对, 还可以再试 5 次' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(pin).toBeFocused();
  await page.keyboard.type(stage.pin(ukey));
  await page.keyboard.press('Enter');

  await expect(certified(page)).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: '退出并重新登录' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
});

test('to the bank’s page and back by keyboard alone', async ({ page, stage }) => {
  await signIn(page, stage);
  await tabTo(page, page.getByRole('button', { name: '用银行 UKey 认证' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: /^建设银行/ }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: '去银行网页办理' }));
  await page.keyboard.press('Enter');
  await expect(page.getByText('正在等银行的结果…')).toBeVisible();
  await expect(page.locator('body')).not.toBeFocused();
  await tabTo(page, page.getByRole('button', { name: '取消这次办理' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: '所选银行' })).toBeVisible();
  await expect(page.locator('body')).not.toBeFocused();
});

test('the company’s data by keyboard alone', async ({ page, stage }) => {
  await signIn(page, stage);
  await tabTo(page, page.getByRole('button', { name: '企业信息' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: '修改单位信息' }));
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('统一社会信用代码', { exact: true })).toBeFocused();
  await tabTo(page, page.getByLabel('企业地址 (可不填)'));
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('3 Example Road, Tianjin');
  await page.keyboard.press('Enter');
  await expect(page.getByText('已保存。')).toBeVisible();
  // The form is gone; the focus is on the button that opened it.
  await expect(page.getByRole('button', { name: '修改单位信息' })).toBeFocused();
});

test('certification by documents by keyboard alone, with a refusal on the way', async ({ page, stage }) => {
  const { legal_representative: legal } = stage.company('haihe');
  await stage.fail('ctid', legal.document.number, 'absent');
  await signIn(page, stage);
  await tabTo(page, page.getByRole('button', { name: '用证件认证' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByLabel('证件号码', { exact: true }));
  await page.keyboard.type(legal.document.number);
  await page.keyboard.press('Enter');
  await expect(page.getByText('第二步: 核验法人身份信息')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: '下一步' }));
  await page.keyboard.press('Space');
  await expect(page.getByRole('dialog')).toBeVisible();
  await tabTo(page, page.getByRole('button', { name: '切换到银行卡认证' }));
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('银行卡号', { exact: true })).toBeFocused();
  await page.keyboard.type(legal.bank_card);
  await page.keyboard.press('Tab');
  await page.keyboard.type(legal.phone);
  await tabTo(page, page.getByRole('button', { name: '获取验证码' }));
  await page.keyboard.press('Space');
  await expect(page.getByLabel('手机验证码', { exact: true })).toBeFocused();
  await page.keyboard.type(await stage.code(legal.phone));
  await page.keyboard.press('Enter');
  await expect(page.getByText('第三步: 核验管理员身份信息')).toBeVisible();
  await expect(page.locator('body')).not.toBeFocused();
});

test('sign-in by card by keyboard alone', async ({ page, stage }) => {
  const card = 'haihe-legal-sm2';
  await stage.insert(0, card);
  await page.goto(stage.ready.ui);
  await tabTo(page, page.getByRole('radio', { name: '账号登录' }));
  await page.keyboard.press('ArrowRight');
  await tabTo(page, page.getByRole('button', { name: '下一步: 核对登录声明' }));
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-statement]')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await tabTo(page, page.getByLabel('卡密码', { exact: true }));
  await page.keyboard.type(stage.pin(card));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '企业实名认证' })).toBeVisible();
});

test('a new phone, an operator’s rights and a card by keyboard alone', async ({ page, stage }) => {
  const press = async (name: string | RegExp) => {
    await tabTo(page, page.getByRole('button', { name }).first());
    await page.keyboard.press('Enter');
  };
  await signIn(page, stage);
  await press('账号信息');
  await press('修改绑定手机');
  await expect(page.getByLabel('新的手机号码')).toBeFocused();
  await page.keyboard.type('19900009876');
  await tabTo(page, page.getByRole('button', { name: '获取验证码' }));
  await page.keyboard.press('Space');
  await expect(page.getByLabel('验证码', { exact: true })).toBeFocused();
  await page.keyboard.type(await stage.code('19900009876'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: '修改绑定手机' })).toBeFocused();

  await press('我的操作员');
  await expect(page.getByRole('heading', { level: 1, name: '我的操作员' })).toBeVisible();
  const rights = page.getByRole('button', { name: /^改权限/ }).first();
  await tabTo(page, rights);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await tabTo(page, dialog.getByRole('checkbox', { name: '修改企业信息' }));
  await page.keyboard.press('Space');
  await tabTo(page, dialog.getByRole('button', { name: '保存' }));
  await page.keyboard.press('Enter');
  await expect(page.getByText('已更新 ')).toBeVisible();
  await expect(rights).toBeFocused();

  await press('我的 IC 卡');
  await press(/^解绑 /);
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  // Out of the page, not only out of sight.
  await expect(page.locator('dialog')).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^解绑 / }).first()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeVisible();
  await tabTo(page, dialog.getByRole('button', { name: '解绑', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page.getByText('已解绑。')).toBeVisible();
  // The card and its button are gone; the focus is not.
  await expect(page.locator('body')).not.toBeFocused();
});
