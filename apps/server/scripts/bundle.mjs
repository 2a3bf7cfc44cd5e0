// Puts the built server and all that it imports into a few files, dist/bundle: to open hundreds of modules takes longer than anything else at a
// start. What is imported dynamically stays a file of its own. Not minified: stack traces name functions, and a comment above each part its module.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { stampOf } from '../bin/program.js';

const server = dirname(dirname(fileURLToPath(import.meta.url)));
const workspace = dirname(dirname(server));
// A test looks at one that is made elsewhere.
const into = process.argv[2] ?? join(server, 'dist', 'bundle');

/** A module that finds something by its own place finds it from the bundle as well. */
const places = {
  name: 'places',
  transform(code, id) {
    if (!code.includes('import.meta.url') || id.includes('node_modules') || id.startsWith('\0')) return undefined;
    let needsUrl = false;
    const placed = code.replaceAll(/new URL\('\.\/([\w-]+)\.js', import\.meta\.url\)|import\.meta\.url/g, (found, program, at) => {
      if (isText(code.slice(code.lastIndexOf('\n', at) + 1, at))) return found;
      if (program === undefined) {
        needsUrl = true;
        return 'OWN_URL';
      }
      // The program of a thread or a process: it lies in the bundle, beside whoever starts it.
      this.emitFile({ type: 'chunk', id: join(dirname(id), `${program}.js`), fileName: `${program}.js` });
      return found;
    });
    return needsUrl ? `${ownUrl(id)}${placed}` : undefined;
  },
};

/** Whether a line that begins so is a comment, or in the middle of a text: what people read stays as it is. */
function isText(before) {
  return /^\s*(\/?\*|\/\/)/.test(before) || ['`', "'", '"'].some((quote) => before.split(quote).length % 2 === 0);
}

/** @returns lines that make OWN_URL the URL that the module has when it is not in the bundle. */
function ownUrl(id) {
  const inServer = relative(join(server, 'dist'), id);
  if (!inServer.startsWith('..')) return `const OWN_URL = new URL('../${inServer}', import.meta.url).href;\n`;
  const folder = packageOf(id);
  const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `import { createRequire as requireFrom } from 'node:module';
import { pathToFileURL as urlOfPath } from 'node:url';
const OWN_URL = new URL('./${relative(join(folder, 'dist'), id)}', urlOfPath(requireFrom(import.meta.url).resolve('${name}'))).href;
`;
}

/** The folder of the package that a file is of. */
function packageOf(file) {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json')) || JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name === undefined)
    folder = dirname(folder);
  return folder;
}

/** The licences of what is in the bundle and not ours. */
function licences(files) {
  const folders = [...new Set(files.filter((file) => file.includes('node_modules')).map(packageOf))].sort();
  return folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
    return [`${name} ${version} (${license})`, ...texts.map((text) => readFileSync(join(folder, text), 'utf8').trim())].join('\n\n');
  });
}

rmSync(into, { recursive: true, force: true });
const { output } = await build({
  input: { cli: join(server, 'dist', 'cli.js') },
  cwd: workspace,
  platform: 'node',
  plugins: [places],
  logLevel: 'warn',
  output: { dir: into, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', keepNames: true },
});
const files = output.flatMap(({ moduleIds = [] }) => moduleIds).filter((id) => existsSync(id));
writeFileSync(join(into, 'LICENSES.txt'), `${licences(files).join('\n\n---\n\n')}\n`);
// For people who wonder, and for a test: which module lies where, and what a file imports at once.
const contents = output
  .filter(({ type }) => type === 'chunk')
  .map(({ fileName, imports, moduleIds }) => ({ fileName, imports, modules: moduleIds.map((id) => relative(workspace, id)) }));
writeFileSync(join(into, 'contents.json'), JSON.stringify(contents, undefined, 1));
const built = [...new Set(files.map(packageOf))].map((folder) => join(folder, 'dist', '.tsbuildinfo')).filter((file) => existsSync(file));
// Last: without it nobody takes the bundle for whole.
writeFileSync(join(into, 'stamp.json'), JSON.stringify(stampOf(built.map((file) => relative(join(server, 'dist'), file)))));
console.log(`${basename(server)}: ${files.length} modules in ${output.length} files`);
