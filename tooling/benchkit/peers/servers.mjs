// How each server is started: one answering worker on the server's core, on a free port, in a folder of its own.
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstAnswer, freePort } from './probe.mjs';
import { findProgram, launch, removeFolder, runProgram } from './processes.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
export const CLI = join(root, 'apps', 'server', 'bin', 'dnsteer.js');

/**
 * A server that can be started: `{ name, program, start({ directory, zones, name }) }`. `zones` are `{ origin, file }`; `name` has an A record,
 * and is asked for until it is answered. A running one: `{ name, port, pid, directory, loadedMs, reload?(), stop() }`.
 */
function startable(label, program, describe) {
  const start = async ({ directory, zones, name, cpu }) => {
    const own = mkdtempSync(join(directory, 'server-'));
    const port = await freePort();
    const { command, cwd = own, reload, env } = await describe({ own, port, zones });
    const since = performance.now();
    const server = launch(command[0], command.slice(1), { cwd, cpu, env, log: join(own, 'log') });
    const stop = async () => {
      await server.stop();
      removeFolder(own);
    };
    try {
      const loadedMs = await firstAnswer({ port, name, server, since });
      return { name: label, port, pid: server.pid, directory: own, loadedMs, reload, stop };
    } catch (error) {
      await stop();
      throw new Error(`${label}: ${error.message}`);
    }
  };
  return { name: label, program, start };
}

function written(own, path, text) {
  const file = join(own, path);
  writeFileSync(file, text);
  return file;
}

const loaded = async (program, args) => {
  const { code, stdout, stderr } = await runProgram(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${stdout}${stderr}`);
};

/** Knot. `zoneLines` are added to every zone, `topLevel` before the zones; `reload` waits until the new version answers. */
export const knot = ({ label = 'knot', zoneLines = '', topLevel = '' } = {}) =>
  startable(label, 'knotd', ({ own, port, zones }) => {
    const file = written(
      own,
      'knot.conf',
      `server:
  listen: 127.0.0.1@${port}
  rundir: ${own}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: ${own}
${topLevel}
zone:
${zones.map(({ origin, file }) => `  - domain: ${origin}\n    file: ${file}\n    zonefile-sync: -1\n    journal-content: none\n${zoneLines}`).join('')}`,
    );
    const reload = () => loaded('knotc', ['-b', '-t', '120', '-c', file, 'zone-reload', zones[0].origin]);
    return { command: ['knotd', '-c', file], reload };
  });

export const nsd = () =>
  startable('nsd', 'nsd', ({ own, port, zones }) => {
    const file = written(
      own,
      'nsd.conf',
      `server:
  server-count: 1
  ip-address: 127.0.0.1@${port}
  username: ""
  zonesdir: "${own}"
  pidfile: "${own}/pid"
  database: ""
  xfrdfile: "${own}/xfrd"
  zonelistfile: "${own}/zones"
  rrl-ratelimit: 0
remote-control:
  control-enable: no
${zones.map(({ origin, file }) => `zone:\n  name: ${origin}\n  zonefile: ${file}\n`).join('')}`,
    );
    return { command: ['nsd', '-d', '-c', file] };
  });

export const named = () =>
  startable('named', 'named', ({ own, port, zones }) => {
    const file = written(
      own,
      'named.conf',
      `options {
  directory "${own}"; pid-file "${own}/pid"; session-keyfile none; managed-keys-directory "${own}";
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; notify no;
};
controls { };
${zones.map(({ origin, file }) => `zone "${origin}" { type primary; file "${file}"; };\n`).join('')}`,
    );
    return { command: ['named', '-f', '-c', file, '-n', '1'] };
  });

export const pdns = () =>
  startable('pdns', 'pdns_server', ({ own, port, zones }) => {
    const bind = written(
      own,
      'bind.conf',
      zones.map(({ origin, file }) => `zone "${origin}" { type master; file "${file}"; };\n`).join(''),
    );
    const lines = ['launch=bind', `bind-config=${bind}`, 'local-address=127.0.0.1', `local-port=${port}`, `socket-dir=${own}`];
    const alone = ['receiver-threads=1', 'distributor-threads=1', 'security-poll-suffix=', 'setuid=', 'setgid='];
    written(own, 'pdns.conf', `${[...lines, ...alone].join('\n')}\n`);
    return { command: ['pdns_server', `--config-dir=${own}`, '--daemon=no', '--guardian=no', '--disable-syslog'] };
  });

/** gdnsd. `files` are written beside its zones' folder; `plugins` is a section of its configuration. */
export const gdnsd = ({ label = 'gdnsd', plugins = '', files = {} } = {}) =>
  startable(label, 'gdnsd', ({ own, port, zones }) => {
    for (const folder of ['etc', 'etc/zones', 'etc/geoip', 'run', 'lib']) mkdirSync(join(own, folder));
    for (const { origin, file } of zones) copyFileSync(file, join(own, 'etc', 'zones', origin));
    for (const [path, from] of Object.entries(files)) copyFileSync(from, join(own, 'etc', path));
    const options = `listen => [ 127.0.0.1:${port} ], udp_threads => 1, tcp_threads => 1, run_dir => ${own}/run, state_dir => ${own}/lib`;
    written(own, 'etc/config', `options => { ${options} }\n${plugins}`);
    return { command: ['gdnsd', '-c', join(own, 'etc'), 'start'] };
  });

/** One command to our control socket, to its answer. */
function control(path, command) {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    socket.setEncoding('utf8').on('data', (more) => (text += more));
    socket.on('error', reject);
    socket.on('end', () => (JSON.parse(text).ok ? resolve() : reject(new Error(text))));
    socket.end(`${JSON.stringify({ command, arguments: {} })}\n`);
  });
}

/** Ours, from what is built. `server` is more of that section, `sections` more of the file, `zone` more of every zone: YAML in one line each. */
export const dnsteer = ({ label = 'dnsteer', server = '', sections = '', zone = '' } = {}) =>
  startable(label, 'node', ({ own, port, zones }) => {
    const file = written(
      own,
      'dnsteer.yaml',
      `server: { listen: ["127.0.0.1:${port}"], control: ${own}/c.sock${server && `, ${server}`} }
${sections}
zones:
${zones.map(({ origin, file }) => `  ${origin}: { file: ${file}${zone && `, ${zone}`} }\n`).join('')}`,
    );
    return { command: [process.execPath, CLI, 'serve', '-c', file], reload: () => control(join(own, 'c.sock'), 'reload') };
  });

/** A program of handlers/, which is told the port. */
export const handler = (label, script) =>
  startable(label, 'node', ({ port }) => ({
    command: [process.execPath, fileURLToPath(new URL(`handlers/${script}`, import.meta.url)), String(port)],
  }));

const firstLine = async (program, args, pattern) => {
  const { stdout, stderr } = await runProgram(program, args, { timeoutMs: 10_000 });
  return pattern.exec(stdout + stderr)?.[1];
};

/** What each program says of its version: [name, version] for those that are there. */
export async function versions() {
  const asked = [
    ['knotd', ['--version'], /version (\S+)/],
    ['nsd', ['-v'], /version (\S+)/],
    ['gdnsd', ['-h'], /version (\S+)/],
    ['named', ['-v'], /BIND (\S+)/],
    ['pdns_server', ['--version'], /Server (\S+)/],
    ['dnsperf', ['-h'], /Version (\S+)/],
    ['gcc', ['--version'], /^.* (\S+)\n/],
  ];
  const there = asked.filter(([program]) => findProgram(program) !== undefined);
  const found = await Promise.all(
    there.map(async ([program, args, pattern]) => [program, (await firstLine(program, args, pattern)) ?? '?']),
  );
  return [['node', process.version.slice(1)], ...found];
}
