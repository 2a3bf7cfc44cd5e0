import { OPCODE, typeCode } from '@dnsteer/wire';
import { decodeMessage, encodeMessage, type Message } from '@dnsteer/wire/records';
import type { Answerer } from './answerer.ts';
import { type PeerFacts, readPeer } from './client.ts';
import type { Handler } from './context.ts';
import { RouterError } from './errors.ts';
import type { Middleware } from './middleware.ts';
import { compilePattern } from './pattern.ts';
import { guarded, messageOf, type Reporter, stderrReporter } from './report.ts';
import { Responder, type ResponderOptions } from './responder.ts';
import { type Route, RouteTable } from './route-table.ts';
import { parseSubnet } from './subnet.ts';
import { ZoneTable } from './zone-table.ts';

export interface DnsAppOptions extends Partial<Pick<ResponderOptions, 'maxUdpPayload' | 'maxPending' | 'pendingTimeoutMs' | 'nowSeconds'>> {
  /** Whose ECS option counts: everybody's (default), nobody's, or that of resolvers in these prefixes. */
  clientSubnet?: 'all' | 'none' | readonly string[];
  /** Where mistakes of handlers go; default: stderr, at most ten lines a second. */
  report?: Reporter;
}

export interface QueryOptions {
  /** A prefix ('81.2.69.0/24'), sent as ECS; or an address, which becomes the source address. */
  client?: string;
  /** The source address where `client` is a prefix; 127.0.0.1 when left out. */
  source?: string;
  dnssecOk?: boolean;
  transport?: PeerFacts['transport'];
}

/** Handlers, answerers and middleware, composed once. */
export class DnsApp {
  readonly #routes: Route[] = [];
  readonly #answerers: Answerer[] = [];
  readonly #apexes = new Set<string>();
  readonly #middleware: Middleware[] = [];
  readonly #options: ResponderOptions;
  readonly #report: Reporter;
  #responder: Responder | undefined;
  #isStale = true;

  /** @throws RouterError ERR_ROUTER_OPTION; ERR_ROUTER_CLIENT for a prefix that is none. */
  constructor(options: DnsAppOptions = {}) {
    this.#report = options.report === undefined ? stderrReporter() : guarded(options.report);
    const wholeNumber = (name: 'maxUdpPayload' | 'maxPending' | 'pendingTimeoutMs', fallback: number, least: number, most: number) => {
      const value = options[name] ?? fallback;
      if (Number.isInteger(value) && value >= least && value <= most) return value;
      throw new RouterError('ERR_ROUTER_OPTION', `${name}: found ${String(value)}, expected a whole number from ${least} to ${most}`);
    };
    this.#options = {
      maxUdpPayload: wholeNumber('maxUdpPayload', 1232, 512, 4096),
      maxPending: wholeNumber('maxPending', 10_000, 0, 1_000_000),
      pendingTimeoutMs: wholeNumber('pendingTimeoutMs', 2000, 1, 600_000),
      nowSeconds: options.nowSeconds ?? (() => Math.floor(Date.now() / 1000)),
      trustsClientSubnet: clientSubnetTrust(options.clientSubnet ?? 'all'),
      report: this.#report,
    };
  }

  /** Adds middleware; within a phase, the order of the calls holds. */
  use(...middleware: readonly Middleware[]): this {
    this.#middleware.push(...middleware);
    this.recompose();
    return this;
  }

  /**
   * Has `handler` answer for `pattern`: a name, or one with `:label` parameters and a leftmost `*`.
   *
   * @param types - the types that it answers; left out: all of them, and ANY as it came.
   * @throws RouterError ERR_ROUTER_PATTERN, ERR_ROUTER_TYPE.
   */
  on(pattern: string, handler: Handler): this;
  on(pattern: string, types: string | readonly string[], handler: Handler): this;
  on(pattern: string, typesOrHandler: string | readonly string[] | Handler, maybeHandler?: Handler): this {
    const typed = typeof typesOrHandler !== 'function';
    const handler = typed ? maybeHandler : typesOrHandler;
    if (typeof handler !== 'function')
      throw new RouterError('ERR_ROUTER_PATTERN', `on(${JSON.stringify(pattern)}): found no handler function`);
    const types = typed ? (typeof typesOrHandler === 'string' ? [typesOrHandler] : typesOrHandler).map(typeOf) : undefined;
    this.#routes.push({ pattern: compilePattern(pattern), types, handler });
    this.recompose();
    return this;
  }

  /**
   * Serves a zone.
   *
   * @throws RouterError ERR_ROUTER_DUPLICATE_ZONE when its apex is served already.
   */
  mount(answerer: Answerer): this {
    const apex = Buffer.from(answerer.apex).toString('latin1');
    if (this.#apexes.has(apex)) throw new RouterError('ERR_ROUTER_DUPLICATE_ZONE', 'a zone of that apex is served already');
    this.#apexes.add(apex);
    this.#answerers.push(answerer);
    this.recompose();
    return this;
  }

  /** Answers one packet: see {@link Responder.respond}. Bound, so that it can be handed to a listener as it is. */
  readonly respond = (packet: Uint8Array, length: number, peer: PeerFacts, out: Uint8Array): number | Promise<Uint8Array | undefined> => {
    if (this.#isStale) this.#catchUp();
    return this.#responder === undefined ? 0 : this.#responder.respond(packet, length, peer, out);
  };

  /**
   * Asks without a socket. The packet goes through all phases, from octets to octets.
   *
   * @throws RouterError ERR_ROUTER_CLIENT, ERR_ROUTER_TYPE for bad arguments; ERR_ROUTER_TIMEOUT never: what a client would see is returned.
   */
  async query(name: string, type: string, options: QueryOptions = {}): Promise<Message> {
    const { packet, peer } = buildQuery(name, type, options);
    const out = new Uint8Array(65535);
    const octets = await this.respond(packet, packet.length, peer, out);
    const answer = typeof octets === 'number' ? out.subarray(0, octets) : octets;
    if (answer === undefined || answer.length === 0) throw new RouterError('ERR_ROUTER_DROPPED', `${name} ${type}: dropped, no response`);
    return decodeMessage(answer);
  }

  /** Which routes go into the table, and which zones are served: the front door binds some routes to zones. */
  protected compose(
    routes: readonly Route[],
    answerers: readonly Answerer[],
  ): { routes: readonly Route[]; answerers: readonly Answerer[] } {
    return { routes, answerers };
  }

  /** Composes now what was added since, so that mistakes show before the first packet. */
  protected composeNow(): void {
    if (this.#isStale) this.composeAnew();
  }

  /** Composes again, though nothing was added. When that throws, the composition before it goes on answering. */
  protected composeAnew(): void {
    this.#responder = this.#compose();
    this.#isStale = false;
  }

  /** Has the next packet meet a new composition. */
  protected recompose(): void {
    this.#isStale = true;
  }

  /** What was added while packets come: when it can't be composed, that is told once, and what stood before goes on answering. */
  #catchUp(): void {
    try {
      this.composeAnew();
    } catch (error) {
      this.#isStale = this.#responder === undefined;
      this.#report({ code: 'ERR_ROUTER_COMPOSE', message: `what was added can't be served: ${messageOf(error)}`, error });
    }
  }

  #compose(): Responder {
    const { routes, answerers } = this.compose(this.#routes, this.#answerers);
    const routeTable = new RouteTable();
    for (const route of routes) routeTable.add(route);
    const zoneTable = new ZoneTable();
    for (const answerer of answerers) zoneTable.add(answerer);
    return new Responder(routeTable, zoneTable, this.#middleware, this.#options);
  }
}

function typeOf(text: string): number {
  const code = typeCode(text);
  if (code === undefined)
    throw new RouterError('ERR_ROUTER_TYPE', `found type ${JSON.stringify(text)}, expected a mnemonic such as 'A', or 'TYPE65280'`);
  return code;
}

function clientSubnetTrust(trusted: 'all' | 'none' | readonly string[]): (peer: PeerFacts) => boolean {
  if (trusted === 'all') return () => true;
  if (trusted === 'none') return () => false;
  if (!Array.isArray(trusted)) {
    throw new RouterError(
      'ERR_ROUTER_OPTION',
      `clientSubnet: found ${JSON.stringify(trusted)}, expected 'all', 'none', or a list of prefixes`,
    );
  }
  const subnets = trusted.map(parseSubnet);
  const octets = new Uint8Array(16);
  return (peer) => {
    const family = readPeer(peer, octets);
    for (let i = 0; i < subnets.length; i++) if (subnets[i]!.holds(octets, family)) return true;
    return false;
  };
}

function buildQuery(name: string, type: string, options: QueryOptions): { packet: Uint8Array; peer: PeerFacts } {
  let { address, family } = parseSubnet(options.source ?? '127.0.0.1');
  const ednsOptions: { code: 'CLIENT_SUBNET'; family: number; ip: string; sourcePrefixLength: number }[] = [];
  if (options.client !== undefined) {
    const subnet = parseSubnet(options.client);
    if (options.client.includes('/')) {
      ednsOptions.push({
        code: 'CLIENT_SUBNET',
        family: subnet.family === 4 ? 1 : 2,
        ip: subnet.address,
        sourcePrefixLength: subnet.prefixLength,
      });
    } else {
      ({ address, family } = subnet);
    }
  }
  typeOf(type);
  const packet = encodeMessage({
    id: 0,
    type: 'query',
    opcode: OPCODE.QUERY,
    questions: [{ name, type, class: 'IN' }],
    additionals: [{ name: '.', type: 'OPT', udpPayloadSize: 1232, flags: options.dnssecOk ? 0x8000 : 0, options: ednsOptions }],
  });
  return { packet, peer: { address, port: 53535, family, transport: options.transport ?? 'udp' } };
}
