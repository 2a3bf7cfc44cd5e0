import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { At } from './dig.ts';
import { run } from './process.ts';

/** The zone and the key that delv is to trust, as DNSKEY or DS RDATA in presentation format. */
export interface TrustAnchor {
  readonly zone: string;
  readonly dnskey?: string;
  readonly ds?: string;
}

export interface DelvReply {
  /** 'fully validated', 'negative response, fully validated', 'unsigned answer', ..., or what failed. */
  readonly status: string;
  /** True for an answer or a denial that delv validated from the anchor down. */
  readonly fullyValidated: boolean;
  /** Records of a positive answer with their RRSIGs, as delv prints them. */
  readonly records: readonly string[];
  readonly text: string;
}

function anchorText(anchor: TrustAnchor): string {
  const kind = anchor.dnskey === undefined ? 'static-ds' : 'static-key';
  const fields = (anchor.dnskey ?? anchor.ds ?? '').trim().split(/\s+/);
  const numbers = fields.slice(0, 3).join(' ');
  return `trust-anchors { "${anchor.zone}" ${kind} ${numbers} "${fields.slice(3).join('')}"; };\n`;
}

/**
 * Validates one answer of `server` with delv, from `anchor` down.
 *
 * @param args - as on the command line: `delv(server, { zone: 'example.com', dnskey: '257 3 13 mdss...' }, 'www.example.com', 'A')`.
 */
export async function delv(server: At, anchor: TrustAnchor, ...args: string[]): Promise<DelvReply> {
  const directory = await mkdtemp(join(tmpdir(), 'dnsteer-delv-'));
  try {
    const file = join(directory, 'anchor');
    await writeFile(file, anchorText(anchor));
    const finished = await run('delv', [
      `@${server.address ?? '127.0.0.1'}`,
      '-p',
      String(server.port),
      '-a',
      file,
      `+root=${anchor.zone}`,
      '+nosplit',
      ...args,
    ]);
    const text = `${finished.stdout}${finished.stderr}`.trim();
    const lines = text.split('\n');
    const verdict = lines.find((line) => /^; [a-z].*(validated|answer|trust|response)/.test(line))?.slice(2);
    const failure = lines.find((line) => line.startsWith(';; resolution failed'))?.slice(3);
    const status = verdict ?? failure ?? text;
    return {
      status,
      fullyValidated: /^(negative response, )?fully validated$/.test(status),
      records: lines.filter((line) => line !== '' && !line.startsWith(';')),
      text,
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
