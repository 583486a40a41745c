import type { Page } from '@playwright/test';
import { glance, judgePage } from './judge';
import { enterPin, expect, fillSignIn, goTo, passed, signIn, test, toStatement } from './stage';

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const save = (page: Page) => page.getByRole('button', { name: '保存', exact: true });
async function editCompany(page: Page): Promise<void> {
  await goTo(page, '企业信息');
  await page.getByRole('button', { name: '修改单位信息' }).click();
}

test('the company’s address is put right and asks to sign in again', async ({ page, stage }) => {
  await signIn(page, stage);
  await editCompany(page);
  await field(page, '企业地址 (可不填)').fill('天津市示范路 8 号 2 层');
  await save(page).click();
  await expect(page.getByText('已保存。')).toBeVisible();
  await expect(page.getByText('天津市示范路 8 号 2 层')).toBeVisible();
  await page.getByRole('button', { name: '退出并重新登录' }).click();
  await fillSignIn(page, stage);
  await goTo(page, '企业信息');
  await expect(page.getByText('天津市示范路 8 号 2 层')).toBeVisible();
  await expect(page.getByText('修改信息后需要重新登录才生效。')).toHaveCount(0);
});

test('codes are filled, counted and refused with the reason', async ({ page, stage }) => {
  await signIn(page, stage);
  await editCompany(page);
  const uscc = field(page, '统一社会信用代码');
  await uscc.fill('DYCK12345671234567');
  await uscc.blur();
  await expect(page.getByText('第 18 位校验位对不上, 多半有一位抄错。')).toBeVisible();
  await uscc.fill('9113000034801880XB');
  await expect(field(page, '组织机构代码')).toHaveValue('34801880X');
  await expect(page.getByText('三项中已改 2 项, 最多改两项。')).toBeVisible();
  await field(page, '企业名称').fill('另一家示范有限公司');
  await save(page).click();
  await expect(page.getByRole('group', { name: '一次改得太多' })).toBeFocused();
});

test('where the register says no, the ways on are shown and nothing typed is lost', async ({ page, stage }) => {
  const { identity } = stage.company('haihe');
  await stage.fail('company', identity.uscc, 'mismatch');
  await signIn(page, stage);
  await editCompany(page);
  await field(page, '企业名称').fill('海河示范对外贸易有限公司');
  await save(page).click();
  const dialog = page.getByRole('dialog', { name: '企业信息没有通过登记机关的核验' });
  await expect(dialog.getByText('http://www.gsxt.gov.cn/index.html')).toBeVisible();
  await expect(dialog.getByRole('group', { name: '要核对的信息' })).toContainText(identity.uscc);
  await expect(dialog.getByText(/95198/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(field(page, '企业名称')).toHaveValue('海河示范对外贸易有限公司');

  await stage.fail('company', identity.uscc, 'timeout');
  await save(page).click();
  await expect(page.getByText('企业登记系统暂时没有回答')).toBeVisible();
  await expect(field(page, '企业名称')).toHaveValue('海河示范对外贸易有限公司');
});

test('where the register refuses the legal representative, that form shows the ways on too', async ({ page, stage }) => {
  const { identity, legal_representative: legal } = stage.company('haihe');
  await stage.fail('company', identity.uscc, 'mismatch');
  await signIn(page, stage);
  await goTo(page, '企业信息');
  await page.getByRole('button', { name: '修改法定代表人信息' }).click();
  await field(page, '法定代表人姓名').fill('王更名');
  await field(page, '证件有效期起').fill('20200102');
  await field(page, '证件有效期止').fill('20400102');
  await save(page).click();
  const dialog = page.getByRole('dialog', { name: '企业信息没有通过登记机关的核验' });
  await expect(dialog.getByRole('group', { name: '要核对的信息' })).toContainText('王更名');
  await expect(dialog.getByText(/95198/)).toBeVisible();
  await expect(page.getByText(/改用别的认证方式/)).toHaveCount(0);
  await judgePage(page, 'company-person-refused');
  await dialog.getByRole('button', { name: '回去修改' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(field(page, '法定代表人姓名')).toHaveValue('王更名');
  await stage.fail('company', identity.uscc, null);
  await field(page, '法定代表人姓名').fill(legal.name);
  await save(page).click();
  await expect(page.getByText('已保存。')).toBeVisible();
});

test('two windows edit the same company: one wins, the other is told and loses nothing', async ({
  page,
  context,
  stage,
}) => {
  await signIn(page, stage);
  const other = await context.newPage();
  await other.goto(stage.ready.ui);
  for (const one of [page, other]) await editCompany(one);
  await field(other, '企业地址 (可不填)').fill('天津市示范路 1 号');
  await save(other).click();
  await expect(other.getByText('已保存。')).toBeVisible();

  await field(page, '企业地址 (可不填)').fill('天津市示范路 2 号');
  await save(page).click();
  await expect(page.getByRole('group', { name: '别人先保存了, 请看不同之处' })).toBeFocused();
  await expect(page.getByRole('row', { name: /企业地址.*示范路 1 号.*示范路 2 号/ })).toBeVisible();
  await expect(field(page, '企业地址 (可不填)')).toHaveValue('天津市示范路 2 号');
  await glance(page, 'company-conflict');
  await save(page).click();
  await expect(page.getByText('已保存。')).toBeVisible();
  await expect(page.getByText('天津市示范路 2 号')).toBeVisible();
});

test('the account’s phone changes by the code that is sent there', async ({ page, stage }) => {
  await signIn(page, stage);
  await goTo(page, '账号信息');
  await page.getByRole('button', { name: '修改绑定手机' }).click();
  await field(page, '新的手机号码').fill('199 0000 9876');
  await page.getByRole('button', { name: '获取验证码' }).click();
  await expect(page.getByText(/验证码已发到/)).toBeVisible();
  await expect(field(page, '验证码')).toBeFocused();
  await expect(page.getByRole('button', { name: /后可重新获取/ })).toBeVisible();
  const code = await stage.code('19900009876');
  await field(page, '验证码').fill(code === '000000' ? '111111' : '000000');
  await page.getByRole('button', { name: '确认绑定' }).click();
  await expect(page.getByText('验证码不对')).toBeVisible();
  await field(page, '验证码').fill(code);
  await page.getByRole('button', { name: '确认绑定' }).click();
  await expect(page.getByText('已保存。')).toBeVisible();
});

test('the password changes: the new one signs in', async ({ page, stage }) => {
  const fresh = 'a-new-password-of-32';
  await signIn(page, stage);
  await goTo(page, '账号信息');
  await page.getByRole('button', { name: '修改登录密码' }).click();
  await field(page, '原密码').fill('not-the-password');
  await field(page, '新密码').fill(fresh);
  await field(page, '再输一次新密码').fill(fresh);
  await save(page).click();
  await expect(page.getByRole('group', { name: '原密码不对' })).toBeFocused();
  await field(page, '原密码').fill(stage.ready.password);
  await field(page, '新密码').fill(fresh);
  await field(page, '再输一次新密码').fill(fresh);
  await save(page).click();
  await expect(page.getByText('密码已修改。其他设备上的登录已全部退出。')).toBeVisible();
  await page.getByRole('button', { name: '退出登录' }).click();
  await fillSignIn(page, stage, { ...stage.account(stage.ready.account), password: fresh });
  await expect(page.getByRole('heading', { name: '企业实名认证' })).toBeVisible();
});

test('a card’s PIN changes on the card, and the new one signs', async ({ page, stage }) => {
  const card = 'haihe-operator-sm2';
  await stage.insert(0, card);
  await signIn(page, stage);
  await goTo(page, '账号信息');
  await page.getByRole('button', { name: '修改IC 卡密码' }).click();
  const change = async (old: string) => {
    await field(page, '原卡密码').fill(old);
    await field(page, '新卡密码').fill('86420975');
    await field(page, '再输一次新卡密码').fill('86420975');
    await save(page).click();
  };
  await change(stage.wrongPin(card));
  await expect(page.getByRole('group', { name: '卡密码不对, 还可以再试 4 次' })).toBeFocused();
  await change(stage.pin(card));
  await expect(page.getByText('卡密码已修改。')).toBeVisible();
  await page.getByRole('button', { name: '认证中心', exact: true }).click();
  await toStatement(page);
  await enterPin(page, '86420975');
  await expect(passed(page)).toBeVisible();
});

test('region and notices are kept, and two windows do not overwrite each other’s', async ({ page, context, stage }) => {
  await signIn(page, stage);
  await goTo(page, '账号信息');
  const other = await context.newPage();
  await other.goto(stage.ready.ui);
  await goTo(other, '账号信息');
  await other.getByRole('button', { name: '修改账户设置' }).click();
  await page.getByRole('button', { name: '修改接入地区' }).click();
  await page.getByRole('combobox', { name: '接入地区' }).selectOption({ label: '河北' });
  await save(page).click();
  await expect(page.getByRole('region', { name: '接入地区' })).toContainText('河北');
  await other.getByRole('checkbox', { name: '有人登录这个账号' }).click();
  await save(other).click();
  await expect(other.getByRole('region', { name: '账户设置' })).toContainText('已保存。');
  await expect(other.getByRole('region', { name: '接入地区' })).toContainText('河北');
});

test('a document number that another account of the company has is refused', async ({ page, stage }) => {
  await signIn(page, stage);
  await goTo(page, '账号信息');
  await page.getByRole('button', { name: '修改账号归属人' }).click();
  await page.getByRole('button', { name: '填写新的证件' }).click();
  await field(page, '证件号码').fill(stage.account('haihe-clerk').holder.document.number);
  await save(page).click();
  await expect(page.getByText('证件号码已被本企业的另一个账号使用')).toBeVisible();
});

test('a personal account is made an operator by the administrator', async ({ page, stage }) => {
  await signIn(page, stage, stage.account('haihe-guest'));
  await expect(page.getByText('个人账号还不能认证企业')).toBeVisible();
  await expect(page.getByRole('button', { name: '我的操作员' })).toHaveCount(0);
  await page.getByRole('button', { name: '去申请升级' }).click();
  await page.getByRole('button', { name: '提交升级申请' }).click();
  await expect(page.getByText('申请已提交。管理员同意后, 请重新登录。')).toBeVisible();
  await page.getByRole('button', { name: '退出登录' }).click();

  const { name } = stage.account('haihe-guest').holder;
  await fillSignIn(page, stage);
  await goTo(page, '我的操作员');
  await glance(page, 'operators-requests');
  await page.getByRole('button', { name: `同意: ${name}` }).click();
  await expect(page.getByText(`${name} 已成为操作员。`)).toBeVisible();
  await page.getByRole('button', { name: `改权限: ${name}` }).click();
  await judgePage(page, 'operators-rights');
  await page.getByRole('dialog').getByRole('checkbox', { name: '企业实名认证' }).check();
  await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
  await expect(page.getByText(`已更新 ${name}。`)).toBeVisible();
  await page.getByRole('button', { name: '退出登录' }).click();
  await fillSignIn(page, stage, stage.account('haihe-guest'));
  await expect(page.getByRole('button', { name: '用证件认证' })).toBeVisible();
});

test('a new operator signs in with the first password; disabled, no more', async ({ page, stage }) => {
  const person = stage.company('bohai').operator;
  const operator = { name: 'haihe-new', password: 'first-password-32', holder: person };
  await signIn(page, stage);
  await goTo(page, '我的操作员');
  await page.getByRole('button', { name: '新增操作员' }).click();
  await field(page, '账号').fill(operator.name);
  await field(page, '姓名').fill(person.name);
  await field(page, '证件号码').fill(person.document.number);
  await field(page, '手机号码').fill('19900009875');
  await field(page, '初始密码').fill(operator.password);
  await page.getByRole('button', { name: '新增', exact: true }).click();
  await expect(page.getByText('已新增操作员 haihe-new。')).toBeVisible();
  await page.getByRole('button', { name: '退出登录' }).click();

  await fillSignIn(page, stage, operator);
  await expect(page.getByText('您的账号没有企业实名认证的权限')).toBeVisible();
  await goTo(page, '我的 IC 卡');
  await expect(page.getByText(/请企业管理员给您这个权限/)).toBeVisible();
  await goTo(page, '账号信息');
  await expect(page.getByText(/这个密码是管理员给的/)).toBeVisible();
  await goTo(page, '企业信息');
  await expect(page.getByRole('button', { name: '修改单位信息' })).toHaveCount(0);
  await page.getByRole('button', { name: '退出登录' }).click();

  await fillSignIn(page, stage);
  await goTo(page, '我的操作员');
  await page.getByRole('button', { name: `停用: ${person.name}` }).click();
  await judgePage(page, 'operators-disable');
  await page.getByRole('dialog').getByRole('button', { name: '停用' }).click();
  await expect(page.getByText(`已更新 ${person.name}。`)).toBeVisible();
  await page.getByRole('button', { name: '退出登录' }).click();
  await fillSignIn(page, stage, operator);
  await expect(page.getByText('账号或密码不对')).toBeVisible();
});

test('a card that certified is shown among the account’s, and can be unbound', async ({ page, stage }) => {
  await stage.insert(0, 'haihe-operator-sm2');
  await signIn(page, stage);
  await toStatement(page);
  await enterPin(page, stage.pin('haihe-operator-sm2'));
  await expect(passed(page)).toBeVisible();
  await goTo(page, '我的 IC 卡');
  const unbind = page.getByRole('button', { name: /^解绑 / });
  await expect(unbind).toHaveCount(2);
  await unbind.first().click();
  await page.getByRole('dialog').getByRole('button', { name: '解绑', exact: true }).click();
  await expect(page.getByText('已解绑。')).toBeVisible();
  await expect(unbind).toHaveCount(1);
});
