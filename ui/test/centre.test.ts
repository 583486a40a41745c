import { configure, fireEvent, screen, within } from '@testing-library/svelte';
import { beforeEach, expect, test } from 'vitest';
import { VIEWS } from '../src/host/fixture';
import { LANGUAGES } from '../src/words';
import { date } from '../src/words/figures';
import { press, show } from './show';

configure({ asyncUtilTimeout: 10_000 });
beforeEach(() => localStorage.setItem('tongguan.language', 'zh-CN'));

/** The card of one method, by its name. */
async function method(name: string) {
  const heading = await screen.findByRole('heading', { level: 3, name });
  return heading.closest('li') as HTMLElement;
}
const until = (state: string, its: string) =>
  date(VIEWS[state]!.session!.profile.methods.find((one) => one.method === its)!.expires_at!);

test('a certification that has expired has a pencil and the word, and is offered like one that is missing', async () => {
  show('centre-expired');
  const card = await method('电子口岸 IC 卡');
  const badge = within(card).getByText('已到期');
  expect(badge.className).toMatch(/edit/);
  expect(within(card).queryByText('已认证')).toBeNull();
  expect(card.textContent).toContain(`已在 ${until('centre-expired', 'ic_card')} 到期`);
  const act = within(card).getByRole('button', { name: '用 IC 卡认证' });
  expect(act.className).toMatch(/primary/);
  expect(within(await method('银行 UKey')).getByText('已认证')).toBeTruthy();
});

test('each certification in force says until when, and the next to end stands by the level', async () => {
  show('centre-expired');
  expect((await method('银行 UKey')).textContent).toContain(`有效至 ${until('centre-expired', 'bank_ukey')}。`);
  const legal = await method('法定代表人证件');
  expect(legal.textContent).toContain(`有效至 ${until('centre-expired', 'legal_representative')}。`);
  // What is over is not the next to end.
  const next = screen.getByText(/^最近到期/);
  expect(next.textContent).toBe(`最近到期: ${until('centre-expired', 'bank_ukey')} (银行 UKey)`);
});

test('who has an IC card is advised to use it first, at that method alone', async () => {
  show('centre');
  expect(within(await method('电子口岸 IC 卡')).getByText('有 IC 卡优先')).toBeTruthy();
  expect(screen.getAllByText('有 IC 卡优先')).toHaveLength(1);
});

test('who has only put data right is not told that a certification passed', async () => {
  show('centre-changed');
  const { changed, signInAgain } = LANGUAGES['zh-CN'].centre;
  expect(await screen.findByText(changed)).toBeTruthy();
  expect(screen.queryByText(signInAgain)).toBeNull();
});

test('who has certified is told so', async () => {
  show('centre-passed');
  expect(await screen.findByText(LANGUAGES['zh-CN'].centre.signInAgain)).toBeTruthy();
});

test('every step of the level bar says what it allows, and which one is now', async () => {
  show('centre-expired');
  const bar = within(await screen.findByRole('region', { name: '安全级别' }));
  const steps = bar.getAllByRole('listitem');
  const { levels, allows } = LANGUAGES['zh-CN'].centre;
  for (const [at, level] of (['low', 'medium', 'high'] as const).entries()) {
    expect(steps[at]!.textContent).toContain(levels[level]);
    expect(steps[at]!.textContent).toContain(allows[level]);
  }
  expect(steps.map((step) => step.textContent?.includes('当前'))).toEqual([false, true, false]);
});

test('what is missing on record is named, with the way to fill it in', async () => {
  show('centre-missing');
  expect(await screen.findByText(/企业信息缺: 法定代表人证件、企业地址/)).toBeTruthy();
  expect(screen.getByText(/账号信息缺: 证件有效期/)).toBeTruthy();
  await press('补充企业信息');
  expect(await screen.findByRole('heading', { level: 1, name: '企业信息' })).toBeTruthy();
  await press('认证中心');
  await press('补充账号信息');
  expect(await screen.findByRole('heading', { level: 1, name: '账号信息' })).toBeTruthy();
});

test('who may not fill it in is told who may', async () => {
  show('centre-missing-clerk');
  expect(await screen.findByText(/企业信息缺: 企业地址.*请找企业管理员/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: '补充企业信息' })).toBeNull();
});

test('nothing is said where nothing is missing, or where it cannot be read', async () => {
  show('centre', ({ command }) => (command === 'company' ? Promise.reject({ code: 'portal_timeout' }) : undefined));
  await screen.findByText('还没有通过的认证。');
  expect(screen.queryByText(/信息缺/)).toBeNull();
  await fireEvent.click(screen.getByText('各级别怎么来, 能做什么'));
});
