import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extendedErrors, lines } from '../fixtures.ts';
import { ask, eventually, type Program, path, startProgram } from './program.ts';

describe.each(['import', 'require'])('a server in JavaScript, by %s, tells mistakes and goes on', (door) => {
  const found = {} as { program: Program };
  beforeAll(async () => {
    found.program = await startProgram(`packages/dnsteer/test/built/mistakes.${door === 'import' ? 'mjs' : 'cjs'}`);
  });
  afterAll(async () => {
    expect(await found.program.stop()).toBe('SIGTERM');
  });
  const query = (name: string) => ask(found.program.addresses[0]!, name, 'A');
  const logged = (line: string) =>
    eventually(
      () => found.program.stderr().split('\n'),
      (log) => log.includes(line),
    );

  test.each([
    ['slip.test', 'ERR_ROUTER_ANSWERS_ON_REQUEST', 'answers belong to the response: res.answers.push(...), not req.answers'],
    ['throws.test', 'ERR_HANDLER', 'the handler threw: boom'],
    ['rejects.test', 'ERR_HANDLER', 'the handler threw: boom'],
    ['silent.test', 'ERR_ROUTER_TIMEOUT', 'no answer within 300 ms'],
    ['unsent.test', 'ERR_ROUTER_NOT_SENT', 'the handler ended without res.send()'],
  ])('%s: SERVFAIL, an Extended DNS Error, a line on stderr', async (name, code, message) => {
    const reply = await query(name);
    expect([reply.rcode, reply.answers]).toEqual(['SERVFAIL', []]);
    expect(extendedErrors(reply)).toEqual([{ infoCode: 0, extraText: code }]);
    await logged(`dnsteer: ${code}: ${name}. A: ${message}`);
    expect((await query('fine.test')).rcode).toBe('NOERROR');
  });

  test('record.test: SERVFAIL, and the line says what was found', async () => {
    expect((await query('record.test')).rcode).toBe('SERVFAIL');
    await eventually(found.program.stderr, (log) => /ERR_ROUTER_RECORD: record\.test\. A: data of a A record: .*nowhere/.test(log));
  });

  test.each([
    ['twice.test', 'ERR_ROUTER_SENT_TWICE', 'the handler called res.send() a second time; the first answer stands'],
    ['late.test', 'ERR_HANDLER', 'the handler threw after res.send(): boom'],
  ])('%s: the first answer stands, and a line on stderr', async (name, code, message) => {
    expect(lines((await query(name)).answers)).toEqual([`${name} 30 A 192.0.2.10`]);
    await logged(`dnsteer: ${code}: ${name}. A: ${message}`);
    expect((await query('fine.test')).rcode).toBe('NOERROR');
  });
});

test('what is thrown in a callback of its own ends the process, as ever in Node; the README says so', async () => {
  const program = await startProgram('packages/dnsteer/test/built/mistakes.mjs');
  const asked = ask(program.addresses[0]!, 'callback.test', 'A').catch(() => undefined);
  await eventually(program.stderr, (text) => /throw new Error\('boom in a callback'\)[\s\S]*\nNode\.js v/.test(text));
  expect(await program.stop()).toBe(1);
  await asked;
  const [, limits] = /\n## Limits\n([\s\S]*?)\n## /.exec(readFileSync(path('packages/dnsteer/README.md'), 'utf8'))!;
  expect(limits).toMatch(/throws later.*callback[\s\S]*ends the process/);
});

describe('in TypeScript', () => {
  const file = path('packages/dnsteer/test/built/a-program.ts');

  /** Error codes of the compiler for a handler with this body. */
  function errors(body: string): number[] {
    const text = `import { createServer } from 'dnsteer';\ncreateServer((req, res) => {\n${body}\nres.send();\n});\n`;
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: ['node'],
    };
    const host = ts.createCompilerHost(options);
    const { fileExists, getSourceFile, readFile } = host;
    host.fileExists = (name) => name === file || fileExists(name);
    host.readFile = (name) => (name === file ? text : readFile(name));
    host.getSourceFile = (name, ...more) => (name === file ? ts.createSourceFile(name, text, more[0]) : getSourceFile(name, ...more));
    return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)).map(({ code }) => code);
  }

  const RECORD = "{ name: req.name, type: 'A', ttl: 30, data: { address: '192.0.2.1' } }";

  test('res.answers.push compiles, without a class', () => {
    expect(errors(`res.answers.push(${RECORD});`)).toEqual([]);
  });

  test('req.answers.push is an error: TS2339, there is no such property', () => {
    expect(errors(`req.answers.push(${RECORD});`)).toEqual([2339]);
  });
});
