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
// The two places that only a click leads to.
const open = state.startsWith('choose') ? 'li.best button' : state === 'journal' ? 'nav button:last-child' : null;
if (open) requestAnimationFrame(() => document.querySelector<HTMLButtonElement>(open)?.click());
