import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalRdata, parseName, parseRdata, typeCode } from '@dnsteer/wire';
import { run, start } from '../../../../tooling/testkit/index.ts';
import type { ZoneBuilder } from '../../src/index.ts';

export interface ZoneText {
  /** 'z1.test', without the final dot. */
  origin: string;
  text: string | Uint8Array;
}

/** What a name server makes of a zone file. */
export interface Reading {
  /** Sorted; `undefined` when the file is refused. */
  records: string[] | undefined;
  log: string;
}

/** Zone files in a folder of their own: the path of the file of `origin` is `${directory}/${origin}.zone`. */
export async function inZoneFolder<T>(zones: readonly ZoneText[], read: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'dnsteer-zones-'));
  try {
    await Promise.all(zones.map(({ origin, text }) => writeFile(join(directory, `${origin}.zone`), text)));
    return await read(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** BIND's reading, by origin. What its checks say of hosts and glue is no matter of the reader. */
export async function readByBind(zones: readonly ZoneText[], directory: string): Promise<Map<string, Reading>> {
  const options = ['-i', 'none', ...['-k', '-M', '-S', '-r', '-n'].flatMap((check) => [check, 'ignore']), '-s', 'full', '-w', directory];
  const readings = new Map<string, Reading>();
  const queue = [...zones];
  const work = async (): Promise<void> => {
    for (let zone = queue.pop(); zone !== undefined; zone = queue.pop()) {
      const { origin } = zone;
      const { code, stdout, stderr } = await run('named-compilezone', [...options, '-o', '-', origin, join(directory, `${origin}.zone`)]);
      readings.set(origin, { records: code === 0 ? recordsOf(stdout) : undefined, log: stderr });
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return readings;
}

/** Knot's reading, by origin: it loads them all and writes down what it has. It has no program that only reads on every system. */
export async function readByKnot(zones: readonly ZoneText[], directory: string): Promise<Map<string, Reading>> {
  const written = join(directory, 'knot');
  await mkdir(written);
  const config = join(directory, 'knot.conf');
  const sections = zones.map(({ origin }) => `  - domain: ${origin}\n    file: ${directory}/${origin}.zone\n    zonefile-sync: -1\n`);
  const server = `server:\n  rundir: ${directory}\n  background-workers: 1\n  udp-workers: 1\n  tcp-workers: 1\n`;
  await writeFile(
    config,
    `${server}log:\n  - target: stderr\n    any: info\ndatabase:\n  storage: ${written}\nzone:\n${sections.join('')}`,
  );
  const knotd = await start('knotd', ['-c', config], {
    ready: async () => {
      const { stdout, code } = await run('knotc', ['-c', config, '-x', 'zone-status']);
      return code === 0 && !/load|pending|running/.test(stdout.replaceAll(/\| journal.*/g, ''));
    },
  });
  try {
    await run('knotc', ['-c', config, '-b', 'zone-flush', '+outdir', written]);
    const log = knotd.output();
    const readings = new Map<string, Reading>();
    for (const { origin } of zones) {
      const text = await readFile(join(written, `${origin}.zone`), 'latin1').catch(() => undefined);
      const lines = log.split('\n').filter((line) => line.includes(`[${origin}.]`));
      readings.set(origin, { records: text === undefined ? undefined : recordsOf(text), log: lines.join('\n') });
    }
    return readings;
  } finally {
    await knotd.stop();
  }
}

/** The records of a file that has one a line, absolute and with TTLs in seconds, as these programs write them. Our reader has no part in it. */
function recordsOf(text: string): string[] {
  const records: string[] = [];
  for (const line of text.split('\n')) {
    const [, owner, ttl, type, rdata] = /^([^\s;]\S*)\s+(\d+)\s+(?:IN\s+)?(\S+)\s+(.*)$/.exec(line) ?? [];
    if (owner === undefined || ttl === undefined || type === undefined || rdata === undefined) continue;
    const words = rdata.match(/(?:[^\s"]+="(?:\\.|[^"\\])*"|"(?:\\.|[^"\\])*"|\\.|[^\s"\\])+/gs) ?? [];
    const tokens = words.map((word) => ({ text: word.replace(/(^|=)"(.*)"$/s, '$1$2'), quoted: word.startsWith('"') }));
    const code = typeCode(type) ?? 0;
    try {
      records.push(recordLine(parseName(owner), Number(ttl), code, parseRdata(code, tokens)));
    } catch {
      records.push(line);
    }
  }
  return records.sort();
}

/** Our own records in the same form. */
export function recordsIn(builder: ZoneBuilder): string[] {
  const records: string[] = [];
  for (const { owner, type, ttlSeconds, rdatas, rrsigs } of builder.rrsets()) {
    for (const rdata of rdatas) records.push(recordLine(owner, ttlSeconds, type, rdata));
    for (const rdata of rrsigs) records.push(recordLine(owner, ttlSeconds, 46, rdata));
  }
  return records.sort();
}

/** In octets, since everybody escapes in his own way, and in one case, since everybody keeps that of another mention. */
function recordLine(owner: Uint8Array, ttlSeconds: number, type: number, rdata: Uint8Array): string {
  const name = Buffer.from(owner).toString('latin1').toLowerCase();
  return `${JSON.stringify(name)} ${ttlSeconds} ${type} ${Buffer.from(canonicalRdata(type, rdata)).toString('hex')}`;
}
