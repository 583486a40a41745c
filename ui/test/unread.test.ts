import { configure, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test } from 'vitest';
import { press, show } from './show';

configure({ asyncUtilTimeout: 10_000 });
beforeEach(() => localStorage.setItem('tongguan.language', 'zh-CN'));

test('a card is unbound although the list cannot be read after it', async () => {
  let unbound = false;
  const { commands } = show('cards', ({ command }) => {
    if (command === 'unbind_card') {
      unbound = true;
      return Promise.resolve(null);
    }
    return command === 'cards' && unbound ? Promise.reject({ code: 'portal_unreachable' }) : undefined;
  });
  await press('我的 IC 卡');
  await press('解绑 李示范 的卡');
  await press('解绑');
  expect(await screen.findByText('已解绑。')).toBeTruthy();
  expect(await screen.findByRole('button', { name: '再读一次' })).toBeTruthy();
  await waitFor(() => expect(commands().filter((command) => command === 'cards').length).toBe(2));
});
