// Loads a module of the page as the build does, so that a test needs neither a browser nor a build.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

export async function load(path) {
  const file = fileURLToPath(new URL(`../src/${path}`, import.meta.url));
  const { module } = await runnerImport(file, { configFile: false, logLevel: 'error' });
  return module;
}
