// Bundles the pages' scripts and styles into the Python package. Run by hatch_build.py, or by `npm run build`.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUT = "src/fieldfare/assets";

/** Licences that may be bundled: all of them ask for no more than to be quoted. */
const ALLOWED = new Set(["MIT", "0BSD", "BSD-0-Clause", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC"]);

const common = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  sourcemap: false,
  metafile: true,
  legalComments: "none", // the notices below quote every licence in full
  logLevel: "warning",
};

/** The pages' scripts, each with a style sheet of the same name. */
const PAGES = ["widget.js", "desk.js", "board.js", "map.js", "reports.js"];

/** What works out the map's shapes beside its page. It is an entry of its own: imported, nothing of it would be kept,
 *  since its package calls its files free of effects. */
const WORKERS = { map_worker: "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs" };

/** @param {object} metafile @param {string} entry @returns {[string, object]} the file that an entry became */
const outputOf = (metafile, entry) => Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry);

/** The names carry a hash of the content, so they may be cached for ever. */
async function buildPages() {
  const { metafile } = await build({
    ...common,
    entryPoints: PAGES.map((source) => `web/${source}`),
    outdir: OUT,
    entryNames: "[name]-[hash]",
    format: "esm",
    target: "es2022",
  });
  const names = {};
  for (const source of PAGES) {
    const [path, output] = outputOf(metafile, `web/${source}`);
    names[source] = basename(path);
    if (!output.cssBundle) throw new Error(`web/${source} gave no style sheet`);
    names[source.replace(/js$/, "css")] = basename(output.cssBundle);
  }
  return { metafile, names };
}

async function buildWorkers() {
  const { metafile } = await build({
    ...common,
    entryPoints: WORKERS,
    outdir: OUT,
    entryNames: "[name]-[hash]",
    format: "esm",
    target: "es2022",
  });
  const names = Object.entries(WORKERS).map(([name, entry]) => [`${name}.js`, basename(outputOf(metafile, entry)[0])]);
  return { metafile, names: Object.fromEntries(names) };
}

/** What other sites include: one address for ever, a classic script, and a language level that old pages bear. */
async function buildEmbed() {
  const { metafile } = await build({
    ...common,
    entryPoints: ["web/embed.js"],
    outfile: `${OUT}/embed.js`,
    format: "iife",
    target: "es2020",
  });
  return { metafile, names: { "embed.js": "embed.js" } };
}

/** @param {object[]} metafiles @returns {string[]} the names of the packages whose files ended in a bundle */
function bundledPackages(metafiles) {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const names = inputs.map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]);
  return [...new Set(names.filter(Boolean))].sort();
}

/** @param {string} name @returns {string} the package's name, version, licence and the text of it */
function notice(name) {
  const folder = join(ROOT, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (!ALLOWED.has(license)) throw new Error(`${name} ${version}: the licence ${license} is not on the list`);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  const own = join(ROOT, "web/licenses", `${name.replace("/", "__")}.txt`); // of packages that come without the text
  const text = readFileSync(file ? join(folder, file) : own, "utf8").trim();
  if (!text) throw new Error(`${name} ${version} comes without the text of its licence`);
  return `${name} ${version} (${license})\n\n${text}\n`;
}

rmSync(join(ROOT, OUT), { recursive: true, force: true });
mkdirSync(join(ROOT, OUT), { recursive: true });
const built = [await buildPages(), await buildWorkers(), await buildEmbed()];
const notices = bundledPackages(built.map(({ metafile }) => metafile)).map(notice);
const manifest = Object.assign({}, ...built.map(({ names }) => names));
writeFileSync(join(ROOT, OUT, "THIRD_PARTY_NOTICES.txt"), notices.join(`\n${"-".repeat(80)}\n\n`));
writeFileSync(join(ROOT, OUT, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
