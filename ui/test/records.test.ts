import { configure, fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, expect, test } from 'vitest';
import type { AccountRecord, CompanyRecord } from '../src/host';
import { LANGUAGES, say } from '../src/words';
import { hostOf, VIEWS } from '../src/host/fixture';
import { ACCOUNT, COMPANY, OPERATORS } from '../src/host/fixture.records';
import { fill, press, show } from './show';

configure({ asyncUtilTimeout: 10_000 });
beforeEach(() => localStorage.setItem('tongguan.language', 'zh-CN'));

const value = (label: string) => screen.getByLabelText<HTMLInputElement>(label).value;
async function editCompany() {
  await press('企业信息');
  await press('修改单位信息');
}

test('the unified social credit code fills the organization code, and the changes are counted', async () => {
  const { last } = show('company');
  await editCompany();
  await fill('统一社会信用代码', '9113000034801880xb');
  expect(value('组织机构代码')).toBe('34801880X');
  expect(value('统一社会信用代码')).toBe('9113000034801880XB');
  expect(screen.getByText('三项中已改 2 项, 最多改两项。')).toBeTruthy();
  await press('保存');
  await waitFor(() =>
    expect(last('edit_company')).toMatchObject({
      edit: { version: 7, uscc: '9113000034801880XB', organization_code: '34801880X', name: COMPANY.identity.name },
    }),
  );
  expect(await screen.findByText('已保存。')).toBeTruthy();
  expect(screen.getByText('修改信息后需要重新登录才生效。')).toBeTruthy();
});

test('three changes at once are held back with the reason', async () => {
  const { commands } = show('company');
  await editCompany();
  await fill('统一社会信用代码', '9113000034801880XB');
  await fill('企业名称', '别的名称有限公司');
  expect(screen.getByText('三项都改了。请保留一项不改, 再保存。')).toBeTruthy();
  await press('保存');
  expect(await screen.findByText('一次改得太多')).toBeTruthy();
  expect(screen.queryByText('三项都改了。请保留一项不改, 再保存。')).toBeNull();
  expect(commands()).not.toContain('edit_company');
  await fill('企业名称', COMPANY.identity.name);
  expect(screen.queryByText('一次改得太多')).toBeNull();
  expect(screen.getByText('三项中已改 2 项, 最多改两项。')).toBeTruthy();
});

test('the sample of the manual is refused at its field, before anything is sent', async () => {
  const { commands } = show('company');
  await editCompany();
  await fill('统一社会信用代码', 'DYCK12345671234567');
  expect(screen.getByText('第 18 位校验位对不上, 多半有一位抄错。')).toBeTruthy();
  await press('保存');
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('统一社会信用代码')));
  expect(commands()).not.toContain('edit_company');
});

test('where the register says no, the ways on are named and the data can be copied', async () => {
  show('company-refused');
  await editCompany();
  await press('保存');
  const dialog = within(await screen.findByRole('dialog', { name: '企业信息没有通过登记机关的核验' }));
  expect(dialog.getByText('http://www.gsxt.gov.cn/index.html')).toBeTruthy();
  expect(dialog.getByText('请企业管理员协助')).toBeTruthy();
  expect(dialog.getByText(/95198/)).toBeTruthy();
  expect(dialog.getByRole('group', { name: '要核对的信息' }).textContent).toContain(COMPANY.identity.uscc);
  await fireEvent.click(dialog.getByRole('button', { name: '回去修改' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(value('企业名称')).toBe(COMPANY.identity.name);
});

test('who saves second sees what differs, loses nothing and saves again', async () => {
  let saved = 0;
  const { last } = show('company-conflict', ({ command }) =>
    command === 'edit_company' && saved++ > 0 ? Promise.resolve({ ...COMPANY, version: 10 }) : undefined,
  );
  await editCompany();
  await fill('企业地址 (可不填)', '天津市示范路 1 号');
  await press('保存');
  expect(await screen.findByText('别人先保存了, 请看不同之处')).toBeTruthy();
  const row = screen.getByRole('row', { name: /企业地址/ });
  expect(row.textContent).toMatch(/示范路 18 号.*天津市示范路 1 号/s);
  expect(value('企业地址 (可不填)')).toBe('天津市示范路 1 号');
  await press('保存');
  await waitFor(() =>
    expect(last('edit_company')).toMatchObject({ edit: { version: 9, address: '天津市示范路 1 号' } }),
  );
  expect(await screen.findByText('已保存。')).toBeTruthy();
});

test('a document stays as it is unless another is given; long-term is a tick', async () => {
  const { last } = show('company');
  await press('企业信息');
  await press('修改法定代表人信息');
  expect(screen.getByText('1201**********0027').parentElement?.textContent).toBe(
    '居民身份证 1201**********0027 (不改)',
  );
  await fireEvent.click(screen.getByRole('checkbox', { name: '长期有效' }));
  await press('保存');
  await waitFor(() =>
    expect(last('edit_legal_representative')).toEqual({
      command: 'edit_legal_representative',
      edit: {
        version: 7,
        name: '王示例',
        document: null,
        validity: { from: '20160425', until: '00000000' },
        country: 'CHN',
      },
    }),
  );
});

test('a passport of another country is refused with the Single Window’s reason', async () => {
  const { commands } = show('account');
  await press('账号信息');
  await press('修改账号归属人');
  await press('填写新的证件');
  await fireEvent.change(screen.getByLabelText('证件类型'), { target: { value: 'passport' } });
  expect(screen.getByText('只能填中华人民共和国制发的护照。')).toBeTruthy();
  const field = await fill('证件号码', 'X12345678');
  expect(screen.getByText('只能填中华人民共和国制发的护照, 不能填境外机构制发的。')).toBeTruthy();
  await press('保存');
  expect(commands()).not.toContain('edit_holder');
  await fill('证件号码', 'E12345678');
  // Who looks over the shoulder reads its ends only.
  expect(field.value).toBe('E1*****78');
});

test('an unusual span of an ID card is worth a warning and no more', async () => {
  const { commands } = show('account');
  await press('账号信息');
  await press('修改账号归属人');
  await fill('证件有效期止', '20310612');
  expect(screen.getByText(/身份证一般是 5 年、10 年、20 年或长期。/)).toBeTruthy();
  await press('保存');
  await waitFor(() => expect(commands()).toContain('edit_holder'));
});

test('a phone becomes the account’s by the code that was sent there', async () => {
  const { last, commands } = show('account');
  await press('账号信息');
  await press('修改绑定手机');
  await press('确认绑定');
  expect(await screen.findByText('请先获取验证码。')).toBeTruthy();
  await fill('新的手机号码', '199 0000 1234');
  await press('获取验证码');
  expect((await screen.findByText('19*******12', { selector: '[role=status] *' })).parentElement?.textContent).toBe(
    '验证码已发到 19*******12, 5 分钟内有效。',
  );
  expect(last('send_code')).toMatchObject({ to: { channel: 'phone', phone: '19900001234' } });
  const code = screen.getByLabelText<HTMLInputElement>('验证码');
  expect(code.autocomplete).toBe('one-time-code');
  expect(document.activeElement).toBe(code);
  await fireEvent.click(screen.getByRole('button', { name: /后可重新获取$/ }));
  expect(commands().filter((command) => command === 'send_code')).toHaveLength(1);
  await fill('验证码', '123 456');
  await press('确认绑定');
  await waitFor(() => expect(last('confirm_code')).toMatchObject({ code: { id: 's1', code: '123456' } }));
});

test('a code that was sent takes the focus, but not from whoever types elsewhere by now', async () => {
  let arrive = () => {};
  const usual = hostOf('account');
  show('account', (message) => {
    if (message.command !== 'send_code') return undefined;
    return new Promise<void>((done) => (arrive = done)).then(() => usual.call(message));
  });
  await press('账号信息');
  await press('修改绑定手机');
  const phone = await fill('新的手机号码', '19900001234');
  const get = screen.getByRole('button', { name: '获取验证码' });
  get.focus();
  await fireEvent.click(get);
  phone.focus();
  arrive();
  await screen.findByText(/验证码已发到/);
  expect(document.activeElement).toBe(phone);
});

test('another number makes the code that was sent useless', async () => {
  show('account');
  await press('账号信息');
  await press('修改绑定手机');
  await fill('新的手机号码', '19900001234');
  await press('获取验证码');
  await screen.findByText(/验证码已发到/);
  await fill('新的手机号码', '19900001235');
  expect(screen.queryByText(/验证码已发到/)).toBeNull();
});

test('a password is changed only where both new ones agree, and is never kept in a field', async () => {
  const { last, commands } = show('account-must', ({ command }) =>
    command === 'change_password' ? Promise.reject({ code: 'sign_in_refused' }) : undefined,
  );
  await press('账号信息');
  expect(await screen.findByText(/这个密码是管理员给的/)).toBeTruthy();
  await press('修改登录密码');
  await fill('原密码', 'first-password');
  await fill('新密码', 'second-password');
  await fill('再输一次新密码', 'other-password');
  await press('保存');
  expect(screen.getByText('两次输入的新密码不一致。')).toBeTruthy();
  expect(commands()).not.toContain('change_password');
  await fill('再输一次新密码', 'second-password');
  await press('保存');
  await waitFor(() => expect(last('change_password')).toMatchObject({ old: 'first-password', new: 'second-password' }));
  expect(await screen.findByText('原密码不对')).toBeTruthy();
  for (const label of ['原密码', '新密码', '再输一次新密码']) expect(value(label)).toBe('');
});

test('a card’s PIN is not sent where the new ones differ', async () => {
  const { commands } = show('account');
  await press('账号信息');
  await press('修改IC 卡密码');
  await fill('原卡密码', '123456');
  await fill('新卡密码', '654321');
  await fill('再输一次新卡密码', '654320');
  await press('保存');
  expect(screen.getByText('两次输入的新密码不一致。')).toBeTruthy();
  expect(commands()).not.toContain('change_card_pin');
});

test('how a card’s PIN stands is shown before it is typed: locked asks for nothing, the last try wants a yes', async () => {
  const locked = show('account', ({ command }) =>
    command === 'card_pin' ? Promise.resolve({ kind: 'locked' }) : undefined,
  );
  await press('账号信息');
  await press('修改IC 卡密码');
  expect(await screen.findByText('卡密码已锁定, 不能签署。')).toBeTruthy();
  expect(screen.queryByLabelText('原卡密码')).toBeNull();
  expect(locked.last('card_pin')).toMatchObject({ token: 'iccard:Virtual PCD 00 00#1', key: '1' });
  document.body.innerHTML = '';
  const { commands } = show('account', ({ command }) =>
    command === 'card_pin' ? Promise.resolve({ kind: 'last_try' }) : undefined,
  );
  await press('账号信息');
  await press('修改IC 卡密码');
  expect(await screen.findByText('只剩最后一次。原密码再输错, 卡就锁住。')).toBeTruthy();
  await fill('原卡密码', '123456');
  await fill('新卡密码', '654321');
  await fill('再输一次新卡密码', '654321');
  await press('保存');
  expect(screen.getByText('请先勾选上面的确认。')).toBeTruthy();
  expect(commands()).not.toContain('change_card_pin');
});

test('of several keys each can be chosen, and the tries left are told', async () => {
  const base = VIEWS['journal']!;
  const { push, last } = show('account', ({ command }) =>
    command === 'card_pin' ? Promise.resolve({ kind: 'ready', tries_left: 3 }) : undefined,
  );
  const [reader] = base.tokens.readers;
  if (reader?.state.kind !== 'token') throw new Error('no token');
  const [first] = reader.state.token.identities;
  if (!first) throw new Error('no key');
  const token = { ...reader.state.token, identities: [first, { ...first, key: 'second' }] };
  push({ ...base, tokens: { service: null, readers: [{ ...reader, state: { kind: 'token', token } }] } });
  await press('账号信息');
  await press('修改IC 卡密码');
  const field = await screen.findByLabelText<HTMLSelectElement>('修改哪张卡的密码');
  expect(screen.queryByLabelText('原卡密码')).toBeNull();
  await fireEvent.change(field, { target: { value: field.options[2]?.value } });
  expect(await screen.findByText('还可以试 3 次')).toBeTruthy();
  expect(last('card_pin')).toMatchObject({ token: token.id, key: 'second' });
});

test('an administrator accepts, gives rights, and disables only after a question', async () => {
  const { last, commands } = show('operators');
  await press('我的操作员');
  await press('同意: 孙访客');
  await waitFor(() => expect(last('decide_upgrade')).toMatchObject({ account: 'haihe-guest', accept: true }));
  expect(await screen.findByText('孙访客 已成为操作员。')).toBeTruthy();
  await press('停用: 陈样本');
  expect(await screen.findByRole('dialog', { name: '停用 陈样本 的账号?' })).toBeTruthy();
  expect(commands()).not.toContain('set_operator');
  await press('停用');
  // Only what was changed: the rights of an older list stay at home, and the state of one beside the rights.
  const set = { enabled: false };
  await waitFor(() => expect(last('set_operator')).toEqual({ command: 'set_operator', account: 'haihe-clerk', set }));
  await press('改权限: 陈样本');
  const dialog = within(await screen.findByRole('dialog', { name: '陈样本 的权限' }));
  await fireEvent.click(dialog.getByRole('checkbox', { name: '修改企业信息' }));
  await fireEvent.click(dialog.getByRole('button', { name: '保存' }));
  const rights = ['certify', 'edit_company'];
  await waitFor(() => expect(last('set_operator')).toMatchObject({ account: 'haihe-clerk', set: { rights } }));
});

test('a new operator is checked field by field and sent whole', async () => {
  const { last, commands } = show('operators');
  await press('我的操作员');
  await press('新增操作员');
  await press('新增');
  expect(screen.getByText('请填写证件号码。')).toBeTruthy();
  expect(commands()).not.toContain('add_operator');
  await fill('账号', 'haihe-new');
  await fill('姓名', '吴新例');
  await fill('证件号码', '11010519491231002x');
  await fill('手机号码', '19900001234');
  await fill('初始密码', 'first-password');
  await fireEvent.click(screen.getByRole('checkbox', { name: '企业实名认证' }));
  await press('新增');
  await waitFor(() =>
    expect(last('add_operator')).toMatchObject({
      operator: {
        account: 'haihe-new',
        document: { kind: 'id_card', number: '11010519491231002X' },
        rights: ['certify'],
      },
    }),
  );
  expect(OPERATORS.length).toBeGreaterThan(0);
  expect(await screen.findByText('已新增操作员 haihe-new。')).toBeTruthy();
});

test('a card is unbound only after a question', async () => {
  const { last } = show('cards');
  await press('我的 IC 卡');
  await press('解绑 李示范 的卡');
  await press('解绑');
  await waitFor(() => expect(last('unbind_card')).toEqual({ command: 'unbind_card', id: 'c1' }));
  expect(await screen.findByText('已解绑。')).toBeTruthy();
});

test('a personal account asks to be made an operator', async () => {
  const { commands } = show('account-personal');
  await press('账号信息');
  await press('提交升级申请');
  expect(await screen.findByText('申请已提交。管理员同意后, 请重新登录。')).toBeTruthy();
  expect(commands()).toContain('ask_upgrade');
});

test('signing out everywhere is asked about first', async () => {
  const { commands } = show('centre');
  await press('全部设备退出');
  expect(commands()).not.toContain('sign_out_everywhere');
  const dialog = within(await screen.findByRole('dialog', { name: '在所有设备上退出?' }));
  await fireEvent.click(dialog.getByRole('button', { name: '全部设备退出' }));
  await waitFor(() => expect(commands()).toContain('sign_out_everywhere'));
});

test('a record that cannot be read says why and is read again', async () => {
  let down = true;
  show('company', ({ command }) =>
    command === 'company' && down ? Promise.reject({ code: 'portal_timeout' }) : undefined,
  );
  await press('企业信息');
  expect(await screen.findByText('平台没有及时回答')).toBeTruthy();
  down = false;
  await press('再读一次');
  expect(await screen.findByText(COMPANY.identity.uscc)).toBeTruthy();
});

/** Somebody else has saved `theirs` since the form was opened; the second save passes. */
function conflicting(state: string, edit: string, read: string, first: object, theirs: object) {
  let saves = 0;
  return show(state, ({ command }) => {
    if (command === edit) return saves++ === 0 ? Promise.reject({ code: 'record_changed' }) : Promise.resolve(theirs);
    return command === read && saves > 0
      ? Promise.resolve(theirs)
      : command === read
        ? Promise.resolve(first)
        : undefined;
  });
}

test('a field that was not touched takes what somebody else saved, and is no conflict', async () => {
  const theirs: CompanyRecord = {
    ...COMPANY,
    version: 9,
    identity: { ...COMPANY.identity, name: '海河示范对外贸易有限公司' },
    address: '天津市滨海新区示范路 18 号',
  };
  const { last } = conflicting('company', 'edit_company', 'company', COMPANY, theirs);
  await editCompany();
  await fill('企业地址 (可不填)', '天津市示范路 1 号');
  await press('保存');
  expect(await screen.findByText('别人先保存了, 请看不同之处')).toBeTruthy();
  expect(screen.queryByRole('row', { name: /企业名称/ })).toBeNull();
  expect(screen.getByRole('row', { name: /企业地址/ })).toBeTruthy();
  await press('English');
  expect(screen.getByRole('row', { name: /^Company address/ })).toBeTruthy();
  await press('中文');
  expect(value('企业名称')).toBe(theirs.identity.name);
  await press('保存');
  await waitFor(() =>
    expect(last('edit_company')).toMatchObject({
      edit: { version: 9, name: theirs.identity.name, address: '天津市示范路 1 号' },
    }),
  );
});

test('a person’s document that is kept is theirs, and so is all that was not touched', async () => {
  const holder = ACCOUNT.holder;
  const theirs: AccountRecord = {
    ...ACCOUNT,
    version: 4,
    holder: {
      ...holder,
      document: { kind: 'id_card', number: '1201**********0077' },
      validity: { from: '20220101', until: '20320101' },
    },
  };
  const { last } = conflicting('account', 'edit_holder', 'account', ACCOUNT, theirs);
  await press('账号信息');
  await press('修改账号归属人');
  await fill('姓名', '李改名');
  await press('保存');
  expect(await screen.findByText('别人先保存了, 请看不同之处')).toBeTruthy();
  expect(screen.queryByRole('row', { name: /证件/ })).toBeNull();
  expect(screen.getByRole('row', { name: /姓名.*李示范.*李改名/ })).toBeTruthy();
  expect(screen.getByText('1201**********0077').parentElement?.textContent).toBe(
    '居民身份证 1201**********0077 (不改)',
  );
  await press('保存');
  await waitFor(() =>
    expect(last('edit_holder')).toMatchObject({
      edit: { version: 4, name: '李改名', document: null, validity: theirs.holder.validity },
    }),
  );
});

test('a document that is given anew keeps its dates as they were typed', async () => {
  const theirs = {
    ...ACCOUNT,
    version: 4,
    holder: { ...ACCOUNT.holder, validity: { from: '20220101', until: '20320101' } },
  };
  const { last } = conflicting('account', 'edit_holder', 'account', ACCOUNT, theirs);
  await press('账号信息');
  await press('修改账号归属人');
  await press('填写新的证件');
  await fill('证件号码', '11010519491231002X');
  await press('保存');
  expect(await screen.findByRole('row', { name: /证件 .*1101\*{10}002X/ })).toBeTruthy();
  await press('保存');
  await waitFor(() => expect(last('edit_holder')).toMatchObject({ edit: { validity: ACCOUNT.holder.validity } }));
});

test('of region and notices only what was changed is sent: they do not overwrite each other', async () => {
  const { last } = show('account');
  await press('账号信息');
  await press('修改账户设置');
  await fireEvent.click(screen.getByRole('checkbox', { name: '证书或证件快到期' }));
  await press('保存');
  await waitFor(() => expect(last('set_preferences')?.['set']).toEqual({ notifications: { expiry: false } }));
  await press('修改接入地区');
  await fireEvent.change(screen.getByRole('combobox', { name: '接入地区' }), { target: { value: '31' } });
  await press('保存');
  await waitFor(() => expect(last('set_preferences')?.['set']).toEqual({ region: '31' }));
});

test('a legal representative that the register refuses: the same ways on, with the name that was typed', async () => {
  show('person-refused');
  await press('企业信息');
  await press('修改法定代表人信息');
  await fill('法定代表人姓名', '王更名');
  await press('保存');
  const dialog = within(await screen.findByRole('dialog', { name: '企业信息没有通过登记机关的核验' }));
  expect(dialog.getByText(/95198/)).toBeTruthy();
  const data = dialog.getByRole('group', { name: '要核对的信息' }).textContent;
  expect(data).toContain('王更名');
  expect(data).toContain(COMPANY.identity.uscc);
  await fireEvent.click(dialog.getByRole('button', { name: '回去修改' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(value('法定代表人姓名')).toBe('王更名');
});

test('no other way to certify is promised where data are edited, and no lost password is found again', () => {
  for (const words of Object.values(LANGUAGES)) {
    expect(say(words, { code: 'data_refused', reason: 'legal_person_mismatch' }).next).not.toMatch(
      /认证方式|another way/,
    );
    expect(words.account.phoneTell).not.toMatch(/找回|recover/);
  }
});

test('operators are called operators, and nobody else stands among them', async () => {
  show('operators');
  await press('我的操作员');
  expect(await screen.findByRole('region', { name: '本企业的操作员' })).toBeTruthy();
  expect(screen.queryByText(/本企业的账号/)).toBeNull();
  for (const words of Object.values(LANGUAGES)) expect(words.operators).not.toHaveProperty('you');
});

test('who may not certify is not told to certify in order to bind a card', async () => {
  show('cards-none-clerk');
  await press('我的 IC 卡');
  expect(await screen.findByText('还没有绑定的卡')).toBeTruthy();
  expect(screen.getByText(/请企业管理员/)).toBeTruthy();
  expect(screen.queryByText(/用本企业的卡做一次/)).toBeNull();
});

test('a dialog gives the focus back, however it ends', async () => {
  show('operators', ({ command }) => (command === 'set_operator' ? Promise.resolve(OPERATORS.slice(1)) : undefined));
  await press('我的操作员');
  const open = async (name: string) => {
    const button = await screen.findByRole('button', { name });
    button.focus();
    await fireEvent.click(button);
    return { button, dialog: within(await screen.findByRole('dialog')) };
  };
  const rights = await open('改权限: 周旧例');
  await fireEvent.click(rights.dialog.getByRole('button', { name: '取消' }));
  await waitFor(() => expect(document.activeElement).toBe(rights.button));
  const again = await open('改权限: 周旧例');
  await fireEvent.click(again.dialog.getByRole('button', { name: '保存' }));
  await waitFor(() => expect(document.activeElement).toBe(again.button));
});

test('where the button of a dialog is gone with it, reading goes on at the heading', async () => {
  show('cards');
  await press('我的 IC 卡');
  const unbind = await screen.findByRole('button', { name: '解绑 李示范 的卡' });
  unbind.focus();
  await fireEvent.click(unbind);
  await press('解绑');
  await screen.findByText('已解绑。');
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 })));
});
