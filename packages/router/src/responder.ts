import { CLASS, EDE, formatName, PARSE, parseQuery, RCODE, TYPE, typeText } from '@dnsteer/wire';
import { ANSWERED, type Answerer, type AnswerStatus, NEXT_LINK, REFUSED_LINK } from './answerer.ts';
import type { PeerFacts } from './client.ts';
import { Context } from './context.ts';
import { RouterError } from './errors.ts';
import { Exchange } from './exchange.ts';
import { HandlerNames } from './handler-names.ts';
import { DROP, type Middleware, PASS, RESPOND, type Verdict } from './middleware.ts';
import { PendingAnswers } from './pending.ts';
import { messageOf, type Reporter } from './report.ts';
import type { Route, RouteTable } from './route-table.ts';
import { writeReply } from './write-reply.ts';
import type { ServedZone, ZoneTable } from './zone-table.ts';

export interface ResponderOptions {
  /** Octets; the most that goes into a UDP response, whatever the client offers. 512-4096, default 1232. */
  readonly maxUdpPayload: number;
  /** Answers waited for at once; more get SERVFAIL. */
  readonly maxPending: number;
  /** Milliseconds an answer is waited for before SERVFAIL. */
  readonly pendingTimeoutMs: number;
  /** Seconds since 1970. */
  readonly nowSeconds: () => number;
  /** Whether the ECS option of a packet from this address counts; where it does not, it is neither used nor echoed (RFC 7871 7.2.2, 11.1). */
  readonly trustsClientSubnet: (peer: PeerFacts) => boolean;
  readonly report: Reporter;
}

const TCP_OCTETS = 65535;
/** Exchanges kept for later; what a burst of waiting answers needed more is let go. */
const MAX_IDLE = 64;

/** The straight line of a packet: admit, answer, limit, sign, fit. */
export class Responder {
  readonly #routes: RouteTable;
  readonly #zones: ZoneTable;
  readonly #handlerNames: HandlerNames;
  readonly #options: ResponderOptions;
  readonly #admit: readonly Middleware[];
  readonly #limit: readonly Middleware[];
  readonly #fit: readonly Middleware[];
  readonly #pending: PendingAnswers;
  readonly #found = { nameMatched: false };
  /** One is enough, unless answers wait or a handler asks its own server. */
  readonly #idle: Exchange[] = [];

  constructor(routes: RouteTable, zones: ZoneTable, middleware: readonly Middleware[], options: ResponderOptions) {
    this.#routes = routes;
    this.#zones = zones;
    this.#handlerNames = new HandlerNames(routes.all(), zones);
    this.#options = options;
    this.#admit = middleware.filter((m) => m.admit);
    this.#limit = middleware.filter((m) => m.limit);
    this.#fit = middleware.filter((m) => m.fit);
    this.#pending = new PendingAnswers(options.maxPending, options.pendingTimeoutMs);
  }

  /**
   * Answers one packet.
   *
   * @param packet - the query in the first `length` octets; not kept after a synchronous return.
   * @param out - where a synchronous response goes; 65,535 octets for TCP, `maxUdpPayload` at least for UDP.
   * @returns octets of the response in `out`; 0 = say nothing. A promise where a handler waits: it resolves to octets of their own.
   * Never throws, never rejects.
   */
  respond(packet: Uint8Array, length: number, peer: PeerFacts, out: Uint8Array): number | Promise<Uint8Array | undefined> {
    const exchange = this.#idle.pop() ?? new Exchange();
    const reply = this.#respond(exchange, packet, length, peer, out);
    if (typeof reply === 'number') this.#release(exchange);
    return reply;
  }

  /** What was made for its query must not show the next one's. */
  #release(exchange: Exchange): void {
    exchange.epoch++;
    if (this.#idle.length < MAX_IDLE) this.#idle.push(exchange);
  }

  #respond(
    exchange: Exchange,
    packet: Uint8Array,
    length: number,
    peer: PeerFacts,
    out: Uint8Array,
  ): number | Promise<Uint8Array | undefined> {
    const { query, response } = exchange;
    const status = parseQuery(packet, length, query);
    if (status === PARSE.DROP) return 0;
    exchange.peer = peer;
    if (query.hasClientSubnet && !this.#options.trustsClientSubnet(exchange.peer)) query.hasClientSubnet = false;
    const limitOctets = peer.transport === 'udp' ? Math.min(query.udpPayloadOctets, this.#options.maxUdpPayload) : TCP_OCTETS;
    response.udpPayloadOctets = this.#options.maxUdpPayload;
    exchange.begin(out, limitOctets, this.#options.nowSeconds());
    if (status !== PARSE.PARSED && status !== PARSE.NO_QUESTION) {
      response.rcode = errorRcode(status);
      if (status === PARSE.NOTIMP) response.extendedError(EDE.NOT_SUPPORTED);
      return this.#finish(exchange);
    }
    let verdict: Verdict | undefined;
    try {
      verdict = this.#admitted(exchange);
      if (verdict === DROP) return 0;
      if (verdict === PASS) {
        const answer = this.#answer(exchange);
        if (answer !== undefined) return this.#later(exchange, answer, limitOctets);
      }
    } catch (error) {
      this.#failed(exchange, error, verdict === undefined ? 'middleware' : 'the handler');
    }
    return this.#finish(exchange);
  }

  /** Admit: what can be refused before anything is looked up. */
  #admitted(exchange: Exchange): Verdict {
    const { query, response } = exchange;
    for (let i = 0; i < this.#admit.length; i++) {
      const verdict = this.#admit[i]!.admit!(exchange);
      if (verdict !== PASS) return verdict;
    }
    // A query for a cookie alone is of those who know of cookies (RFC 7873 5.4); to others QDCOUNT 0 is malformed (RFC 9619).
    if (!query.hasQuestion) return refuse(response, RCODE.FORMERR);
    // No keys are known here, so no signature can be checked (RFC 8945 5.2.1).
    if (query.tsigAt !== 0) return refuse(response, RCODE.NOTAUTH);
    if (query.qclass !== CLASS.IN) return notSupported(response, RCODE.REFUSED);
    // AXFR over UDP is not defined (RFC 5936 4.2). Transfers are not answered here; OPT and TSIG are no QTYPEs (RFC 6895 3.1).
    if (query.qtype === TYPE.AXFR && exchange.peer.transport === 'udp') return notSupported(response, RCODE.NOTIMP);
    if (query.qtype === TYPE.AXFR || query.qtype === TYPE.IXFR) return notSupported(response, RCODE.REFUSED);
    if (query.qtype === TYPE.OPT || query.qtype === TYPE.TSIG) return refuse(response, RCODE.FORMERR);
    if (query.qtype === TYPE.NXNAME) {
      // A bit of an NSEC, and nothing to be asked for (RFC 9824 3.5).
      response.extendedError(EDE.INVALID_QUERY_TYPE);
      return refuse(response, RCODE.FORMERR);
    }
    return PASS;
  }

  /** Answer: link by link, until one is the last. A promise only where something is waited for. */
  #answer(exchange: Exchange): undefined | Promise<void> {
    for (;;) {
      const status = this.#link(exchange);
      if (typeof status === 'object') return status;
      if (status !== NEXT_LINK) {
        this.#ended(exchange, status);
        return undefined;
      }
    }
  }

  #afterLink(exchange: Exchange, status: AnswerStatus): void | Promise<void> {
    if (status === NEXT_LINK) return this.#answer(exchange);
    this.#ended(exchange, status);
  }

  /** One link: the longest enclosing zone, or a handler pattern that is at least as long. */
  #link(exchange: Exchange): AnswerStatus | Promise<void> {
    const { sname, qtype } = exchange;
    let zone = this.#zones.find(sname);
    // DS belongs to the parent side of a cut (RFC 4035 3.1.4.1), where we serve that too.
    if (qtype === TYPE.DS && zone !== undefined && zone.labelCount === sname.labelCount)
      zone = this.#zones.find(sname, sname.labelCount) ?? zone;
    if (this.#routes.isEmpty) return zone === undefined ? REFUSED_LINK : this.#whole(exchange, zone.answerer.answer(exchange));
    const route = this.#routes.find(sname, qtype, zone === undefined ? 0 : zone.labelCount, this.#found);
    if (route !== undefined && !yields(route, exchange, zone)) return this.#handle(route, exchange, zone?.answerer);
    if (zone === undefined) return this.#found.nameMatched ? this.#silent(exchange, undefined) : REFUSED_LINK;
    // The types that no handler has are the zone's, and so is what it says of cuts, aliases and wildcards.
    const status = zone.answerer.answer(exchange);
    if (typeof status === 'object') return status.then((late) => this.#afterLink(exchange, this.#spared(exchange, zone, late)));
    return this.#spared(exchange, zone, status);
  }

  /** A promise is for all links that are left. */
  #whole(exchange: Exchange, status: AnswerStatus | Promise<AnswerStatus>): AnswerStatus | Promise<void> {
    return typeof status === 'object' ? status.then((late) => this.#afterLink(exchange, late)) : status;
  }

  /** The zone denies the name; where a handler answers at or below it, it can only deny the type (RFC 8020 2, RFC 4592 2.2.2). The SOA stays. */
  #spared(exchange: Exchange, zone: ServedZone, status: AnswerStatus): AnswerStatus {
    const { response, sname } = exchange;
    if (status === ANSWERED && response.rcode === RCODE.NXDOMAIN && this.#handlerNames.has(sname, zone)) response.rcode = RCODE.NOERROR;
    return status;
  }

  #handle(route: Route, exchange: Exchange, zone: Answerer | undefined): AnswerStatus | Promise<void> {
    const { qtype } = exchange;
    const context = new Context(exchange, route.pattern, () => {
      // It may come late, when the exchange holds another question.
      const message = `${context.name} ${typeText(qtype)}: the handler called res.send() a second time; the first answer stands`;
      this.#options.report({ code: 'ERR_ROUTER_SENT_TWICE', message });
    });
    const promise = route.handler(context);
    if (typeof promise?.then === 'function') return promise.then(() => this.#afterLink(exchange, this.#handled(context, exchange, zone)));
    return this.#handled(context, exchange, zone);
  }

  #handled(context: Context, exchange: Exchange, zone: Answerer | undefined): AnswerStatus {
    const reply = context.res;
    if (!reply.spoke) return zone === undefined ? REFUSED_LINK : this.#silent(exchange, zone);
    exchange.raiseScope(context.ecsScope);
    return writeReply(reply, context.name, exchange, zone);
  }

  /** The name is ours, and has nothing of that type. */
  #silent(exchange: Exchange, zone: Answerer | undefined): AnswerStatus {
    if (exchange.links === 0) exchange.response.authoritative = true;
    zone?.negative?.(exchange);
    return ANSWERED;
  }

  #ended(exchange: Exchange, status: AnswerStatus): void {
    // A chain that leaves what we serve ends with what it has (RFC 1034 4.3.2 step 3a).
    if (status === REFUSED_LINK && exchange.links === 0) {
      exchange.response.rcode = RCODE.REFUSED;
      exchange.response.extendedError(EDE.NOT_AUTHORITATIVE);
    }
    if (!exchange.writeDeferred()) exchange.response.truncated = true;
  }

  /** Limit, (sign: what a zone holds is signed by its answerer) and fit. */
  #finish(exchange: Exchange): number {
    try {
      for (let i = 0; i < this.#limit.length; i++) {
        if (this.#limit[i]!.limit!(exchange) === DROP) return 0;
      }
      writeScope(exchange);
      for (let i = 0; i < this.#fit.length; i++) this.#fit[i]!.fit!(exchange);
    } catch (error) {
      this.#failed(exchange, error, 'middleware');
      writeScope(exchange);
    }
    return exchange.response.finish();
  }

  #later(exchange: Exchange, answer: Promise<void>, limitOctets: number): Promise<Uint8Array | undefined> {
    const out = exchange.detach(limitOctets);
    if (this.#pending.isFull) {
      answer.catch(() => {});
      return Promise.resolve(
        this.#failedAnew(exchange, limitOctets, 'ERR_ROUTER_TOO_MANY_PENDING', 'too many answers are being waited for'),
      );
    }
    return new Promise((resolve) => {
      this.#pending.add(answer, {
        tick: 0,
        settled: (error) => {
          if (error !== undefined) this.#failed(exchange, error, 'the handler');
          const length = this.#finish(exchange);
          // Whoever sends it may keep it for longer than the exchange is this query's.
          const octets = Buffer.allocUnsafe(length);
          out.copy(octets, 0, 0, length);
          resolve(octets);
          this.#release(exchange);
        },
        expired: () =>
          resolve(this.#failedAnew(exchange, limitOctets, 'ERR_ROUTER_TIMEOUT', `no answer within ${this.#options.pendingTimeoutMs} ms`)),
      });
    });
  }

  /** SERVFAIL in an exchange of its own: whoever was waited for may still write into `late`, which is never used again. */
  #failedAnew(late: Exchange, limitOctets: number, code: string, message: string): Uint8Array {
    const exchange = new Exchange();
    const { packet, length } = late.query;
    parseQuery(packet, length, exchange.query);
    exchange.query.hasClientSubnet = late.query.hasClientSubnet;
    exchange.peer = late.peer;
    const out = new Uint8Array(limitOctets);
    exchange.response.udpPayloadOctets = this.#options.maxUdpPayload;
    exchange.begin(out, limitOctets, late.nowSeconds);
    this.#fail(exchange, code, message);
    return out.subarray(0, this.#finish(exchange));
  }

  #failed(exchange: Exchange, error: unknown, who: string): void {
    const known = error instanceof RouterError;
    this.#fail(
      exchange,
      known ? error.code : 'ERR_HANDLER',
      known ? error.message : `${who} threw: ${messageOf(error)}`,
      known ? undefined : error,
    );
  }

  #fail(exchange: Exchange, code: string, message: string, error?: unknown): void {
    const { response } = exchange;
    exchange.dropDeferred();
    response.clearSections();
    response.truncated = false;
    response.authoritative = false;
    response.rcode = RCODE.SERVFAIL;
    exchange.ecsScope = 0;
    response.extendedError(EDE.OTHER, code);
    this.#report(code, exchange, message, error);
  }

  #report(code: string, exchange: Exchange, message: string, error?: unknown): void {
    const question = describe(exchange);
    this.#options.report({ code, message: `${question}: ${message}`, error });
  }
}

function errorRcode(status: number): number {
  switch (status) {
    case PARSE.BADVERS:
      return RCODE.BADVERS;
    case PARSE.NOTIMP:
      return RCODE.NOTIMP;
    default:
      return RCODE.FORMERR;
  }
}

function writeScope({ query, response, ecsScope }: Exchange): void {
  // A prefix of length 0 was asked for: the scope must be 0 too (RFC 7871 7.2.1). A scope past the family's length is none (RFC 7871 7.3).
  response.scopePrefix = query.ecsSourcePrefix === 0 ? 0 : Math.min(ecsScope, query.ecsFamily === 2 ? 128 : 32);
}

/** Whether a route that stands for many names leaves this one to the zone. A name that was given in full is meant. */
function yields({ pattern }: Route, exchange: Exchange, zone: ServedZone | undefined): boolean {
  return (pattern.open || pattern.params.length > 0) && zone?.answerer.holds?.(exchange) === true;
}

function refuse(response: Exchange['response'], rcode: number): Verdict {
  response.rcode = rcode;
  return RESPOND;
}

/** Refuses for good, whoever asks (RFC 8914 4.22). */
function notSupported(response: Exchange['response'], rcode: number): Verdict {
  response.extendedError(EDE.NOT_SUPPORTED);
  return refuse(response, rcode);
}

function describe(exchange: Exchange): string {
  return `${formatName(exchange.query.qname.octets)} ${typeText(exchange.query.qtype)}`;
}
