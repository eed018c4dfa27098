import { mount } from 'svelte';
import 'uplot/dist/uPlot.min.css';
import './app.css';
import App from './App.svelte';
import { feed } from './lib/feed.svelte.ts';

const target = document.getElementById('app');
if (!target) {
  throw new Error('The page has no place for the app.');
}

feed.start();
mount(App, { target });
