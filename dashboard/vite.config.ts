import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { mock } from './dev/mock.ts';

export default defineConfig({
  // The mock answers the dev server and the preview; nothing of it reaches the built page.
  plugins: [svelte(), mock()],
  build: {
    outDir: process.env.DASHBOARD_OUT ?? '../artifacts/dashboard',
    emptyOutDir: true,
    target: ['chrome123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
