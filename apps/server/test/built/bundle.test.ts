import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

let bundle: string;
beforeAll(() => {
  bundle = mkdtempSync(join(tmpdir(), 'dnsteer-bundle-'));
  const { status, stderr } = spawnSync(process.execPath, [at('../../scripts/bundle.mjs'), bundle], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
afterAll(() => rmSync(bundle, { recursive: true, force: true }));

test('the programs of threads lie in it; its stamp knows every package that it was built from', () => {
  expect(readdirSync(bundle)).toEqual(expect.arrayContaining(['cli.js', 'answer-worker.js', 'zone-builder-thread.js']));
  const stamp = JSON.parse(readFileSync(`${bundle}/stamp.json`, 'utf8')) as { file: string }[];
  for (const folder of ['.', '../../../packages/dnsteer/dist', '../../../packages/zone/dist'])
    expect(stamp.map(({ file }) => join(file))).toContain(join(folder, '.tsbuildinfo'));
  for (const { file } of stamp) expect(existsSync(join(at('../../dist'), file))).toBe(true);
});

test('the licences of what it contains lie beside it, with their texts', () => {
  const texts = readFileSync(`${bundle}/LICENSES.txt`, 'utf8').split('\n---\n');
  const names = texts.map((text) => text.trim().split(' ')[0]);
  expect(names).toEqual(expect.arrayContaining(['commander', 'dns-packet', 'maxmind', 'pino', 'undici', 'yaml', 'zod']));
  for (const text of texts) expect(text.trim().split('\n').length).toBeGreaterThan(5);
});

test('to serve loads no HTTP client, and the worker neither the parser of configurations nor that of zone files', () => {
  const contents = JSON.parse(readFileSync(`${bundle}/contents.json`, 'utf8')) as {
    fileName: string;
    imports: string[];
    modules: string[];
  }[];
  const reached = (fileName: string, seen = new Set<string>()): string[] => {
    const file = contents.find((one) => one.fileName === fileName);
    if (file === undefined || seen.has(fileName)) return [];
    seen.add(fileName);
    return [...file.modules, ...file.imports.flatMap((next) => reached(next, seen))];
  };
  const serving = reached(contents.find(({ modules }) => modules.includes('apps/server/dist/commands/serve.js'))!.fileName);
  expect(serving.filter((id) => id.includes('/undici/'))).toEqual([]);
  expect(serving.some((id) => id.includes('/yaml/'))).toBe(true);
  const worker = reached('answer-worker.js');
  expect(worker.filter((id) => /\/(yaml|zod|pino|commander|undici)\/|packages\/(signer|zone\/dist\/zone-file)/.test(id))).toEqual([]);
  expect(worker.some((id) => id.includes('packages/authority/'))).toBe(true);
});
