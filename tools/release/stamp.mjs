// Gives every entry of a zip file, such as a package, one time, so that the same content makes the same bytes.
//   node tools/release/stamp.mjs FILE SECONDS     since 1970
import { readFileSync, writeFileSync } from "node:fs";

const [path, seconds] = process.argv.slice(2);
const file = readFileSync(path);
const time = new Date(Number(seconds) * 1000);
const clock = (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
const day = ((time.getUTCFullYear() - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();

// The directory at the end says where each entry begins; both hold the time.
const end = file.lastIndexOf("PK\x05\x06", undefined, "latin1");
let entry = file.readUInt32LE(end + 16);
for (let count = file.readUInt16LE(end + 10); count > 0; count--) {
  const start = file.readUInt32LE(entry + 42);
  for (const at of [entry + 12, start + 10]) {
    file.writeUInt16LE(clock, at);
    file.writeUInt16LE(day, at + 2);
  }

  entry += 46 + file.readUInt16LE(entry + 28) + file.readUInt16LE(entry + 30) + file.readUInt16LE(entry + 32);
}

writeFileSync(path, file);
