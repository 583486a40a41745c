import { configure, fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, expect, test } from 'vitest';
import { HOLDER, LEGAL } from '../src/host/fixture.records';
import type { LegalCertification } from '../src/host';
import { fill, press, show } from './show';

configure({ asyncUtilTimeout: 10_000 });
beforeEach(() => localStorage.setItem('tongguan.language', 'zh-CN'));

const begin = () => press(/^(用|继续)证件认证$/);
const dialog = async (name: string) => within(await screen.findByRole('dialog', { name }));
const CARD = '6212345678901234569';

test('the three steps lead to the result, prefilled from the records', async () => {
  const { last, commands } = show('legal');
  await begin();
  expect(await screen.findByText('第一步: 核验企业信息')).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>('法定代表人姓名').value).toBe('王示例');
  await press('下一步');
  expect(screen.getByText('请填写证件号码。')).toBeTruthy();
  expect(commands()).not.toContain('begin_legal');
  await fill('证件号码', '11010519491231002X');
  await press('下一步');
  await waitFor(() => expect(last('legal_company')).toMatchObject({ given: { legal_representative: '王示例' } }));
  expect(await screen.findByText('第二步: 核验法人身份信息')).toBeTruthy();
  await press('下一步');
  const validity = { from: '20160425', until: '20360425' };
  await waitFor(() => expect(last('legal_person')).toMatchObject({ check: { by: 'id_card', validity } }));

  expect(await screen.findByText('第三步: 核验管理员身份信息')).toBeTruthy();
  expect(screen.getByText(/身份证核验通过/)).toBeTruthy();
  await press('下一步');
  await waitFor(() => expect(last('legal_holder')).toMatchObject({ given: { name: '李示范', document: null } }));
  expect(await screen.findByRole('heading', { name: '已完成实名认证' })).toBeTruthy();
  expect(screen.getByRole('img', { name: /已核验/ })).toBeTruthy();
  expect(screen.getByRole('region', { name: '认证结果' }).textContent).toMatch(/低 → 中/);
});

test('a legal representative who does not pass: the dialog leads to UKey and IC card', async () => {
  show('legal-refused');
  await begin();
  await fill('证件号码', '11010519491231002X');
  await press('下一步');
  const box = await dialog('法定代表人信息验证不通过');
  expect(box.getByRole('button', { name: '银行 UKey 认证' })).toBeTruthy();
  expect(box.getByRole('button', { name: 'IC 卡认证 (推荐)' })).toBeTruthy();
  await fireEvent.click(box.getByRole('button', { name: '核对后重填' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(screen.getByLabelText<HTMLInputElement>('证件号码').value).toBe('1101**********002X');
});

test('the way to the bank’s UKey is a real one', async () => {
  show('legal-refused');
  await begin();
  await fill('证件号码', '11010519491231002X');
  await press('下一步');
  await fireEvent.click((await dialog('法定代表人信息验证不通过')).getByRole('button', { name: '银行 UKey 认证' }));
  expect(await screen.findByRole('heading', { name: '银行 UKey 认证' })).toBeTruthy();
});

test('an ID card that does not pass: CTID, then the same again', async () => {
  const { commands } = show('legal-2-refused');
  await begin();
  await press('下一步');
  const box = await dialog('可信身份认证平台里没有这个人');
  await fireEvent.click(box.getByRole('button', { name: '怎样开通 CTID' }));
  const help = await screen.findByRole('region', { name: '开通 CTID' });
  expect(help.textContent).toContain('请证件本人在自己的手机上');
  await waitFor(() => expect(document.activeElement?.textContent).toBe('开通 CTID'));
  await press('已开通, 再试一次');
  await waitFor(() => expect(commands().filter((command) => command === 'legal_person')).toHaveLength(2));
});

test('an ID card that does not pass: the bank card, one press away', async () => {
  const { last } = show('legal-2-refused');
  await begin();
  await press('下一步');
  await fireEvent.click(
    (await dialog('可信身份认证平台里没有这个人')).getByRole('button', { name: '切换到银行卡认证' }),
  );
  const card = await fill('银行卡号', '6212 3456 7890 1234 569');
  expect(card.value).toBe('6212***********4569');
  await fill('银行预留手机号', '19900001234');
  await press('获取验证码');
  await waitFor(() =>
    expect(last('legal_code')).toEqual({
      command: 'legal_code',
      card: { number: CARD, phone: '19900001234' },
    }),
  );
  await fill('手机验证码', '123456');
  await press('确定');
  await waitFor(() =>
    expect(last('legal_person')).toMatchObject({
      check: { by: 'bank_card', card: { number: CARD, phone: '19900001234' }, code: { id: 's1', code: '123456' } },
    }),
  );
});

test('a document other than an ID card goes to the bank card at once, with kind and number fixed', async () => {
  show('legal-2-permit');
  await begin();
  expect(await screen.findByText(/证件不是身份证的, 用银行卡认证/)).toBeTruthy();
  expect(screen.getByText('H1*****78').parentElement?.textContent).toContain('港澳居民来往内地通行证 H1*****78');
  expect(screen.getByLabelText('银行卡号')).toBeTruthy();
  expect(screen.queryByLabelText('证件号码')).toBeNull();
  expect(screen.queryByRole('radio')).toBeNull();
});

test('a card number with one wrong digit is refused before a code is sent', async () => {
  const { commands } = show('legal-2-permit');
  await begin();
  await fill('银行卡号', '6212345678901234568');
  await fill('银行预留手机号', '19900001234');
  await press('获取验证码');
  expect(screen.getByText('校验位对不上, 多半有一位抄错。')).toBeTruthy();
  expect(commands()).not.toContain('legal_code');
});

test('a spent code is asked for anew; card and phone stay', async () => {
  const { commands } = show('legal-2-permit', ({ command }) =>
    command === 'legal_person' ? Promise.reject({ code: 'data_refused', reason: 'sms_too_many' }) : undefined,
  );
  await begin();
  await fill('银行卡号', CARD);
  await fill('银行预留手机号', '19900001234');
  await press('获取验证码');
  await screen.findByText(/验证码已发到/);
  await fill('手机验证码', '123456');
  await press('确定');
  expect(await screen.findByText('这个验证码试错太多次')).toBeTruthy();
  await press('确定');
  expect(screen.getByText('请先获取验证码。')).toBeTruthy();
  expect(commands().filter((command) => command === 'legal_person')).toHaveLength(1);
  expect(screen.getByLabelText<HTMLInputElement>('银行卡号').value).toBe('6212***********4569');
});

test('a lost answer keeps what was typed, and the step is sent again as it is', async () => {
  let lost = true;
  const { sent } = show('legal', ({ command }) => {
    if (command !== 'legal_company' || !lost) return undefined;
    lost = false;
    return Promise.reject({ code: 'portal_timeout' });
  });
  await begin();
  await fill('证件号码', '11010519491231002X');
  await press('下一步');
  expect(await screen.findByText('平台没有及时回答')).toBeTruthy();
  await press('下一步');
  expect(await screen.findByText('第二步: 核验法人身份信息')).toBeTruthy();
  const [first, second] = sent.filter(({ command }) => command === 'legal_company');
  expect(second).toEqual(first);
});

test('giving up is asked about, and begins again at the first step', async () => {
  const { commands } = show('legal-3');
  await begin();
  await press('放弃这次认证');
  const box = await dialog('放弃这次认证?');
  expect(commands()).not.toContain('leave_legal');
  await fireEvent.click(box.getByRole('button', { name: '放弃这次认证' }));
  await waitFor(() => expect(commands()).toContain('leave_legal'));
  expect(await screen.findByRole('heading', { name: '企业实名认证' })).toBeTruthy();
});

/** Step 2 is sent here after it went otherwise on another machine, where it stands as `now` says. */
function elsewhere(code: string, now: LegalCertification | null) {
  let sent = false;
  return show('legal-2', ({ command }) => {
    if (command === 'legal_person') {
      sent = true;
      return Promise.reject({ code });
    }
    return command === 'legal' && sent ? Promise.resolve(now) : undefined;
  });
}
const told = async (name: string) => {
  const notice = await screen.findByRole('group', { name });
  await waitFor(() => expect(document.activeElement).toBe(notice));
  // Before the steps, where it is read first.
  expect(notice.compareDocumentPosition(screen.getByRole('list', { name: '步骤' }))).toBe(
    Node.DOCUMENT_POSITION_FOLLOWING,
  );
  return notice.textContent;
};

test('a step that was passed on another machine: the window follows and says where it stands', async () => {
  elsewhere('record_changed', HOLDER);
  await begin();
  await press('下一步');
  expect(await told('这次认证在别处接着办了')).toMatch(/核验管理员身份信息.*没有提交/);
  expect(screen.getByText('第三步: 核验管理员身份信息')).toBeTruthy();
  expect(screen.queryByText('资料刚被别人改过')).toBeNull();
});

test('given up elsewhere, or over: back at the first step, and why', async () => {
  elsewhere('flow_not_there', null);
  await begin();
  await press('下一步');
  expect(await told('这次认证已经不在了')).toMatch(/核验企业信息/);
  expect(screen.getByText('第一步: 核验企业信息')).toBeTruthy();
});

test('begun again elsewhere: the first step, and why', async () => {
  elsewhere('record_changed', { ...LEGAL, step: { kind: 'company' } });
  await begin();
  await press('下一步');
  expect(await told('这次认证在别处重新开始了')).toMatch(/核验企业信息/);
  expect(screen.getByText('第一步: 核验企业信息')).toBeTruthy();
});

test('completed elsewhere: it is told so, and not as if it were lost', async () => {
  elsewhere('record_changed', null);
  await begin();
  await press('下一步');
  expect(await told('这次认证在别处办完了')).toMatch(/认证历史/);
});

test('where the other machine cannot be followed, the fault stays and the step can be sent again', async () => {
  let asked = 0;
  show('legal-2', ({ command }) => {
    if (command === 'legal_person') return Promise.reject({ code: 'record_changed' });
    return command === 'legal' && asked++ > 1 ? Promise.reject({ code: 'portal_unreachable' }) : undefined;
  });
  await begin();
  await press('下一步');
  expect(await screen.findByText('资料刚被别人改过')).toBeTruthy();
  expect(screen.getByRole('button', { name: '下一步' })).toBeTruthy();
});

test('what the beginning answers counts: a certification that is further on is shown there', async () => {
  const { commands } = show('legal', ({ command }) =>
    command === 'begin_legal' ? Promise.resolve(HOLDER) : undefined,
  );
  await begin();
  await fill('证件号码', '11010519491231002X');
  await press('下一步');
  expect(await told('这次认证在别处接着办了')).toMatch(/核验管理员身份信息/);
  expect(screen.getByText('第三步: 核验管理员身份信息')).toBeTruthy();
  expect(commands()).not.toContain('legal_company');
});

test('a first step that is refused is still one that can be given up', async () => {
  show('legal-refused');
  await begin();
  await fill('证件号码', '11010519491231002X');
  await press('下一步');
  await dialog('法定代表人信息验证不通过');
  expect(screen.getByText('放弃这次认证')).toBeTruthy();
});

test('a code that the step no longer needs: the window follows as well', async () => {
  let asked = false;
  show('legal-2', ({ command }) => {
    if (command === 'legal_code') {
      asked = true;
      return Promise.reject({ code: 'record_changed' });
    }
    return command === 'legal' && asked ? Promise.resolve(null) : undefined;
  });
  await begin();
  await fireEvent.click(await screen.findByText('银行卡认证'));
  await fill('银行卡号', CARD);
  await fill('银行预留手机号', '19900001234');
  await press('获取验证码');
  expect(await told('这次认证在别处办完了')).toMatch(/核验企业信息/);
});

test('who is not in the register is not told that the dates are wrong', async () => {
  show('legal-2-refused');
  await begin();
  await press('下一步');
  const box = await dialog('可信身份认证平台里没有这个人');
  expect(box.queryByText(/有效开始时间/)).toBeNull();
  expect(box.getByText(/姓名和证件号码/)).toBeTruthy();
});

test('the first step gives both of the Single Window’s advices', async () => {
  show('legal');
  await begin();
  expect(await screen.findByText(/用 IC 卡认证更快/)).toBeTruthy();
  expect(screen.getByText(/管理员协助验证.*升级为企业操作员/)).toBeTruthy();
});
