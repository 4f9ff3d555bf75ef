// Makes ../files/pixel.js of ../pixel/pixel.js, and says beside it of what.
// Run it by `make assets`; ../pixel_test.go says when that was forgotten.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { transformSync } from "esbuild";

const hash = (text) => createHash("sha256").update(text).digest("hex");
const source = readFileSync("../pixel/pixel.js", "utf8");
const { code } = transformSync(source, { minify: true, target: "es2020", legalComments: "none" });

writeFileSync("../files/pixel.js", code);
writeFileSync("../pixel/made.txt", `made of ${hash(source)}\nholding ${hash(code)}\n`);
console.log(`pixel.js: ${code.length} bytes, ${gzipSync(code, { level: 9 }).length} packed`);
