import { render } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import Paper from '../src/parts/Paper.svelte';

const STATEMENT = `通关认证声明 v1
http://127.0.0.1:8471 请求您签名, 用于: 企业实名认证(IC卡)

企业名称: 海河  示范 <b>&amp;</b> {公司}: 一
组织机构代码: MA0T3K1X0
统一社会信用代码: 91120116MA0T3K1X08

Account: a: b
Audience: http://127.0.0.1:8471
Nonce: 6nKx0pP2hQv3mXr9c1YtW5bZ8dEoFgHjLkMnQsRuVwA
Issued-At: 2026-11-21T20:00:00+08:00
Expires-At: 2026-11-21T20:02:00+08:00
Request-Id: 6f9619ff-8b86-4d01-b42d-00cf4fc964ff`;

const shown = (text: string) =>
  render(Paper, { text, label: 'statement' }).container.querySelector('[data-statement]')?.textContent;

test('the paper shows the statement to the letter', () => {
  expect(shown(STATEMENT)).toBe(STATEMENT);
});

test('the paper changes nothing of any text', () => {
  for (const text of [
    '',
    'one line',
    'a\n',
    '\n\n\n',
    ' a : b \n\tc',
    'x: \n: y\n<script>alert(1)</script>',
    'a\r\nb',
  ]) {
    expect(shown(text)).toBe(text);
  }
});
