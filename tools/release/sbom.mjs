// Writes the bill of materials of a release (CycloneDX 1.6): the packages in the program, and those of the dashboard's page.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const [project, version] = process.argv.slice(2);

function nuget() {
  const listed = JSON.parse(
    execFileSync("dotnet", ["list", project, "package", "--include-transitive", "--format", "json"], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    }),
  );
  const frameworks = listed.projects.flatMap((one) => one.frameworks ?? []);
  const packages = frameworks.flatMap((one) => [...(one.topLevelPackages ?? []), ...(one.transitivePackages ?? [])]);
  return packages.map(({ id, resolvedVersion }) => component("nuget", id, resolvedVersion));
}

function npm() {
  const lock = "dashboard/package-lock.json";
  if (!existsSync(lock)) {
    return [];
  }

  // What only builds the page is no part of the program.
  const { packages } = JSON.parse(readFileSync(lock, "utf8"));
  return Object.entries(packages)
    .filter(([path, one]) => path.startsWith("node_modules/") && !one.dev)
    .map(([path, one]) => component("npm", path.slice(path.lastIndexOf("node_modules/") + 13), one.version));
}

function component(type, name, number) {
  const purl = `pkg:${type}/${type === "npm" ? name.replace("@", "%40") : name}@${number}`;
  return { type: "library", "bom-ref": purl, name, version: number, purl };
}

const components = [...nuget(), ...npm()]
  .filter((one, index, all) => all.findIndex((other) => other.purl === one.purl) === index)
  .sort((one, other) => (one.purl < other.purl ? -1 : 1));
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
