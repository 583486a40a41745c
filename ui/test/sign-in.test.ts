import { configure, fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { View } from '../src/host';
import { hostOf, VIEWS } from '../src/host/fixture';
import { fill, press, show } from './show';

configure({ asyncUtilTimeout: 10_000 });
beforeEach(() => {
  localStorage.clear();
  localStorage.setItem('tongguan.language', 'zh-CN');
});
afterEach(() => vi.useRealTimers());

const picture = () => screen.findByRole<HTMLImageElement>('img', { name: '验证码图片' });
async function enter() {
  await picture();
  await fill('账号', ' haihe-demo ');
  await fill('密码', 'not-the-password');
  await fill('验证码', '7km4p');
  await press('登录平台');
}

test('an empty sign-in sends nothing and says what is missing', async () => {
  const { commands } = show('sign-in');
  await picture();
  await press('登录平台');
  for (const name of ['账号', '密码', '验证码']) expect(screen.getByText(`请填写${name}。`)).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText('账号'));
  expect(commands()).not.toContain('sign_in');
});

test('the answer goes with the captcha that was shown; then there is a new one, and all but the password stays', async () => {
  const { sent, last } = show('sign-in');
  await enter();
  await waitFor(() =>
    expect(last('sign_in')).toEqual({
      command: 'sign_in',
      portal: 'http://127.0.0.1:8471',
      account: 'haihe-demo',
      password: 'not-the-password',
      captcha: { id: 'k1', answer: '7km4p' },
    }),
  );
  expect(await screen.findByText('验证码不对或已失效')).toBeTruthy();
  await waitFor(() => expect(sent.filter(({ command }) => command === 'captcha')).toHaveLength(2));
  expect(screen.getByLabelText<HTMLInputElement>('账号').value).toBe(' haihe-demo ');
  expect(screen.getByLabelText<HTMLInputElement>('密码').value).toBe('');
  expect(screen.getByLabelText<HTMLInputElement>('验证码').value).toBe('');
  expect((await picture()).dataset['captcha']).toBe('k1');
});

test('who cannot see the picture answers a question, and is asked one the next time too', async () => {
  const { last } = show('sign-in');
  await picture();
  await press('看不到图片? 改为回答问题');
  expect(await screen.findByText('十二加七等于几?')).toBeTruthy();
  expect(last('captcha')).toMatchObject({ kind: 'question' });
  expect(document.activeElement).toBe(screen.getByLabelText('验证问题'));
  await fireEvent.click(screen.getByRole('button', { name: 'English' }));
  expect(screen.getByText('What is twelve plus seven?')).toBeTruthy();
  document.body.innerHTML = '';
  const again = show('sign-in');
  await waitFor(() => expect(again.last('captcha')).toMatchObject({ kind: 'question' }));
});

test('while the account is locked nothing is sent, and the time runs down', async () => {
  const { commands } = show('sign-in-locked');
  await enter();
  expect(await screen.findByText('账号暂时锁定')).toBeTruthy();
  const button = await screen.findByRole('button', { name: /^还要等 14:/ });
  await fireEvent.click(button);
  expect(commands().filter((command) => command === 'sign_in')).toHaveLength(1);
});

test('a captcha that cannot be fetched is told beside its field and can be fetched again', async () => {
  let down = true;
  const { commands } = show('sign-in', ({ command }) =>
    command === 'captcha' && down ? Promise.reject({ code: 'portal_unreachable' }) : undefined,
  );
  expect(await screen.findByText(/没有取到验证码。\s*连不上平台/)).toBeTruthy();
  down = false;
  await press('再取一次');
  await picture();
  expect(commands().filter((command) => command === 'captcha')).toHaveLength(2);
});

test('a new captcha takes the focus, but not from whoever types elsewhere by now', async () => {
  let arrive = () => {};
  const usual = hostOf('sign-in');
  show('sign-in', (message) => {
    if (message.command !== 'captcha') return undefined;
    return new Promise<void>((done) => (arrive = done)).then(() => usual.call(message));
  });
  await screen.findByText(/^正在取验证码/);
  arrive();
  for (const { elsewhere, taken } of [{ taken: '验证码' }, { elsewhere: '账号', taken: '账号' }]) {
    await picture();
    const renew = screen.getByRole('button', { name: '换一张' });
    renew.focus();
    await fireEvent.click(renew);
    if (elsewhere) screen.getByLabelText(elsewhere).focus();
    arrive();
    await picture();
    await waitFor(() => expect(document.activeElement).not.toBe(renew));
    expect(document.activeElement).toBe(screen.getByLabelText(taken));
  }
});

test('at the first start the address is asked for, and the sandbox is one press away', async () => {
  const { last, sent } = show('sign-in-first');
  expect(await screen.findByText('第一次使用: 请填写平台地址')).toBeTruthy();
  expect(sent.filter(({ command }) => command === 'captcha')).toEqual([
    { command: 'captcha', portal: 'http://127.0.0.1:19519', kind: 'question' },
  ]);
  await press('登录平台');
  expect(screen.getByText('请填写平台地址。')).toBeTruthy();
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('平台地址')));
  for (const name of ['账号', '密码', '验证码']) expect(screen.queryByText(`请填写${name}。`)).toBeNull();
  await press('使用本机的沙箱');
  await picture();
  expect(last('captcha')).toMatchObject({ portal: 'http://127.0.0.1:19519' });
});

test('a sandbox that does not run is not offered', async () => {
  const { commands } = show('sign-in-first', ({ command }) =>
    command === 'captcha' ? Promise.reject({ code: 'portal_unreachable' }) : undefined,
  );
  expect(await screen.findByText('第一次使用: 请填写平台地址')).toBeTruthy();
  await waitFor(() => expect(commands()).toContain('captcha'));
  await press('登录平台');
  expect(screen.getByText('请填写平台地址。')).toBeTruthy();
  expect(screen.queryByRole('button', { name: '使用本机的沙箱' })).toBeNull();
});

test('a session that the portal ended is told where one signs in again', async () => {
  show('sign-in-ended');
  expect(await screen.findByText('登录已失效')).toBeTruthy();
  expect(screen.getByRole<HTMLInputElement>('radio', { name: '账号登录' }).checked).toBe(true);
});

test('a card signs in for whatever company it is of', async () => {
  const { last } = show('sign-in-card');
  await fireEvent.click(await screen.findByRole('radio', { name: '卡介质' }));
  expect(screen.getByRole<HTMLInputElement>('radio', { name: /李示范.*可以签名/ }).checked).toBe(true);
  await press('下一步: 核对登录声明');
  await waitFor(() =>
    expect(last('begin_card_sign_in')).toEqual({
      command: 'begin_card_sign_in',
      portal: 'http://127.0.0.1:8471',
      token: 'iccard:Virtual PCD 00 00#1',
      key: '1',
    }),
  );
});

test('the sign-in statement is shown to the letter, with the PIN beside it', async () => {
  const { push, commands } = show('sign-in');
  await picture();
  push(VIEWS['sign-in-card-consent']!);
  const flow = VIEWS['sign-in-card-consent']!.flow;
  const text = flow.kind === 'consent' ? flow.statement.text : '';
  await waitFor(() => expect(document.querySelector('[data-statement]')?.textContent).toBe(text));
  expect(text).toContain('用于: 登录');
  expect(screen.getByLabelText('卡密码')).toBeTruthy();
  await press('取消');
  expect(commands()).toContain('cancel');
});

test('a sign-in that fails again faster than it is seen is told again', async () => {
  const { push, commands } = show('sign-in');
  await picture();
  const { flow } = VIEWS['failed-portal']!;
  push({ ...VIEWS['sign-in-card-consent']!, flow });
  const again = await screen.findByRole('button', { name: '再次提交' });
  again.focus();
  await fireEvent.click(again);
  expect(commands()).toContain('resubmit');
  await waitFor(() => expect(document.activeElement?.textContent).toContain('连不上平台'));
});

test('a card that is nobody’s says how it is bound, and leads to the account', async () => {
  const { commands } = show('sign-in-card-unbound');
  expect(await screen.findByText('这张卡还没有绑定账号')).toBeTruthy();
  expect(screen.getByText('怎样绑定这张卡')).toBeTruthy();
  await press('改用账号登录');
  expect(commands()).toContain('dismiss');
});

test('the end of the portal’s patience is told ahead, and then the program is asked', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const view = VIEWS['centre']!;
  const ending = (seconds: number): View => {
    const idle_ends_at = new Date(Date.now() + seconds * 1000).toISOString();
    const session = view.session!;
    return { ...view, session: { ...session, profile: { ...session.profile, idle_ends_at } } };
  };
  let now = ending(300);
  const { push, commands } = show('centre', ({ command }) => (command === 'view' ? Promise.resolve(now) : undefined));
  const asked = () => commands().filter((command) => command === 'view').length;
  push(now);
  await vi.advanceTimersByTimeAsync(170_000);
  expect(screen.queryByText('快要自动退出了')).toBeNull();
  await vi.advanceTimersByTimeAsync(15_000);
  expect(screen.getByText('快要自动退出了')).toBeTruthy();
  now = ending(1800);
  await fireEvent.click(screen.getByRole('button', { name: '继续使用' }));
  await vi.advanceTimersByTimeAsync(0);
  expect(commands()).toContain('account');
  expect(screen.queryByText('快要自动退出了')).toBeNull();
  push((now = ending(60)));
  await vi.advanceTimersByTimeAsync(59_000);
  const before = asked();
  await vi.advanceTimersByTimeAsync(3000);
  expect(asked()).toBe(before + 1);
});

test('a bank’s UKey that is refused is not sent to a certification that never binds it', async () => {
  show('sign-in-card-bank');
  await fireEvent.click(await screen.findByText('卡介质'));
  await press('下一步: 核对登录声明');
  expect(await screen.findByRole('group', { name: '不是电子口岸的 UKey' })).toBeTruthy();
  expect(screen.getByText(/银行 UKey 不能用来登录/)).toBeTruthy();
  expect(screen.getByText(/选“用银行 UKey 认证”/)).toBeTruthy();
  expect(screen.queryByText(/用 IC 卡认证/)).toBeNull();
  await press('改用账号登录');
  expect(await screen.findByLabelText('账号')).toBeTruthy();
});

test('a certification that has no session any more does not stand in the way of signing in', async () => {
  for (const state of ['done', 'consent', 'signing', 'failed-refused']) {
    const left = VIEWS[state];
    if (!left) throw new Error(state);
    const { push } = show('sign-in');
    push({ ...left, session: null });
    expect(await screen.findByLabelText('密码'), state).toBeTruthy();
    document.body.innerHTML = '';
  }
});

test('what ended the session is told where one signs in again', async () => {
  const { push } = show('idle');
  const ended: View['flow'] = {
    kind: 'failed',
    fault: { code: 'session_ended' },
    remedy: 'retry',
    can_resubmit: false,
    statement: null,
  };
  push({ ...VIEWS['idle']!, session: null, certifying: null, flow: ended });
  expect(await screen.findByText('登录已失效')).toBeTruthy();
  expect(screen.getByLabelText('密码')).toBeTruthy();
});

test('beside a card, a reader without one is a line below; alone it asks for one', async () => {
  show('sign-in-card-readers');
  await fireEvent.click(await screen.findByRole('radio', { name: '卡介质' }));
  const empty = await screen.findByText(/Virtual PCD 00 02 · 没有插卡/);
  const last = screen.getByRole('region', { name: /Virtual PCD 00 01/ });
  expect(last.compareDocumentPosition(empty)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  expect(screen.queryByText('请插入 IC 卡')).toBeNull();
});
