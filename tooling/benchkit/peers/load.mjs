// Who asks: dnsperf where it can, load.c for latencies, one query at a time, and what the answers say.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuOf } from './proc.mjs';
import { runProgram } from './processes.mjs';

/**
 * Runs dnsperf against a running server. `queries`: a file; `binary`, `tcp`, `dnssecOk`, `clients`, `outstanding` as dnsperf has them.
 *
 * @returns `{ cpu, user, sys }` in microseconds per answered query, `queriesPerSecond`, `lost`, `latencyUs` (mean).
 */
export async function dnsperf(server, { queries, seconds, binary, tcp, dnssecOk, clients = tcp ? 20 : 8, outstanding = 200 }) {
  const args = ['-s', '127.0.0.1', '-p', String(server.port), '-d', queries, '-l', String(seconds), '-T', '1'];
  args.push('-c', String(clients), '-q', String(outstanding));
  if (tcp) args.push('-m', 'tcp');
  if (dnssecOk) args.push('-e', '-D');
  if (binary) args.push('-B');
  return perQuery(server, async () => {
    const { stdout, stderr } = await runProgram('dnsperf', args);
    const answered = Number(/Queries completed:\s+(\d+)/.exec(stdout)?.[1] ?? 0);
    if (answered === 0) throw new Error(`${server.name} answered nothing\n${stdout}${stderr}`);
    const queriesPerSecond = Number(/Queries per second:\s+([\d.]+)/.exec(stdout)?.[1]);
    const latencyUs = Number(/Average Latency \(s\):\s+([\d.]+)/.exec(stdout)?.[1]) * 1e6;
    const rcodes = /Response codes:\s+(.*)/.exec(stdout)?.[1] ?? '';
    return { answered, queriesPerSecond, latencyUs, lost: Number(/Queries lost:\s+(\d+)/.exec(stdout)?.[1] ?? 0), rcodes };
  });
}

async function perQuery(server, load) {
  const before = cpuOf(server.pid);
  const figures = await load();
  const after = cpuOf(server.pid);
  const microseconds = 1e6 / figures.answered;
  const user = (after.user - before.user) * microseconds;
  const sys = (after.sys - before.sys) * microseconds;
  return { ...figures, cpu: user + sys, user, sys };
}

/** Compiles load.c into `directory`; the path of the program. */
export async function compileLoad(directory) {
  const program = join(directory, 'load');
  const source = fileURLToPath(new URL('load.c', import.meta.url));
  const { code, stderr } = await runProgram('gcc', ['-O2', '-Wall', '-o', program, source]);
  if (code !== 0) throw new Error(`gcc ${source}: ${stderr}`);
  return program;
}

/**
 * Runs load.c: `connections` with one query outstanding each, or `rate` queries a second at fixed times over UDP.
 *
 * @returns what perQuery() and load.c tell: `sent`, `answered`, `lost`, `p50Us`, `p99Us`, `maxUs`, `mixed`, `backwards`, `ttls`.
 */
export function asked(server, options) {
  return perQuery(server, () => startAsking(server, options).finished);
}

/** The same load in the background, without CPU figures: `{ finished, interrupt() }`. */
export function startAsking(server, { program, queries, seconds, connections = 1, tcp = false, rate = 0 }) {
  const args = [tcp ? 'tcp' : 'udp', String(server.port), queries, String(connections), String(seconds), String(rate)];
  const { finished, interrupt } = runProgram(program, args, { background: true });
  const parsed = finished.then(({ code, stdout, stderr }) => {
    if (code !== 0) throw new Error(`load.c against ${server.name}: ${stderr}`);
    return JSON.parse(stdout);
  });
  return { finished: parsed, interrupt };
}
