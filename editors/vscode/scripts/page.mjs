// Puts the report page's script and style, which are of the core, beside the extension: node scripts/page.mjs
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const assets = new URL("../../../core/stateaware/report/html/assets/", import.meta.url);
const target = new URL("../dist/report/", import.meta.url);
const { scripts, styles } = JSON.parse(readFileSync(new URL("manifest.json", assets), "utf8"));
const joined = (names) => names.map((name) => readFileSync(new URL(name, assets), "utf8")).join("");

mkdirSync(target, { recursive: true });
writeFileSync(new URL("report.js", target), joined(scripts));
writeFileSync(new URL("report.css", target), joined(styles));
