import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../process.ts';
import { formatName } from './names.ts';
import { formatZone, type TestZone } from './zone.ts';

const DENIAL: Readonly<Record<Exclude<TestZone['signed'], 'no'>, readonly string[]>> = {
  nsec: [],
  nsec3: ['-3', 'aabbccdd', '-H', '1'],
  'nsec3-opt-out': ['-3', '-', '-H', '0', '-A'],
};

/** The zone signed by BIND's dnssec-signzone with a key of its own, and with `signed` as asked for. Throws with its words when it won't sign. */
export async function signZone(zone: TestZone, signed: Exclude<TestZone['signed'], 'no'>): Promise<TestZone> {
  const directory = await mkdtemp(join(tmpdir(), 'dnsteer-signed-'));
  const origin = formatName(zone.origin);
  try {
    const keygen = await run('dnssec-keygen', ['-q', '-a', 'ECDSAP256SHA256', '-f', 'KSK', origin], { cwd: directory });
    const key = `${keygen.stdout.trim()}.key`;
    await writeFile(join(directory, 'zone'), formatZone(zone.records) + (await readFile(join(directory, key), 'utf8')));
    // -P: nothing is verified afterwards; the peers' answers are what counts. -O full: one record a line.
    const options = ['-z', '-P', '-O', 'full', '-o', origin, '-f', 'signed', ...DENIAL[signed]];
    const { code, stderr } = await run('dnssec-signzone', [...options, 'zone', key], { cwd: directory });
    if (code !== 0) throw new Error(`dnssec-signzone ${origin}: ${stderr}`);
    return { ...zone, signed, text: formatZone(zone.records) + portable(await readFile(join(directory, 'signed'), 'utf8')) };
  } finally {
    await rm(directory, { recursive: true });
  }
}

const ADDED = /^\S+\s+\d+\s+IN\s+(RRSIG|NSEC|NSEC3|NSEC3PARAM|DNSKEY)\s/;
/** Mnemonics that BIND writes and some peer can't read. */
const NUMBERS: Readonly<Record<string, number>> = {
  MB: 7,
  MG: 8,
  MR: 9,
  X25: 19,
  ISDN: 20,
  RT: 21,
  NSAP: 22,
  SIG: 24,
  PX: 26,
  GPOS: 27,
  HIP: 55,
  DSYNC: 66,
  AVC: 258,
  DOA: 259,
  AMTRELAY: 260,
  RESINFO: 261,
  WALLET: 262,
};

/** What signing added, in words that all peers know; the other records are written again as they were. */
function portable(signedText: string): string {
  const lines = signedText.split('\n').filter((line) => ADDED.test(line));
  const inNumbers = (line: string) =>
    line.replace(/(?<=\s)[A-Z0-9]+(?=\s|$)/g, (word) => (word in NUMBERS ? `TYPE${NUMBERS[word]}` : word));
  return lines.map((line) => `${inNumbers(line)}\n`).join('');
}
