import { configure, fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { VIEWS } from '../src/host/fixture';
import { press, show } from './show';

// A busy machine must not fail what only waits to be drawn.
configure({ asyncUtilTimeout: 10_000 });
beforeEach(() => localStorage.setItem('tongguan.language', 'zh-CN'));
afterEach(() => vi.useRealTimers());

const open = show;
async function atHand() {
  await press('用银行 UKey 认证');
  await press(/^建设银行/);
}

test('a UKey that fits is taken and begun for the chosen bank', async () => {
  const { sent } = open('ukey-hand-one');
  await atHand();
  expect(screen.getByRole<HTMLInputElement>('radio').checked).toBe(true);
  await press('下一步: 核对声明');
  const means = { method: 'bank_ukey', bank: 'ccb' };
  await waitFor(() => expect(sent.at(-1)).toEqual({ command: 'begin', means, token: 'w1.1/skf:0', key: '1' }));
});

test('with two that fit nothing is chosen for the user, and what does not fit says why', async () => {
  const { commands } = open('ukey-hand-many');
  await atHand();
  const radios = screen.getAllByRole<HTMLInputElement>('radio');
  expect(radios.filter((radio) => radio.checked)).toEqual([]);
  expect(radios.filter((radio) => radio.disabled)).toHaveLength(4);
  for (const why of ['不是本企业', '不是这家银行的证书', '已在 2025-06-30 过期', '不能用于签名']) screen.getByText(why);
  await press('下一步: 核对声明');
  expect(screen.getByText('请先选一张证书。')).toBeTruthy();
  expect(commands()).not.toContain('begin');
});

test('the same UKey is of another bank once another bank is chosen', async () => {
  open('ukey-hand-one');
  await atHand();
  await press('换一家银行');
  await press(/^民生银行/);
  expect(screen.getByText('不是这家银行的证书')).toBeTruthy();
  expect(screen.queryByRole('button', { name: '下一步: 核对声明' })).toBeNull();
  expect(screen.queryByRole('button', { name: '去银行网页办理' })).toBeNull();
});

test('a UKey does not show among the cards', async () => {
  open('centre-ukey');
  await press('用 IC 卡认证');
  expect(screen.getAllByRole('radio')).toHaveLength(1);
  expect(screen.getByRole('radio', { name: /李示范/ })).toBeTruthy();
});

test('where no driver is there, the one to install is named', async () => {
  const { commands } = open('ukey-hand-missing');
  await atHand();
  expect(screen.getByText(/请从银行官网下载“E路护航网银安全组件”/)).toBeTruthy();
  await press('重新查找');
  expect(await screen.findByText('没有找到驱动。')).toBeTruthy();
  expect(commands()).toContain('libraries');
});

test('a found driver is approved by its path and its hash as shown', async () => {
  const { sent } = open('ukey-hand-found');
  await atHand();
  const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
  expect(document.querySelector('.hash')?.textContent).toBe(hash);
  await press(/^允许使用这个驱动/);
  const path = '/opt/ccb/lib/libccb_skf.so.1.2.3';
  await waitFor(() => expect(sent.at(-1)).toEqual({ command: 'approve_library', path, sha256: hash }));
  expect(await screen.findByText('已允许 示范盾 SKF。')).toBeTruthy();
});

test('a driver that is refused at the last moment says why beside it', async () => {
  open('ukey-hand-found', ({ command }) =>
    command === 'approve_library'
      ? Promise.reject({ code: 'library_refused', library: 'libccb_skf.so.1.2.3', reason: 'changed' })
      : undefined,
  );
  await atHand();
  await press(/^允许使用这个驱动/);
  await waitFor(() => expect(document.activeElement?.textContent).toContain('驱动文件变了'));
});

test('a file of one’s own is looked at and its risks are told before it can be approved', async () => {
  const { sent, commands } = open('ukey-hand-own');
  await atHand();
  await fireEvent.click(screen.getByText('选择我自己的驱动文件'));
  await press('查看这个文件');
  expect(screen.getByText('请填写驱动文件的完整路径。')).toBeTruthy();
  expect(commands()).not.toContain('inspect_library');
  const path = '/home/li/driver/my-own-pkcs11.so';
  await fireEvent.input(screen.getByLabelText('驱动文件的完整路径'), { target: { value: path } });
  await press('查看这个文件');
  expect(await screen.findByText('签署时, 它会拿到 UKey 密码。')).toBeTruthy();
  await press('允许使用这个驱动');
  await waitFor(() => expect(sent.at(-1)).toMatchObject({ command: 'approve_library', path }));
});

test('a driver in use can be given up', async () => {
  const { sent } = open('ukey-hand-one');
  await atHand();
  await press('停止使用: 示范盾 SKF');
  await waitFor(() =>
    expect(sent.at(-1)).toEqual({ command: 'withdraw_library', path: '/opt/ccb/lib/libccb_skf.so.1.2.3' }),
  );
});

test('a name that differs from the account is marked in words, with both sides', async () => {
  open('ukey-consent-differs');
  expect(await screen.findByText('企业名称与账号的不一致')).toBeTruthy();
  expect(screen.getByText('不一致')).toBeTruthy();
  const check = screen.getByRole('region', { name: '企业信息核对' });
  expect(check.textContent).toMatch(/声明\s*海河示范对外贸易公司.*账号\s*海河示范进出口有限公司/s);
});

test('where the UKey asks for the PIN itself there is no field, and none is sent', async () => {
  const { sent } = open('ukey-consent-pad');
  expect(await screen.findByText('在 UKey 上按键输入密码')).toBeTruthy();
  expect(document.querySelector('input')).toBeNull();
  await press('签署声明');
  await waitFor(() => expect(sent.at(-1)).toEqual({ command: 'sign', pin: null, last_try: false }));
});

test('the result has the words of the Single Window and the bank’s name', async () => {
  open('ukey-done');
  expect(await screen.findByRole('heading', { name: '认证结果: 已通过企业实名认证!' })).toBeTruthy();
  const facts = screen.getByRole('region', { name: '认证结果' }).textContent ?? '';
  expect(facts).toMatch(/企业名称\s*海河示范进出口有限公司/);
  expect(facts).toMatch(/认证方式\s*建设银行/);
  expect(facts).toContain('低 → 高');
});

test('at the bank’s page one question is out at a time, and the next follows the answer', async () => {
  let answer: (view: unknown) => void = () => {};
  const { commands } = open('ukey-at-bank', ({ command }) =>
    command === 'await_bank' ? new Promise((done) => (answer = done)) : undefined,
  );
  const asked = () => commands().filter((command) => command === 'await_bank').length;
  await waitFor(() => expect(asked()).toBe(1));
  await press('再次打开');
  expect(commands()).toContain('visit_bank');
  expect(asked()).toBe(1);
  answer(VIEWS['ukey-at-bank']);
  await waitFor(() => expect(asked()).toBe(2));
});

test('away from the bank’s page nothing is asked any more', async () => {
  let answer: (view: unknown) => void = () => {};
  const { commands, push } = open('ukey-at-bank', ({ command }) =>
    command === 'await_bank' ? new Promise((done) => (answer = done)) : undefined,
  );
  await screen.findByText('正在等银行的结果…');
  push(VIEWS['ukey-done-at-bank']!);
  expect(await screen.findByRole('heading', { name: '认证结果: 已通过企业实名认证!' })).toBeTruthy();
  const before = commands().length;
  vi.useFakeTimers();
  answer(VIEWS['ukey-at-bank']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(commands().length).toBe(before);
  expect(screen.queryByRole('button', { name: '保存凭证' })).toBeNull();
});

test('a visit that failed leads back to the bank it was at', async () => {
  const { push, commands } = open('ukey-hand-one');
  await atHand();
  await press('换一家银行');
  // The visit was begun in another window.
  push(VIEWS['ukey-failed-at-bank']!);
  await press('重新开始');
  expect(commands()).toContain('dismiss');
  push(VIEWS['ukey-hand-one']!);
  const bank = await screen.findByRole('region', { name: '所选银行' });
  expect(bank.textContent).toContain('建设银行');
});

test('the centre tells which bank it was', async () => {
  open('centre-ukey-passed');
  const receipt = await screen.findByText('SW-2026-000018', { selector: 'li *' });
  expect(receipt.parentElement?.textContent).toContain('通过建设银行 UKey 认证。 凭证编号 SW-2026-000018');
});

test('the focus never falls off the page: it goes to the heading, and after a yes to the drivers', async () => {
  const { push } = open('ukey-hand-found');
  (await screen.findByRole('button', { name: '用银行 UKey 认证' })).focus();
  await press('用银行 UKey 认证');
  const heading = screen.getByRole('heading', { level: 1 });
  await waitFor(() => expect(document.activeElement).toBe(heading));
  screen.getByRole('button', { name: /^建设银行/ }).focus();
  await press(/^建设银行/);
  await waitFor(() => expect(document.activeElement).toBe(heading));
  const approve = screen.getByRole('button', { name: /^允许使用这个驱动/ });
  approve.focus();
  await fireEvent.click(approve);
  push(VIEWS['ukey-hand-plug']!);
  expect(await screen.findByText('请插入网银盾')).toBeTruthy();
  await waitFor(() => expect(document.activeElement?.tagName).toBe('SUMMARY'));
});
