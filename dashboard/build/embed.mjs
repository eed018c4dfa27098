// Builds the page into a folder for the gateway to embed. Called by src/CodexProxy/Dashboard.targets:
//   node embed.mjs OUT STAMP
// Exit code 0: OUT is up to date. 1: the page is broken. 3: this machine cannot build it (old Node, no packages).
// Safe beside another build of the same sources: one works, the other waits and finds it done.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compress } from './compress.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const out = resolve(process.argv[2] ?? join(root, '../artifacts/dashboard'));
const stamp = resolve(process.argv[3] ?? out + '.stamp');
const lock = out + '.lock';
const cannot = 3;

main();

function main() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.log(`Node ${process.versions.node} is too old for the dashboard; it needs 20.19 or newer.`);
    process.exit(cannot);
  }

  mkdirSync(dirname(out), { recursive: true });
  takeLock();
  process.on('exit', () => rmSync(lock, { force: true }));
  const wanted = digest();
  if (existsSync(join(out, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    writeFileSync(stamp, wanted);
    return;
  }

  install();
  build();
  writeFileSync(stamp, wanted);
}

// What the page is made of, by content: a checkout touches times, and two builds must agree on what is done.
function digest() {
  const hash = createHash('sha256').update(process.versions.node);
  const files = ['index.html', 'package.json', 'package-lock.json', 'tsconfig.json', 'svelte.config.js', 'vite.config.ts'];
  for (const path of [...files.map((name) => join(root, name)), ...list('src'), ...list('build'), ...list('dev')]) {
    hash.update(relative(root, path).replaceAll('\\', '/')).update('\0').update(readFileSync(path)).update('\0');
  }

  return hash.digest('hex');
}

function list(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function install() {
  const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  const mark = join(root, 'node_modules', '.installed');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) {
    return;
  }

  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = spawnSync('npm', options, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', shell: process.platform === 'win32' });
  if (result.status !== 0) {
    console.log(`The dashboard's packages could not be installed: ${(result.stderr || String(result.error ?? '')).trim().split('\n')[0]}`);
    process.exit(cannot);
  }

  writeFileSync(mark, wanted);
}

// Into a folder of its own first: a build that breaks leaves the one before in place.
function build() {
  const fresh = `${out}.new`;
  rmSync(fresh, { recursive: true, force: true });
  run('svelte-check/bin/svelte-check', ['--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human']);
  run('vite/bin/vite.js', ['build', '--logLevel', 'warn'], { DASHBOARD_OUT: fresh });
  compress(fresh);
  rmSync(out, { recursive: true, force: true });
  renameSync(fresh, out);
}

function run(script, options, environment = {}) {
  const result = spawnSync(process.execPath, [join(root, 'node_modules', script), ...options], {
    cwd: root,
    env: { ...process.env, ...environment, NO_COLOR: '1' },
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    console.log((result.stdout ?? '') + (result.stderr ?? ''));
    process.exit(1);
  }
}

// The lock holds the builder's process id, so that one left by a killed build is told from one that is held.
// It is made by a link: it never exists without its content.
function takeLock() {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    for (;;) {
      try {
        linkSync(own, lock);
        return;
      } catch (error) {
        if (error.code !== 'EEXIST') {
          throw error;
        }
      }

      const holder = read(lock);
      if (holder !== undefined && !isAlive(Number(holder)) && read(lock) === holder) {
        rmSync(lock, { force: true });
      } else {
        Atomics.wait(pause, 0, 0, 100);
      }
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') {
      return undefined;
    }

    throw error;
  }
}

function isAlive(id) {
  if (!(id > 0)) {
    return false;
  }

  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
