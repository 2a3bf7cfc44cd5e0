import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, onTestFinished, test } from 'vitest';
import { answers, dig, freePort, needing, recordLines, start } from '../testkit/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

needing(['dig'], "the workspace's README", () => {
  test('its createServer example answers, and refuses what is not its own', async () => {
    const program = /^```ts\n([\s\S]*?)^```/m.exec(readFileSync(join(root, 'README.md'), 'utf8'))![1]!;
    const port = await freePort();
    // Under examples/, whose dependencies are ours.
    const cache = join(root, 'examples', 'node_modules', '.cache');
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, 'readme-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'server.mjs');
    writeFileSync(
      file,
      ts.transpileModule(program.replaceAll('5300', String(port)), {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
      }).outputText,
    );

    const server = await start(process.execPath, [file], { ready: () => answers(port) });
    onTestFinished(async () => void (await server.stop()));
    expect(server.output()).toContain(`dig @127.0.0.1 -p ${port} example.com A`);
    const reply = await dig({ port }, 'example.com', 'A');
    expect(recordLines(reply.answer, { ttl: true })).toEqual(['example.com. 30 A 192.0.2.10']);
    expect((await dig({ port }, 'www.example.com', 'A')).rcode).toBe('REFUSED');
  });
});
