import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { answers, freePort } from './net.ts';
import { run, type Started, start } from './process.ts';

/** A server that answers on 127.0.0.1, UDP and TCP. */
export interface Server extends Started {
  readonly address: '127.0.0.1';
  readonly port: number;
  /** Its own folder under the system's temporary folder; gone after stop(). */
  readonly directory: string;
}

export interface ServedZone {
  /** 'example.com', with or without the final dot. */
  readonly origin: string;
  /** Absolute path of a zone file ... */
  readonly file?: string;
  /** ... or its text. */
  readonly text?: string;
  /** More lines for this zone in the server's own language. */
  readonly config?: string;
}

export interface ServerOptions {
  readonly zones: readonly ServedZone[];
  /** More lines for BIND's `options { }`, or for the `server:` section of Knot or NSD (indent by two spaces). */
  readonly config?: string;
  /** How long it may take until it answers for every zone; 20,000. */
  readonly readyWithinMs?: number;
  /** More top-level lines (keys, templates, ACLs). */
  readonly topLevel?: string;
}

interface Zone {
  origin: string;
  file: string;
  config: string;
}

interface Peer {
  /** Files beside the configuration file. */
  prepare?(at: { directory: string; zones: readonly Zone[] }): Promise<void>;
  /** Returns the text of the configuration file. */
  configure(at: { directory: string; port: number; zones: readonly Zone[]; options: ServerOptions }): string;
  command(configFile: string): readonly [program: string, ...args: string[]];
}

const named: Peer = {
  configure: ({ directory, port, zones, options }) => `options {
  directory "${directory}"; pid-file "${directory}/pid"; session-keyfile none; managed-keys-directory "${directory}";
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; notify no;
  ${options.config?.includes('minimal-responses') ? '' : 'minimal-responses no;'}
  check-names primary ignore; check-integrity no;
  ${options.config ?? ''}
};
controls { };
${options.topLevel ?? ''}
${zones.map((zone) => `zone "${zone.origin}" { type primary; file "${zone.file}"; ${zone.config} };`).join('\n')}
`,
  command: (file) => ['named', '-g', '-n', '1', '-c', file],
};

const knot: Peer = {
  configure: ({ directory, port, zones, options }) => `server:
  listen: 127.0.0.1@${port}
  rundir: ${directory}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
${options.config ?? ''}
log:
  - target: stderr
    any: info
database:
  storage: ${directory}
${options.topLevel ?? ''}
zone:
${zones.map((zone) => `  - domain: ${zone.origin}\n    file: ${zone.file}\n    zonefile-sync: -1\n${zone.config}`).join('\n')}
`,
  command: (file) => ['knotd', '-c', file],
};

const nsd: Peer = {
  configure: ({ directory, port, zones, options }) => `server:
  server-count: 1
  ip-address: 127.0.0.1@${port}
  username: ""
  zonesdir: "${directory}"
  pidfile: "${directory}/pid"
  database: ""
  xfrdfile: "${directory}/xfrd"
  zonelistfile: "${directory}/zones"
  rrl-ratelimit: 0
${options.config ?? ''}
remote-control:
  control-enable: no
${options.topLevel ?? ''}
${zones.map((zone) => `zone:\n  name: ${zone.origin}\n  zonefile: ${zone.file}\n${zone.config}`).join('\n')}
`,
  command: (file) => ['nsd', '-d', '-c', file],
};

const powerDns: Peer = {
  prepare: async ({ directory, zones }) => {
    const lines = zones.map(({ origin, file }) => `zone "${origin}" { type master; file "${file}"; };\n`);
    await writeFile(join(directory, 'bind.conf'), lines.join(''));
    const only = `launch=bind\nbind-config=${directory}/bind.conf\nbind-dnssec-db=${directory}/dnssec.db\n`;
    await writeFile(join(directory, 'pdns.conf'), only);
    const pdnsutil = (...args: string[]) => run('pdnsutil', [`--config-dir=${directory}`, ...args]);
    await pdnsutil('create-bind-db', join(directory, 'dnssec.db'));
    // It serves signatures and proofs from the file for zones that it is told about.
    for (const { origin, file } of zones) {
      const text = await readFile(file, 'utf8');
      if (!/\sRRSIG\s/.test(text)) continue;
      await pdnsutil('set-presigned', origin);
      // The flags are those that it puts into every NSEC3 record (opt-out), not those of NSEC3PARAM.
      const flags = /\sNSEC3\s+1 1 /.test(text) ? 1 : 0;
      const nsec3 = /\sNSEC3PARAM\s+1 \d+ (\d+ \S+)\s/.exec(text)?.[1];
      if (nsec3 !== undefined) await pdnsutil('set-nsec3', origin, `1 ${flags} ${nsec3}`);
    }
  },
  configure: ({ directory, port, options }) => `launch=bind
bind-config=${directory}/bind.conf
bind-dnssec-db=${directory}/dnssec.db
local-address=127.0.0.1
local-port=${port}
socket-dir=${directory}
receiver-threads=1
distributor-threads=1
version-string=anonymous
security-poll-suffix=
setuid=
setgid=
${options.config ?? ''}
`,
  command: (file) => ['pdns_server', `--config-dir=${dirname(file)}`, '--daemon=no', '--guardian=no', '--disable-syslog'],
};

/** A temporary folder that lasts until `started` has stopped. */
export async function inOwnFolder<T extends Started>(started: (directory: string) => Promise<T>): Promise<T & { directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'dnsteer-test-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const child = await started(directory);
    return {
      ...child,
      directory,
      stop: async (...args) => {
        const exit = await child.stop(...args);
        await remove();
        return exit;
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function startPeer(peer: Peer, options: ServerOptions): Promise<Server> {
  return inOwnFolder(async (directory) => {
    const port = await freePort();
    const zones: Zone[] = [];
    for (const [i, zone] of options.zones.entries()) {
      const file = zone.file ?? join(directory, `${i}.zone`);
      if (zone.file === undefined) await writeFile(file, zone.text ?? '');
      zones.push({ origin: zone.origin.replace(/(?<=.)\.$/, ''), file, config: zone.config ?? '' });
    }
    const configFile = join(directory, peer === powerDns ? 'pdns.conf' : 'server.conf');
    await peer.prepare?.({ directory, zones });
    await writeFile(configFile, peer.configure({ directory, port, zones, options }));
    const [program, ...args] = peer.command(configFile);
    const started = await start(program, args, {
      cwd: directory,
      ...(options.readyWithinMs === undefined ? {} : { readyWithinMs: options.readyWithinMs }),
      ready: async () => {
        if (zones.length === 0) return answers(port);
        for (const zone of zones) if (!(await answers(port, zone.origin))) return false;
        return true;
      },
    });
    return { ...started, address: '127.0.0.1' as const, port, directory };
  });
}

/** BIND. Ready when it answers for every zone; throws with its log when one of them does not load. */
export function startNamed(options: ServerOptions): Promise<Server> {
  return startPeer(named, options);
}

/** Knot DNS. As startNamed. `zone.config: '    dnssec-signing: on'` makes it sign. */
export function startKnot(options: ServerOptions): Promise<Server> {
  return startPeer(knot, options);
}

/** NSD. As startNamed. */
export function startNsd(options: ServerOptions): Promise<Server> {
  return startPeer(nsd, options);
}

/** PowerDNS with its bind backend; zones with RRSIG records are served as signed. As startNamed, but it reads RDATA only when asked; `config` is lines of pdns.conf. */
export function startPowerDns(options: ServerOptions): Promise<Server> {
  return startPeer(powerDns, options);
}

export interface GdnsdOptions {
  /** Zone files by zone name without the final dot. */
  readonly zones: Readonly<Record<string, string>>;
  /** The section `plugins => { ... }`, and `service_types` where there are any. */
  readonly config: string;
  /** Files of its state folder, by path. */
  readonly state?: Readonly<Record<string, string>>;
}

/** gdnsd. Ready when it answers for every zone. */
export function startGdnsd({ zones, config, state = {} }: GdnsdOptions): Promise<Server> {
  return inOwnFolder(async (directory) => {
    const port = await freePort();
    const etc = join(directory, 'etc');
    for (const folder of ['etc/zones', 'etc/geoip', 'run', 'lib/extfile']) await mkdir(join(directory, folder), { recursive: true });
    const options = `listen => [ 127.0.0.1:${port} ], udp_threads => 1, tcp_threads => 1, run_dir => ${directory}/run, state_dir => ${directory}/lib`;
    await writeFile(join(etc, 'config'), `options => { ${options} }\n${config}`);
    for (const [name, text] of Object.entries(zones)) await writeFile(join(etc, 'zones', name), text);
    for (const [path, text] of Object.entries(state)) await writeFile(join(directory, 'lib', path), text);
    const started = await start('gdnsd', ['-c', etc, 'start'], {
      cwd: directory,
      ready: async () => {
        for (const zone of Object.keys(zones)) if (!(await answers(port, zone))) return false;
        return true;
      },
    });
    return { ...started, address: '127.0.0.1' as const, port, directory };
  });
}
