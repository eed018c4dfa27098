// Writes the bill of materials of a release (CycloneDX 1.6): what a published program carries, and what its page was built from.
//   node tools/release/sbom.mjs FOLDER VERSION     FOLDER: a publish of the portable form
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, version] = process.argv.slice(2);

function nuget() {
  const { libraries } = JSON.parse(readFileSync(join(folder, "codex-proxy.deps.json"), "utf8"));
  return Object.entries(libraries)
    .filter(([, one]) => one.type === "package")
    .map(([name, one]) => component("nuget", ...name.split("/"), one.sha512));
}

function npm() {
  const lock = "dashboard/package-lock.json";
  if (!existsSync(lock)) {
    return [];
  }

  // What only builds the page is no part of the program, except the compiler, whose runtime is in the page.
  const { packages } = JSON.parse(readFileSync(lock, "utf8"));
  return Object.entries(packages)
    .filter(([path, one]) => path.startsWith("node_modules/") && (!one.dev || path === "node_modules/svelte"))
    .map(([path, one]) => component("npm", path.slice(path.lastIndexOf("node_modules/") + 13), one.version, one.integrity));
}

function component(type, name, number, checksum) {
  const purl = `pkg:${type}/${name.replace("@", "%40")}@${number}`;
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version: number,
    ...(checksum?.startsWith("sha512-")
      ? { hashes: [{ alg: "SHA-512", content: Buffer.from(checksum.slice(7), "base64").toString("hex") }] }
      : {}),
    purl,
  };
}

const components = [...nuget(), ...npm()].sort((one, other) => (one.purl < other.purl ? -1 : 1));
process.stdout.write(
  JSON.stringify(
    {
      bomFormat: "CycloneDX",
      specVersion: "1.6",
      version: 1,
      metadata: { component: { type: "application", "bom-ref": "codex-proxy", name: "codex-proxy", version } },
      components,
    },
    null,
    2,
  ) + "\n",
);
