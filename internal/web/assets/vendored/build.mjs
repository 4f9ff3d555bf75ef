// Bundles the pinned packages into ../files. Run it by `make assets`; the test
// in ../vendored_test.go says when that was forgotten.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const name = "vendor-codemirror";
// Everything the bundle is made of; the same list in the same order as in the test.
const inputs = ["package.json", "package-lock.json", "codemirror.js", "build.mjs"];

const result = await build({
  entryPoints: ["codemirror.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  metafile: true,
  write: false,
});

const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");
const code = result.outputFiles[0].text;
const packages = new Set(
  Object.keys(result.metafile.inputs)
    .filter((file) => file.startsWith("node_modules/"))
    .map((file) => file.split("/").slice(1, file.split("/")[1].startsWith("@") ? 3 : 2).join("/")),
);

let licences = "The file vendor-codemirror.js is made of these packages.\n";
let list = [];
for (const p of [...packages].sort()) {
  const about = JSON.parse(readFileSync(`node_modules/${p}/package.json`, "utf8"));
  list.push(`${p} ${about.version}`);
  licences += `\n${"-".repeat(72)}\n${p} ${about.version}, ${about.license}\n\n${readFileSync(`node_modules/${p}/LICENSE`, "utf8").trim()}\n`;
}

const head = `// CodeMirror, bundled by \`make assets\`: do not edit. Licences: ${name}.txt\n` +
  `// ${list.join(", ")}\n` +
  `// made of ${hash(inputs.map((file) => readFileSync(file, "utf8")).join("\0"))}\n` +
  `// holding ${hash(code)}\n`;
writeFileSync(`../files/${name}.js`, head + code);
writeFileSync(`../files/${name}.txt`, licences);
console.log(`${name}.js: ${Math.round(code.length / 1024)} KB`);
