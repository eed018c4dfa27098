// Serves a built page with the mock behind it, under the real Content-Security-Policy, on a free port of this machine:
//   node serve.mjs OUT
// Writes the address as its only line; ends when its input does.
import { fileURLToPath } from 'node:url';
import { preview } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const server = await preview({ root, logLevel: 'silent', build: { outDir: process.argv[2] }, preview: { host: '127.0.0.1', port: 0, open: false } });
console.log(`http://127.0.0.1:${server.httpServer.address().port}/`);
process.stdin.resume().on('end', () => process.exit(0));
