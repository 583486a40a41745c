// `gallery.html?state=consent&language=zh-CN&theme=dark`: one state of one screen, without any host.
import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { fixtureHost, VIEWS } from './host/fixture';

const asked = new URLSearchParams(window.location.search);
const state = asked.get('state') ?? 'sign-in';
const theme = asked.get('theme');
const view = VIEWS[state];
if (theme) document.documentElement.dataset['theme'] = theme;
localStorage.setItem('tongguan.language', asked.get('language') ?? 'zh-CN');
if (view) mount(App, { target: document.getElementById('app')!, props: { host: fixtureHost(view) } });

/** The places that only clicks lead to: what to press, one after the other. */
const BANKS = 'li:nth-child(3) button';
const HAND = [BANKS, 'main ul li:first-child button'];
const PATHS: [string, string[]][] = [
  ['choose', ['li.best button']],
  ['journal', ['nav button:last-child']],
  ['ukey-banks', [BANKS]],
  ['ukey-hand-own', [...HAND, 'details details:last-child summary', 'details details:last-child [type=submit]']],
  ['ukey-hand', HAND],
];
const path = PATHS.find(([name]) => state.startsWith(name))?.[1] ?? [];
const frame = () => new Promise(requestAnimationFrame);
for (const button of path) {
  await frame();
  const field = document.querySelector<HTMLInputElement>('details[open] input');
  if (field) {
    field.value = '/home/li/driver/my-own-pkcs11.so';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await frame();
  }
  document.querySelector<HTMLElement>(button)?.click();
}
