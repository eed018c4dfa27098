// Rebuilds src/CodexProxy.Protocol/Tokens/o200k_base.br from the npm package js-tiktoken (MIT):
//   npm install js-tiktoken@1.0.21 && node generate.mjs
// Layout before compression: for each rank in order, one byte of length and the token's bytes.
import o200k from "js-tiktoken/ranks/o200k_base";
import { brotliCompressSync, constants } from "node:zlib";
import { writeFileSync } from "node:fs";

const tokens = [];
for (const line of o200k.bpe_ranks.split("\n").filter(Boolean)) {
  const [, offset, ...encoded] = line.split(" ");
  encoded.forEach((token, index) => {
    tokens[Number(offset) + index] = Buffer.from(token, "base64");
  });
}

const parts = tokens.flatMap((token) => [Buffer.from([token.length]), token]);
const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } };
writeFileSync("o200k_base.br", brotliCompressSync(Buffer.concat(parts), options));
console.log(`${tokens.length} ranks`);
