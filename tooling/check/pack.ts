import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import ts from 'typescript';
import { closure, type Package, type Workspace } from './workspace.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const attw = join(repository, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly output: string;
}

function execute(program: string, args: readonly string[], cwd: string, timeoutMs = 120_000): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { ...process.env, FORCE_COLOR: '0', NODE_OPTIONS: '' };
    execFile(program, args, { cwd, env, timeout: timeoutMs, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const status = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ status, stdout, output: `${stdout}${stderr}${error?.killed ? `\nended after ${timeoutMs / 1000} s` : ''}`.trim() });
    });
  });
}

/** A folder under the system's temporary folder, and its end. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'dnsteer-pack-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Packs every package of the workspace into `destination`, as `pnpm publish` would: workspace versions become real ones. */
export async function packAll(workspace: Workspace, destination: string): Promise<void> {
  const { packageManager } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const filters = ['--filter', './packages/*', '--filter', './apps/*'];
  const packed = await execute('npx', ['-y', packageManager, '-r', ...filters, 'pack', '--pack-destination', destination], workspace.root);
  if (packed.status !== 0) throw new Error(`pnpm pack failed\n${packed.output}`);
}

/** Where packAll() put the tarball of `one`. */
export function tarballOf(one: Package, destination: string): string {
  return join(destination, `${one.manifest.name.replace('@', '').replace('/', '-')}-${one.manifest.version}.tgz`);
}

/** publint and attw (`--profile esm-only`) on the tarball, and no build state or tests in it. */
export async function checkTarball(one: Package, destination: string): Promise<string[]> {
  const tarball = tarballOf(one, destination);
  const bytes = readFileSync(tarball);
  const linted = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) },
  });
  const problems = linted.messages
    .filter((message) => message.type !== 'suggestion')
    .map((message) => `publint: ${formatMessage(message, linted.pkg, { color: false }) ?? message.code}`);

  const listed = await execute('tar', ['-tzf', tarball], destination);
  for (const path of listed.stdout.split('\n')) {
    if (/\.tsbuildinfo$|\.test\.|^package\/(src|test|bench)\//.test(path))
      problems.push(`the tarball contains ${path.replace('package/', '')}`);
  }
  for (const needed of ['README.md', 'LICENSE']) {
    if (!listed.stdout.includes(`package/${needed}\n`)) problems.push(`the tarball lacks ${needed}`);
  }

  if (one.manifest.exports) {
    const types = await execute(process.execPath, [attw, tarball, '--profile', 'esm-only', '--no-emoji', '--no-color'], destination);
    if (types.status !== 0) problems.push(`attw: ${types.output}`);
  }
  return problems;
}

/** An empty folder into which npm has installed the tarballs of `one` and of the siblings that it declares. */
export async function installAlone(workspace: Workspace, one: Package, destination: string, folder: string): Promise<string[]> {
  const dependencies = Object.fromEntries(
    closure(workspace, one).map((each) => [each.manifest.name, `file:${tarballOf(each, destination)}`]),
  );
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
  const installed = await execute(
    'npm',
    ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'],
    folder,
  );
  if (installed.status !== 0) return [`npm install: ${installed.output}`];
  const ours = readdirSync(join(folder, 'node_modules')).flatMap((name) =>
    name === '@dnsteer'
      ? readdirSync(join(folder, 'node_modules', name)).map((each) => `@dnsteer/${each}`)
      : name === 'dnsteer'
        ? [name]
        : [],
  );
  return ours.filter((name) => !(name in dependencies)).map((name) => `npm installed ${name}, which is not a declared dependency`);
}

/** Every entry of `exports` loads by `import` and by `require` (Node >= 20.19), and exports something. */
export async function checkEntries(one: Package, folder: string): Promise<string[]> {
  const entries = Object.keys(one.manifest.exports ?? {}).filter((entry) => !/\.json$|\*/.test(entry));
  const specifiers = JSON.stringify(entries.map((entry) => one.manifest.name + entry.slice(1)));
  const programs = {
    'import.js': `for (const s of ${specifiers}) if (Object.keys(await import(s)).length === 0) throw new Error(s + ' exports nothing');`,
    'require.cjs': `for (const s of ${specifiers}) if (Object.keys(require(s)).length === 0) throw new Error(s + ' exports nothing');`,
  };
  const problems: string[] = [];
  for (const [file, program] of Object.entries(programs)) {
    writeFileSync(join(folder, file), program);
    const ran = await execute(process.execPath, [file], folder, 30_000);
    if (ran.status !== 0) problems.push(`${file.split('.')[0]} fails:\n${ran.output}`);
  }
  return problems;
}

const libraries = new Map<string, ts.SourceFile | undefined>();

/** Parses TypeScript's and Node's own declarations once for all quick starts. */
function hostFor(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, languageVersion, ...rest) => {
    if (!name.startsWith(repository)) return read(name, languageVersion, ...rest);
    if (!libraries.has(name)) libraries.set(name, read(name, languageVersion, ...rest));
    return libraries.get(name);
  };
  return host;
}

/** The quick start compiles against the installed types, runs, prints something and ends by itself within 30 s. */
export async function runQuickStart(program: string, folder: string): Promise<string[]> {
  const file = join(folder, 'quickstart.ts');
  writeFileSync(file, program);
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    strict: true,
    outDir: folder,
    typeRoots: [join(repository, 'node_modules', '@types')],
    types: ['node'],
  };
  const compiled = ts.createProgram([file], options, hostFor(options));
  const problems: string[] = [];
  for (const source of compiled.getSourceFiles()) {
    // Other people's declarations are not ours to judge; ours must hold without what the workspace happens to have installed.
    if (source.fileName !== file && !/node_modules\/(@dnsteer\/|dnsteer\/)/.test(source.fileName)) continue;
    for (const found of [...compiled.getSyntacticDiagnostics(source), ...compiled.getSemanticDiagnostics(source)]) {
      const line = source.getLineAndCharacterOfPosition(found.start ?? 0).line + 1;
      problems.push(`${source.fileName.slice(folder.length + 1)}:${line}: ${ts.flattenDiagnosticMessageText(found.messageText, '\n')}`);
    }
  }
  compiled.emit();
  const ran = await execute(process.execPath, ['quickstart.js'], folder, 30_000);
  if (ran.status !== 0) problems.push(`the quick start fails:\n${ran.output}`);
  else if (ran.stdout.trim() === '') problems.push('the quick start prints nothing');
  return problems;
}
