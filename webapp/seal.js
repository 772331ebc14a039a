// The last step of a build: the licences of what it bundles, and the checksums of what it was made of and came to.
// `sha256sum -c web_server/built/SHA256SUMS`, in the root of the repository, checks them, and tests/webapp does.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = new URL("..", import.meta.url).pathname;
const BUILT = "web_server/built";
const BUNDLED = ["react", "react-dom", "scheduler"];
const NO_SOURCES = ["node_modules", "test"];

const notice = (name) => {
  const { version, license } = JSON.parse(readFileSync(join("node_modules", name, "package.json"), "utf8"));
  const text = readFileSync(join("node_modules", name, "LICENSE"), "utf8").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
};

const files = (folder) =>
  readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((each) => {
    const path = `${folder}/${each.name}`;
    if (NO_SOURCES.includes(each.name)) return [];
    return each.isDirectory() ? files(path) : [path];
  });

const sum = (path) =>
  `${createHash("sha256")
    .update(readFileSync(join(ROOT, path)))
    .digest("hex")}  ${path}`;

writeFileSync(join(ROOT, BUILT, "page/licenses.txt"), BUNDLED.map(notice).join("\n\n"));
const sums = [...files("webapp"), ...files(BUILT)]
  .filter((path) => path !== `${BUILT}/SHA256SUMS`)
  .sort()
  .map(sum);
writeFileSync(join(ROOT, BUILT, "SHA256SUMS"), sums.join("\n") + "\n");
