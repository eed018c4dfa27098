// Writes NAME.br and NAME.gz beside each text file of a folder, so that the gateway never compresses at run time.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const worthwhile = /\.(html|js|css|svg|json|txt)$/;

export function compress(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) {
      compress(path);
    } else if (worthwhile.test(name)) {
      const bytes = readFileSync(path);
      keepIfSmaller(path + '.gz', bytes, gzipSync(bytes, { level: 9 }));
      keepIfSmaller(
        path + '.br',
        bytes,
        brotliCompressSync(bytes, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
        }),
      );
    }
  }
}

function keepIfSmaller(path, plain, packed) {
  if (packed.length < plain.length) {
    writeFileSync(path, packed);
  }
}
