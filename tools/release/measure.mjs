// Measures how a program starts: time until it answers for the first time, and its memory a while later, on a clean home each time.
//   node tools/release/measure.mjs RUNS COMMAND [COMMAND …]     a command is one argument, such as "dotnet codex-proxy.dll"
// The programs take turns, so that whatever else the machine does meets all of them. Linux only: memory is read from /proc.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const IDLE_SECONDS = 5;

const [runs, ...commands] = process.argv.slice(2);
const readings = commands.map(() => []);

// The first start of each fills the disk's cache and is not counted.
for (let run = -1; run < Number(runs); run++) {
  for (const [index, command] of commands.entries()) {
    const reading = await measure(command);
    if (run >= 0) {
      readings[index].push(reading);
    }
  }
}

for (const [index, command] of commands.entries()) {
  const [program] = command.split(" ").slice(-1);
  console.log(
    `${command}\n  first answer ${describe(readings[index].map((one) => one.milliseconds))} ms` +
      `, idle ${describe(readings[index].map((one) => one.megabytes))} MB, file ${(statSync(program).size / 1e6).toFixed(1)} MB`,
  );
}

async function measure(command) {
  const home = mkdtempSync(join(tmpdir(), "codex-proxy-measure-"));
  const port = await freePort();
  const [program, ...first] = command.split(" ");
  const began = process.hrtime.bigint();
  const server = spawn(program, [...first, "serve", "--port", String(port)], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, CODEX_PROXY_HOME: join(home, "state"), CODEX_HOME: join(home, "codex") },
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  try {
    while (!(await answers(port))) {
      if (server.exitCode !== null) {
        throw new Error(`${command} ended with exit code ${server.exitCode}`);
      }
    }

    const milliseconds = Number(process.hrtime.bigint() - began) / 1e6;
    await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))[1];
    return { milliseconds, megabytes: (Number(kilobytes) * 1024) / 1e6 };
  } finally {
    server.kill("SIGTERM");
    await ended;
    rmSync(home, { recursive: true, force: true });
  }
}

function answers(port) {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, path: "/health" }, (response) => {
      response.resume();
      response.on("end", () => resolve(true));
    });
    asked.on("error", () => setTimeout(() => resolve(false), 2));
    asked.end();
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function describe(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other);
  return `${sorted[Math.floor(sorted.length / 2)].toFixed(0)} (${sorted[0].toFixed(0)} to ${sorted.at(-1).toFixed(0)})`;
}
