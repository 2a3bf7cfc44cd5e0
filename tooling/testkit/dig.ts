import { parseReplies } from './dig-output.ts';
import { run } from './process.ts';

export interface DigRecord {
  /** Owner name as the server wrote it: case kept, final dot. */
  readonly name: string;
  readonly ttl: number;
  readonly class: string;
  readonly type: string;
  /** RDATA in presentation format, fields separated by one space. */
  readonly rdata: string;
}

export interface DigEdns {
  readonly version: number;
  /** ['do'] or []. */
  readonly flags: readonly string[];
  readonly udpPayloadOctets: number;
  readonly clientSubnet?: { readonly address: string; readonly sourcePrefix: number; readonly scopePrefix: number };
  readonly cookie?: string;
  readonly nsid?: string;
  readonly extendedErrors: readonly { readonly code: number; readonly text: string }[];
}

export interface DigReply {
  readonly id: number;
  readonly opcode: string;
  /** 'NOERROR', 'NXDOMAIN', 'BADVERS', ... */
  readonly rcode: string;
  /** ['qr', 'aa', ...] */
  readonly flags: readonly string[];
  readonly edns?: DigEdns;
  readonly question: readonly { readonly name: string; readonly class: string; readonly type: string }[];
  readonly answer: readonly DigRecord[];
  readonly authority: readonly DigRecord[];
  /** Without OPT and TSIG. */
  readonly additional: readonly DigRecord[];
  readonly transport: string;
  readonly octets: number;
  /** What dig printed, for messages. */
  readonly text: string;
}

/** Anything with a port: a started server, or `{ port: 5300 }`. */
export interface At {
  readonly port: number;
  readonly address?: string;
}

// -r: nobody's ~/.digrc. One try, so that a lost answer is seen and not repaired.
function commonArgs(server: At): string[] {
  return ['-r', `@${server.address ?? '127.0.0.1'}`, '-p', String(server.port), '+tries=1', '+time=5', '+nosplit', '+cmd'];
}

/**
 * Asks `server` one question with dig. dig's defaults hold: RD set, EDNS with a cookie, 1232 octets, TCP after TC; `+norec`, `+noedns`,
 * `+nocookie`, `+ignore`, `+subnet=`, `+dnssec`, `+tcp` change them.
 *
 * @param args - as on the command line: `dig(server, 'www.example.com', 'A', '+dnssec')`.
 * @throws Error with dig's output when no answer came.
 */
export async function dig(server: At, ...args: string[]): Promise<DigReply> {
  let finished = await run('dig', [...commonArgs(server), ...args]);
  let [reply] = parseReplies(finished.stdout);
  for (let again = 0; again < MOST_ECHOES && isEcho(reply); again++) {
    finished = await run('dig', [...commonArgs(server), ...args]);
    [reply] = parseReplies(finished.stdout);
  }
  if (reply === undefined) throw new Error(`dig ${args.join(' ')} @${server.port}: no answer\n${finished.stdout}${finished.stderr}`);
  return reply;
}

/**
 * Many questions by one dig process, in order: for comparisons of hundreds of queries.
 *
 * @param queries - each a line of dig arguments separated by blanks: 'www.example.com A +dnssec'.
 * @param options - for all of them. `+tcp` works only here: dig ignores it within a batch.
 * @returns one entry a query; undefined where no answer came.
 */
export async function digAll(server: At, queries: readonly string[], ...options: string[]): Promise<(DigReply | undefined)[]> {
  if (queries.length === 0) return [];
  const finished = await run('dig', [...commonArgs(server), ...options, '-f', '-'], {
    input: queries.map((query) => `${query}\n`).join(''),
    timeoutMs: 300_000,
  });
  const replies = parseReplies(finished.stdout);
  if (replies.length !== queries.length) throw new Error(`dig: ${queries.length} queries, ${replies.length} results\n${finished.stderr}`);
  for (let again = 0; again < MOST_ECHOES; again++) {
    const echoed = [...replies.keys()].filter((i) => isEcho(replies[i]));
    if (echoed.length === 0) break;
    const once = await run('dig', [...commonArgs(server), ...options, '-f', '-'], {
      input: echoed.map((i) => `${queries[i]}\n`).join(''),
    });
    for (const [at, reply] of parseReplies(once.stdout).entries()) replies[echoed[at]!] = reply;
  }
  return replies;
}

const MOST_ECHOES = 3;

/**
 * dig has read its own query: by chance the port that the kernel gave it was that of the server, on all addresses, and the packet came back to it. The server
 * never saw it.
 */
function isEcho(reply: DigReply | undefined): boolean {
  return reply !== undefined && !reply.flags.includes('qr');
}

/** 'NAME TYPE RDATA' of each record, sorted: to compare sections whose order means nothing. With `ttl: true`, 'NAME TTL TYPE RDATA'. */
export function recordLines(records: readonly DigRecord[], options: { ttl?: boolean } = {}): string[] {
  return records.map((record) => `${record.name} ${options.ttl ? `${record.ttl} ` : ''}${record.type} ${record.rdata}`).sort();
}
