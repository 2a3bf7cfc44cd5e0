// Cases about a zone of a million names, memory, and starting.
import { copyFileSync, cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compileLoad, dnsperf, startAsking } from './load.mjs';
import { firstAnswer, freePort } from './probe.mjs';
import { pssMiB } from './proc.mjs';
import { launch, removeFolder, temporaryFolder } from './processes.mjs';
import { alone, atMost, figureOf, ratioOf, rowsOf } from './run.mjs';
import * as servers from './servers.mjs';
import * as zones from './zones.mjs';

/** What is there when nothing happens any more: builders are gone. */
const SETTLE_MS = 1000;
const RELOAD_RATE = 5000;
const batch = (more = {}) => servers.dnsteer({ server: 'udpDriver: batch', ...more });
const peers = () => [servers.knot(), servers.nsd(), servers.named(), servers.pdns(), servers.gdnsd()];

const entriesOf = (list, context, file) =>
  list.map((server) => ({ server, zones: [{ origin: zones.ORIGIN, file }], name: `h${context.names - 1}.${zones.ORIGIN}` }));

export const SIZE_CASES = [
  {
    id: 'million',
    title: (context) => `${context.names.toLocaleString('en')} names: load and memory`,
    key: 'seconds',
    unit: 's to the first answer',
    base: 'knot',
    needs: [],
    async run(context) {
      const entries = entriesOf([batch(), ...peers()], context, zones.zoneOf(context.directory, context.names));
      const samples = await alone(context, entries, async (server) => {
        await sleep(SETTLE_MS);
        return { seconds: server.loadedMs / 1000, pssMiB: pssMiB(server.pid) };
      });
      const columns = [
        ['seconds', 's to the first answer', 2],
        ['ratio', 'x Knot', 2],
        ['pssMiB', 'memory MiB (PSS)', 0],
      ];
      const goals = [
        atMost('seconds by Knot', 0.7, 'x', ratioOf(samples, 'dnsteer', 'knot', 'seconds'), { server: 'dnsteer', base: 'knot' }),
        atMost('memory by Knot', 0.5, 'x', ratioOf(samples, 'dnsteer', 'knot', 'pssMiB')),
      ];
      return { rows: rowsOf(samples, { base: 'knot', key: 'seconds' }), columns, goals };
    },
  },
  {
    id: 'reload',
    title: (context) => `Reload of ${context.names.toLocaleString('en')} names under ${RELOAD_RATE} queries/s`,
    key: 'p99Us',
    unit: 'us, 99th percentile of latency during the reload',
    base: 'knot',
    needs: ['gcc', 'knotc'],
    run: runReload,
  },
  {
    id: 'worker-memory',
    title: (context) => `${context.names.toLocaleString('en')} names: memory of a further worker`,
    key: 'pssMiB',
    unit: 'MiB of memory (PSS)',
    base: 'one worker',
    needs: ['dnsperf'],
    async run(context) {
      const list = [1, 2].map((workers) =>
        batch({ label: workers === 1 ? 'one worker' : 'two workers', server: `udpDriver: batch, workers: ${workers}` }),
      );
      const entries = entriesOf(list, context, zones.zoneOf(context.directory, context.names));
      const queries = zones.queriesFor(context.directory, context.names);
      const samples = await alone(context, entries, async (server) => {
        await dnsperf(server, { queries, clients: 64, seconds: context.seconds });
        await sleep(SETTLE_MS);
        return { pssMiB: pssMiB(server.pid) };
      });
      const [one, two] = [figureOf(samples, 'one worker', 'pssMiB'), figureOf(samples, 'two workers', 'pssMiB')];
      const goals = [atMost('a further worker', 25, 'MiB', one === undefined || two === undefined ? undefined : two - one)];
      return { rows: rowsOf(samples, { base: 'one worker', key: 'pssMiB' }), columns: [['pssMiB', 'memory MiB (PSS)', 1]], goals };
    },
  },
  {
    id: 'demo',
    title: 'Start of the demo to the first answer, built, on both cores',
    key: 'seconds',
    unit: 's to the first answer',
    base: 'dnsteer demo',
    needs: [],
    async run(context) {
      const server = demo();
      // It makes its keys at the very first start.
      await (await server.start()).stop();
      const samples = await alone(context, [{ server }], async ({ loadedMs }) => ({ seconds: loadedMs / 1000 }));
      const goals = [atMost('seconds', 0.5, 's', figureOf(samples, 'dnsteer demo', 'seconds'), { server: 'dnsteer demo' })];
      const columns = [
        ['seconds', 's to the first answer', 3],
        ['low', 'least', 3],
        ['high', 'most', 3],
      ];
      return { rows: rowsOf(samples, { base: 'dnsteer demo', key: 'seconds' }), columns, goals };
    },
  },
];

/** New versions are swapped in by rename, as editors and generators do; a reload is over when the server says so. */
async function runReload(context) {
  const program = await compileLoad(context.directory);
  const queries = zones.binaryQueries(context.directory, context.names, { aliases: true });
  const versions = [1, 2].map((version) => zones.versionOf(context.directory, context.names, version));
  const current = join(context.directory, 'current.zone');
  const swapIn = (version) => {
    copyFileSync(version, `${current}.new`);
    renameSync(`${current}.new`, current);
  };
  swapIn(versions[0]);
  const entries = entriesOf([batch(), servers.knot()], context, current);
  const samples = await alone(context, entries, async (server) => {
    await sleep(SETTLE_MS);
    const load = startAsking(server, { program, queries, seconds: 120, connections: 8, rate: RELOAD_RATE });
    let peakMiB = 0;
    const watch = setInterval(() => (peakMiB = Math.max(peakMiB, pssMiB(server.pid))), 100);
    try {
      swapIn(versions[1]);
      const before = performance.now();
      await server.reload();
      const reloadSeconds = (performance.now() - before) / 1000;
      await sleep(SETTLE_MS / 2);
      load.interrupt();
      const { p50Us, p99Us, maxUs, lost, mixed, backwards, ttls } = await load.finished;
      const news = ttls.find(([ttl]) => ttl === 302)?.[1] ?? 0;
      if (news === 0) throw new Error('no answer of the new version came');
      return { p50Us, p99Us, maxUs, lost, mixed, backwards, reloadSeconds, peakMiB };
    } finally {
      clearInterval(watch);
      load.interrupt();
      await load.finished.catch(() => {});
      swapIn(versions[0]);
    }
  });
  const columns = [
    ['p50Us', 'median us', 0],
    ['p99Us', '99 % us', 0],
    ['maxUs', 'longest us', 0],
    ['lost', 'lost', 0],
    ['mixed', 'mixed versions', 0],
    ['backwards', 'old after new', 0],
    ['reloadSeconds', 'reload s', 2],
    ['peakMiB', 'peak memory MiB (PSS)', 0],
  ];
  const ours = (key) => samples.get('dnsteer') && Math.max(...samples.get('dnsteer').map((sample) => sample[key]));
  const goals = [
    atMost('lost queries', 0, '', ours('lost')),
    atMost('answers of mixed versions', 0, '', ours('mixed')),
    atMost('99th percentile by Knot', 1, 'x', ratioOf(samples, 'dnsteer', 'knot', 'p99Us'), { server: 'dnsteer', base: 'knot' }),
    atMost('peak memory by Knot', 1, 'x', ratioOf(samples, 'dnsteer', 'knot', 'peakMiB')),
  ];
  return { rows: rowsOf(samples, { base: 'knot', key: 'p99Us' }), columns, goals, note: 'Lost and mixed: the worst round.' };
}

/** The demo from a folder of its own, on a free port, with keys that are there already: a start, not the first one. */
function demo() {
  const directory = fileURLToPath(new URL('../../../apps/server/demo', import.meta.url));
  const own = temporaryFolder();
  cpSync(directory, own, { recursive: true });
  const config = join(own, 'dnsteer.yaml');
  const text = readFileSync(config, 'utf8');
  const start = async () => {
    const port = await freePort();
    writeFileSync(config, text.replace('127.0.0.1:5300', `127.0.0.1:${port}`));
    const since = performance.now();
    const args = [servers.CLI, 'demo', '--config', config];
    const server = launch(process.execPath, args, { cpu: '0,1', cwd: own, log: join(own, 'log') });
    try {
      const loadedMs = await firstAnswer({ port, name: 'www.example.com', server, since, withinMs: 20_000 });
      return { name: 'dnsteer demo', port, pid: server.pid, loadedMs, stop: server.stop };
    } catch (error) {
      await server.stop();
      removeFolder(own);
      throw error;
    }
  };
  return { name: 'dnsteer demo', program: 'node', start };
}
