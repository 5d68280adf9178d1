/**
 * `npm run lock`: makes package-lock.json whole after a dependency was added or changed.
 *
 * Some registries mirror only one platform's binaries of packages that ship one a platform. npm then leaves the others
 * out of the lock, and `npm ci` refuses a lock that lacks them. This adds those entries, by name and version, and removes
 * download addresses, which belong to one machine's registry.
 */
import { readFileSync, writeFileSync } from "node:fs";

interface LockedPackage {
  version?: string;
  resolved?: string;
  dev?: boolean;
  optionalDependencies?: Record<string, string>;
  [member: string]: unknown;
}

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, LockedPackage> };

const libraries: ReadonlyMap<string, string> = new Map([
  ["gnu", "glibc"],
  ["musl", "musl"],
]);

/** The entry of a binary package such as `@oxlint/binding-linux-x64-musl`: what it is for stands in its name. */
function platformPackage(name: string, version: string, dev: boolean): LockedPackage {
  const [os, cpu, library = ""] = name.replace(/^.*\/(binding-)?/, "").split("-");
  const libc = libraries.get(library);
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(libc === undefined ? {} : { libc: [libc] }),
    optional: true,
    os: [os],
  };
}

let added = 0;
for (const locked of Object.values(lock.packages)) {
  delete locked.resolved;
  for (const [name, version] of Object.entries(locked.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (path in lock.packages) continue;
    lock.packages[path] = platformPackage(name, version, locked.dev === true);
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`package-lock.json: ${added} entries added\n`);
