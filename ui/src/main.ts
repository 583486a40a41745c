import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { connect } from './host';

mount(App, { target: document.getElementById('app')!, props: { host: connect() } });
