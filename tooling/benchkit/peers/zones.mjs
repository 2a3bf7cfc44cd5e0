// The zones that all servers serve, and the questions about them. Chance is the same in every run.
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './processes.mjs';

export const ORIGIN = 'bench.test';
/** Aliases in a zone of versions: their answers have two records, so that a mixture of two versions can be seen. */
const ALIASES = 1000;

/** Numbers in [0, 1), always the same ones (mulberry32). */
export function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Writes in pieces, so that a million lines are never one string. */
function writeLines(file, lines) {
  const fd = openSync(file, 'w');
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length > 1 << 20) {
      writeSync(fd, text);
      text = '';
    }
  }
  writeSync(fd, text);
  closeSync(fd);
}

function* zoneLines(names, { origin = ORIGIN, ttl = 300, serial = 1, aliases = 0 } = {}) {
  yield `$ORIGIN ${origin}.\n$TTL ${ttl}\n@ SOA ns1 host ${serial} 3600 600 86400 300\n@ NS ns1\n@ NS ns2\nns1 A 127.0.0.1\nns2 A 127.0.0.2\n`;
  for (let i = 0; i < aliases; i++) yield `c${i} CNAME h${i}\n`;
  for (let i = 0; i < names; i++) yield `h${i} A 192.0.${Math.floor(i / 250) % 250}.${(i % 250) + 1}\n`;
}

/** A zone of `names` names with an A record each; the path of its file. Made once. */
export function zoneOf(directory, names) {
  const file = join(directory, `${names}.zone`);
  if (!existsSync(file)) writeLines(file, zoneLines(names));
  return file;
}

/** The same with aliases and a TTL that tells the version. */
export function versionOf(directory, names, version) {
  const file = join(directory, `${names}-v${version}.zone`);
  if (!existsSync(file)) writeLines(file, zoneLines(names, { ttl: 300 + version, serial: version, aliases: ALIASES }));
  return file;
}

/** `count` zones of `names` names: `{ origin, file }` each. */
export function manyZones(directory, count, names) {
  return Array.from({ length: count }, (_, i) => {
    const origin = `z${i}.test`;
    const file = join(directory, `${origin}.zone`);
    if (!existsSync(file)) writeLines(file, zoneLines(names, { origin }));
    return { origin, file };
  });
}

/** A query file of dnsperf's: 100,000 lines. */
function queryFile(directory, name, line) {
  const file = join(directory, `${name}.queries`);
  const random = chance(1);
  const lines = function* () {
    for (let i = 0; i < 100_000; i++) yield line(random);
  };
  if (!existsSync(file)) writeLines(file, lines());
  return file;
}

export const queriesFor = (directory, names) =>
  queryFile(directory, `static-${names}`, (random) => `h${Math.floor(random() * names)}.${ORIGIN} A\n`);
export const missingNames = (directory) => queryFile(directory, 'nxdomain', (random) => `nx${Math.floor(random() * 1e9)}.${ORIGIN} A\n`);
export const manyZonesQueries = (directory, count, names) =>
  queryFile(directory, `many-${count}`, (random) => `h${Math.floor(random() * names)}.z${Math.floor(random() * count)}.test A\n`);

/** A query without EDNS, or with `options` (an OPT record as it goes over the wire). */
export function queryOctets(name, type = 1, opt = Buffer.alloc(0)) {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')]));
  const header = Buffer.of(0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, opt.length === 0 ? 0 : 1);
  return Buffer.concat([header, ...labels, Buffer.of(0, 0, type, 0, 1), opt]);
}

/** An OPT record with the client subnet `a.b.c.0/24` (RFC 7871 6). */
export function optWithSubnet(a, b, c, dnssecOk) {
  return Buffer.of(0, 0, 41, 0x04, 0xd0, 0, 0, dnssecOk ? 0x80 : 0, 0, 0, 11, 0, 8, 0, 7, 0, 1, 24, 0, a, b, c);
}

/** Queries one after the other, each behind its length: what `dnsperf -B` and load.c read. */
export function writeQueries(file, queries) {
  if (!existsSync(file)) {
    writeFileSync(file, Buffer.concat(queries.flatMap((query) => [Buffer.of(query.length >> 8, query.length & 255), query])));
  }
  return file;
}

/** Queries for existing names of a zone made by zoneOf(), or for aliases of one made by versionOf(). */
export function binaryQueries(directory, names, { aliases = false } = {}) {
  const random = chance(2);
  const name = () => (aliases ? `c${Math.floor(random() * ALIASES)}` : `h${Math.floor(random() * names)}`);
  return writeQueries(
    join(directory, `${aliases ? 'aliases' : 'names'}-${names}.binary`),
    Array.from({ length: 50_000 }, () => queryOctets(`${name()}.${ORIGIN}`)),
  );
}

/** `count` queries for `name`, each with another /24 of the whole world as client subnet. */
export function subnetQueries(directory, name, count, { dnssecOk = false } = {}) {
  const random = chance(3);
  const seen = new Set();
  while (seen.size < count) {
    const a = 1 + Math.floor(random() * 223);
    if (a === 10 || a === 127) continue;
    seen.add((a << 16) | (Math.floor(random() * 256) << 8) | Math.floor(random() * 256));
  }
  const queries = [...seen].map((net) => queryOctets(name, 1, optWithSubnet(net >> 16, (net >> 8) & 255, net & 255, dnssecOk)));
  return writeQueries(join(directory, `subnets-${count}${dnssecOk ? '-do' : ''}.binary`), queries);
}

/** A zone made by zoneOf(), signed by BIND's dnssec-signzone with one ECDSA key: the path of the signed file. */
export async function signedZone(directory, names) {
  const signed = join(directory, `${names}.signed`);
  if (existsSync(signed)) return signed;
  const unsigned = zoneOf(directory, names);
  const key = (await runProgram('dnssec-keygen', ['-q', '-a', 'ECDSAP256SHA256', '-f', 'KSK', ORIGIN], { cwd: directory })).stdout.trim();
  const withKey = join(directory, `${names}.with-key`);
  writeFileSync(withKey, `${readFileSync(unsigned, 'utf8')}${readFileSync(join(directory, `${key}.key`), 'utf8')}`);
  const args = ['-z', '-P', '-O', 'full', '-o', ORIGIN, '-f', signed, withKey, `${key}.key`];
  const { code, stderr } = await runProgram('dnssec-signzone', args, { cwd: directory });
  if (code !== 0) throw new Error(`dnssec-signzone: ${stderr}`);
  return signed;
}
