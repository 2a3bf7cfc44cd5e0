import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import ts from 'typescript';

/**
 * Runs `body` in another thread, with a HealthTable (or a table of another class) named `table` over `shared`; it reports by `report(value)`.
 * Unit tests need no build and Node 20 runs no TypeScript, so the thread gets the sources without their types.
 */
export async function inAnotherThread(shared: SharedArrayBuffer, body: string, [name, file] = ['HealthTable', 'table']): Promise<unknown> {
  const errors = moduleUrl(plain('errors'));
  const table = moduleUrl(plain(file!).replace(/(['"])\.\/errors\.ts\1/, JSON.stringify(errors)));
  const source = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { ${name} } from ${JSON.stringify(table)};
    const table = new ${name}(workerData);
    const report = (value) => parentPort.postMessage(value);
    ${body}`;
  const worker = new Worker(new URL(moduleUrl(source)), { workerData: shared });
  const [value] = await once(worker, 'message');
  await worker.terminate();
  return value;
}

function plain(name: string): string {
  const source = readFileSync(new URL(`../src/${name}.ts`, import.meta.url), 'utf8');
  return ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 } }).outputText;
}

function moduleUrl(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
