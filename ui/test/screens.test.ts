import { configure, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test } from 'vitest';
import App from '../src/App.svelte';
import { fixtureHost, VIEWS } from '../src/host/fixture';
import type { Host, Message } from '../src/host';

// A busy machine must not fail what only waits to be drawn.
configure({ asyncUtilTimeout: 10_000 });
beforeEach(() => localStorage.setItem('tongguan.language', 'zh-CN'));

function open(name: string) {
  const sent: Message[] = [];
  const fixture = fixtureHost(VIEWS[name]!);
  const host: Host = { ...fixture, call: (message) => (sent.push(message), fixture.call(message)) };
  render(App, { host });
  return sent;
}
const choose = async () => fireEvent.click(await screen.findByRole('button', { name: '用 IC 卡认证' }));

test('with one card that fits it is taken, with two nothing is chosen for the user', async () => {
  open('choose-one');
  await choose();
  expect((screen.getByRole('radio', { name: /李示范/ }) as HTMLInputElement).checked).toBe(true);
  document.body.innerHTML = '';
  const sent = open('choose-many');
  await choose();
  expect(screen.getAllByRole<HTMLInputElement>('radio').filter((radio) => radio.checked)).toEqual([]);
  await fireEvent.click(screen.getByRole('button', { name: '下一步: 核对声明' }));
  expect(screen.getByText('请先选一张证书。')).toBeTruthy();
  expect(sent.map((message) => message.command)).not.toContain('begin');
});

test("another company's certificate cannot be picked and says whose it is", async () => {
  open('choose-many');
  await choose();
  const radio = screen.getByRole<HTMLInputElement>('radio', {
    name: /赵别家.*不是本企业.*卡 34801880X, 账号 MA0T3K1X0/,
  });
  expect(radio.disabled).toBe(true);
});

test('the last try needs its own yes before anything is sent', async () => {
  const sent = open('consent-last');
  const pin = await screen.findByLabelText<HTMLInputElement>('卡密码');
  await fireEvent.input(pin, { target: { value: '123456' } });
  await fireEvent.click(screen.getByRole('button', { name: '签署声明' }));
  expect(screen.getByText('请先勾选上面的确认。')).toBeTruthy();
  expect(sent.map((message) => message.command)).not.toContain('sign');
});

test('a locked card is told without a field for a PIN', async () => {
  open('consent-locked');
  expect(await screen.findByText('卡密码已锁定, 不能签署。')).toBeTruthy();
  expect(document.querySelector('input')).toBeNull();
});

test('a failure takes the focus and names its way on', async () => {
  open('failed-portal');
  expect(await screen.findByRole('button', { name: '再次提交' })).toBeTruthy();
  await waitFor(() => expect(document.activeElement?.textContent).toContain('连不上平台'));
});

test('the one method that is not there yet offers no button', async () => {
  open('centre');
  const others = (await screen.findAllByText('本版本还不能办, 后续版本提供。')).map((text) => text.closest('li')!);
  expect(others).toHaveLength(1);
  for (const other of others) expect(other.querySelector('button')).toBeNull();
});

test('an empty sign-in sends nothing and says what is missing', async () => {
  const sent = open('sign-in');
  await fireEvent.click(await screen.findByRole('button', { name: '登录平台' }));
  expect(screen.getByText('请填写账号。')).toBeTruthy();
  expect(sent.map((message) => message.command)).toEqual(['view']);
});

test('an accepted proof that could not be journalled is told, without a row number', async () => {
  open('done-unrecorded');
  expect(await screen.findByText('平台已受理, 但这个结果没能记入本机的记录。')).toBeTruthy();
  expect(screen.queryByText(/第 .* 条/)).toBeNull();
});
