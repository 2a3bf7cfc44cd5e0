import { CLASS, formatName, typeText } from '@dnsteer/wire';
import { RouterError } from './errors.ts';
import type { Exchange } from './exchange.ts';

/** Whom an answer is for: the ECS prefix if one came and is trusted, else the source address. */
export interface ClientInfo {
  /** Text form, without zone index; bits past `prefixLength` are zero. */
  readonly address: string;
  /** 0-32 or 0-128. */
  readonly prefixLength: number;
  readonly source: 'ecs' | 'address';
}

/** What the OPT pseudo-RR said (RFC 6891). */
export interface EdnsInfo {
  readonly version: number;
  readonly udpPayloadOctets: number;
}

/**
 * A query as handlers see it. Name and type stay; every other property is read from the packet when it is asked for, as long as the handler
 * runs, over every `await`, until the answer is sent. After that the packet is another one's, and reading them throws.
 */
export class Request {
  readonly #exchange: Exchange;
  readonly #epoch: number;
  readonly #name: string;
  readonly #qtype: number;
  #clientWasRead = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.#epoch = exchange.epoch;
    this.#qtype = exchange.qtype;
    // The current link's name: after a CNAME of ours it is no longer QNAME.
    this.#name = formatName(exchange.sname.octets);
  }

  get #current(): Exchange {
    if (this.#exchange.epoch === this.#epoch) return this.#exchange;
    throw new RouterError('ERR_ROUTER_REQUEST_OVER', `the answer for ${this.#name} was sent: read what is needed of the request before`);
  }

  /** Lower case, with a final dot, escapes as in RFC 1035 5.1. */
  get name(): string {
    return this.#name;
  }

  /** Mnemonic, `ANY`, or `TYPE123` (RFC 3597). */
  get type(): string {
    return typeText(this.#qtype);
  }

  get class(): string {
    const code = this.#current.query.qclass;
    return Object.entries(CLASS).find(([, value]) => value === code)?.[0] ?? `CLASS${code}`;
  }

  /** The address that the packet came from: a resolver's, as a rule. */
  get remoteAddress(): string {
    return this.#current.peer.address;
  }

  get remotePort(): number {
    return this.#current.peer.port;
  }

  get transport(): 'udp' | 'tcp' | 'tls' | 'https' {
    return this.#current.peer.transport;
  }

  get client(): ClientInfo {
    this.#clientWasRead = true;
    const { address, family, prefixLength, fromEcs } = this.#current.client;
    return { address: addressText(address, family), prefixLength, source: fromEcs ? 'ecs' : 'address' };
  }

  /** Whether the answer may depend on the client. */
  get clientWasRead(): boolean {
    return this.#clientWasRead;
  }

  get dnssecOk(): boolean {
    return this.#current.query.dnssecOk;
  }

  get edns(): EdnsInfo | undefined {
    const { hasEdns, ednsVersion, udpPayloadOctets } = this.#current.query;
    return hasEdns ? { version: ednsVersion, udpPayloadOctets } : undefined;
  }
}

// Not in the type: TypeScript rejects `req.answers`, and JavaScript is told what was meant.
Object.defineProperty(Request.prototype, 'answers', {
  get() {
    throw new RouterError('ERR_ROUTER_ANSWERS_ON_REQUEST', 'answers belong to the response: res.answers.push(...), not req.answers');
  },
});

/** Text of an IPv4 address (4 octets used) or an IPv6 address (16, compressed as RFC 5952 asks). */
export function addressText(octets: Uint8Array, family: 4 | 6): string {
  if (family === 4) return `${octets[0]}.${octets[1]}.${octets[2]}.${octets[3]}`;
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((octets[i]! << 8) | octets[i + 1]!).toString(16));
  // The longest run of two or more zero groups becomes "::"; of equals, the first (RFC 5952 4.2.3).
  const runs = [...groups.join(':').matchAll(/(?:^|(?<=:))0(?::0)+(?=$|:)/g)];
  const longest = runs.reduce<RegExpExecArray | undefined>(
    (best, run) => (best === undefined || run[0].length > best[0].length ? run : best),
    undefined,
  );
  if (longest === undefined) return groups.join(':');
  const text = groups.join(':');
  return `${text.slice(0, longest.index).replace(/:$/, '')}::${text.slice(longest.index + longest[0].length).replace(/^:/, '')}`;
}
