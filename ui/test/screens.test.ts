import { configure, fireEvent, screen, waitFor } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeEach, expect, test } from 'vitest';
import { VIEWS } from '../src/host/fixture';
import { show } from './show';

// A busy machine must not fail what only waits to be drawn.
configure({ asyncUtilTimeout: 10_000 });
beforeEach(() => localStorage.setItem('tongguan.language', 'zh-CN'));

const open = (name: string) => show(name).sent;
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

test('a failure that follows itself too fast to be seen takes the focus again', async () => {
  const { sent } = show('failed-portal');
  const again = await screen.findByRole('button', { name: '再次提交' });
  again.focus();
  await fireEvent.click(again);
  expect(sent.map((message) => message.command)).toContain('resubmit');
  await waitFor(() => expect(document.activeElement?.textContent).toContain('连不上平台'));
});

test('who leaves while the card is being pulled is at the centre, not at its failure', async () => {
  const pulled = VIEWS['failed-refused']!;
  const { commands, push } = show('consent', ({ command }) => {
    if (command === 'cancel') return Promise.resolve(pulled).finally(() => push(pulled));
    if (command === 'dismiss') push(VIEWS['centre']!);
    return undefined;
  });
  await fireEvent.click(await screen.findByRole('button', { name: '取消' }));
  await screen.findByRole('button', { name: '用银行 UKey 认证' });
  expect(commands().filter((name) => name === 'cancel' || name === 'dismiss')).toEqual(['cancel', 'dismiss']);
});

test('an entry at the device that meets the same again tells it again', async () => {
  const { commands, push } = show('consent-wrong', ({ command }) =>
    command === 'sign' ? Promise.resolve(null) : undefined,
  );
  const view = structuredClone(VIEWS['consent-wrong']!);
  if (view.flow.kind === 'consent') view.flow.token.pin_pad = true;
  push(view);
  const sign = await screen.findByRole('button', { name: '签署声明' });
  sign.focus();
  await fireEvent.click(sign);
  await waitFor(() => expect(commands()).toContain('sign'));
  await waitFor(() => expect(document.activeElement?.textContent).toContain('卡密码不对'));
});

test('a view that brings nothing new leaves the focus where the user types', async () => {
  const { push } = show('consent-wrong');
  const pin = await screen.findByLabelText<HTMLInputElement>('卡密码');
  await waitFor(() => expect(document.activeElement?.textContent).toContain('卡密码不对'));
  pin.focus();
  const there = structuredClone(VIEWS['consent-wrong']!);
  push({ ...there, tokens: { ...there.tokens, readers: there.tokens.readers.slice(0, 1) } });
  push(there);
  await tick();
  expect(document.activeElement).toBe(pin);
});

test('a screen begins at its beginning, however far down the one before was', async () => {
  const { push } = show('centre');
  const page = document.documentElement;
  const journal = await screen.findByRole('button', { name: '签名记录' });
  page.scrollTop = 30;
  push(structuredClone(VIEWS['centre']!));
  await tick();
  expect(page.scrollTop).toBe(30);
  await fireEvent.click(journal);
  await screen.findByRole('heading', { level: 1, name: '签名记录' });
  expect(page.scrollTop).toBe(0);
  page.scrollTop = 30;
  push(VIEWS['sign-in']!);
  await screen.findByLabelText('账号');
  expect(page.scrollTop).toBe(0);
});

test('each of the three methods has its one button', async () => {
  open('centre');
  for (const name of ['用 IC 卡认证', '用证件认证', '用银行 UKey 认证']) await screen.findByRole('button', { name });
});

test('who may not certify is told so, and is offered no button', async () => {
  open('centre-clerk');
  expect(await screen.findByText('您的账号没有企业实名认证的权限')).toBeTruthy();
  for (const item of document.querySelectorAll('main li')) expect(item.querySelector('button')).toBeNull();
  expect(screen.queryByRole('button', { name: '我的操作员' })).toBeNull();
  expect(screen.getByText(/没有可用的密钥环/)).toBeTruthy();
});

test('a certification by documents that is open is gone on with', async () => {
  open('centre-open');
  expect(await screen.findByText('上次做到“核验法人身份信息”, 可以接着办。')).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: '继续证件认证' }));
  expect(await screen.findByText(/接着上次的进度/)).toBeTruthy();
});

test('an accepted proof that could not be journalled is told, without a row number', async () => {
  open('done-unrecorded');
  expect(await screen.findByText('平台已受理, 但这个结果没能记入本机的记录。')).toBeTruthy();
  expect(screen.queryByText(/第 .* 条/)).toBeNull();
});
