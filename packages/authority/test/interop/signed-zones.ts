import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../../tooling/testkit/index.ts';

export interface SignedZone {
  readonly origin: string;
  readonly text: string;
  /** RDATA of the key that signed it, as a trust anchor. */
  readonly dnskey: string;
}

/**
 * Signs a zone by somebody else's program.
 *
 * @param text - without `$ORIGIN`.
 * @param command - 'dnssec-signzone -3 aabb' or 'ldns-signzone -n', with the options that make the chain.
 */
export async function signedBy(command: string, origin: string, text: string): Promise<SignedZone> {
  const directory = await mkdtemp(join(tmpdir(), 'dnsteer-signed-'));
  try {
    await must(directory, 'dnssec-keygen', '-q', '-a', 'ECDSAP256SHA256', '-f', 'KSK', origin);
    const key = (await readdir(directory)).find((file) => file.endsWith('.key'))!;
    const keyText = await readFile(join(directory, key), 'utf8');
    await writeFile(join(directory, 'zone'), `$ORIGIN ${origin}\n${text}\n${keyText}`);
    const [program, ...options] = command.split(' ');
    if (program === 'dnssec-signzone')
      await must(directory, program, '-z', '-O', 'full', '-o', origin, '-f', 'signed', ...options, 'zone', key);
    else await must(directory, program, '-o', origin, '-f', 'signed', ...options, 'zone', key.replace(/\.key$/, ''));
    const signed = await readFile(join(directory, 'signed'), 'utf8');
    return { origin, text: signed, dnskey: /\sDNSKEY\s+(257 .*)/.exec(keyText)![1] };
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function must(cwd: string, program: string, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await run(program, args, { cwd });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`);
}
