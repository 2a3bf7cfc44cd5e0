import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { program, stampOf, unbuilt } from '../../bin/program.js';

let directory: string;
let built: URL;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dnsteer-program-'));
  built = pathToFileURL(`${directory}/`);
  mkdirSync(join(directory, 'bundle'));
  for (const name of ['ours', 'theirs']) writeFileSync(join(directory, name), name);
  writeFileSync(join(directory, 'bundle', 'stamp.json'), JSON.stringify(stampOf(['ours', 'theirs'], built)));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const BUNDLED = './bundle/cli.js';
const COMPILED = './cli.js';
const taken = () => program(built).href;
const urlOf = (path: string) => new URL(path, built).href;

test('the bundle is run while nothing was compiled since, and where the compiler left no traces', () => {
  expect(taken()).toBe(urlOf(BUNDLED));
  rmSync(join(directory, 'ours'));
  expect(taken()).toBe(urlOf(BUNDLED));
});

test('a cache that brings back what was compiled, at another time, changes nothing', () => {
  utimesSync(join(directory, 'theirs'), 1, 1);
  expect(taken()).toBe(urlOf(BUNDLED));
});

test('what was compiled since is run, of any package; so it is where there is no whole bundle', () => {
  writeFileSync(join(directory, 'theirs'), 'other');
  utimesSync(join(directory, 'theirs'), 1, 1);
  expect(taken()).toBe(urlOf(COMPILED));
  rmSync(join(directory, 'bundle', 'stamp.json'));
  expect(taken()).toBe(urlOf(COMPILED));
});

test('without a build the command says what to do, in one line', () => {
  const run = () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(directory, 'bin', 'dnsteer.js'), '--help'], { encoding: 'utf8' });
    return [status, stdout, stderr];
  };
  cpSync(join(import.meta.dirname, '../../bin'), join(directory, 'bin'), { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  expect(run()).toEqual([1, '', 'a part of dnsteer is missing: install @dnsteer/server anew\n']);
  mkdirSync(join(directory, 'src'));
  writeFileSync(join(directory, 'src', 'cli.ts'), '');
  expect(run()).toEqual([1, '', expect.stringMatching(/^dnsteer is not built: run "pnpm build" in the repository.*\n$/)]);
});

test('what is built is no matter of words', () => {
  writeFileSync(join(directory, 'bundle', 'cli.js'), '');
  expect(unbuilt(built)).toBeUndefined();
});
