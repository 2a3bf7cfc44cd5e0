import { CHOSEN, type ChoiceStatus, type DynamicChoice, ERROR, NODATA, PreparedRdatas } from '@dnsteer/authority';
import type { Exchange, PeerFacts } from '@dnsteer/router';
import { EDE, formatName, TYPE, typeCode } from '@dnsteer/wire';
import { decodeMessage, encodeMessage, encodeRdata, type OptRecord } from '@dnsteer/wire/records';
import type { AliasTable, ResolvedAddresses } from './alias-table.ts';
import type { DynamicSource } from './dynamic-source.ts';

/** What a name has that resolvers don't renew any more, is kept for so long (RFC 8767 4). */
const STALE_TTL_SECONDS = 30;
const TCP_OCTETS = 65_535;
const UDP_OCTETS = 1232;

/** Answers as `Plane.respond` does. */
type Respond = (packet: Uint8Array, length: number, peer: PeerFacts, out: Uint8Array) => number | Promise<Uint8Array | undefined>;

/** The A and AAAA of another name that resolvers were asked for. */
export class ResolvedAlias implements DynamicSource {
  readonly #table: AliasTable;
  readonly #slot: number;
  readonly #known: [ipv4: Known | undefined, ipv6: Known | undefined] = [undefined, undefined];

  constructor(table: AliasTable, slot: number) {
    this.#table = table;
    this.#slot = slot;
  }

  choose(type: number, { nowSeconds }: Exchange, out: DynamicChoice): ChoiceStatus {
    const family = type === TYPE.AAAA ? 6 : 4;
    const place = family === 4 ? 0 : 1;
    let known = this.#known[place];
    if (known === undefined || known.resolved.sequence !== this.#table.sequence(this.#slot, family)) {
      known = new Known(this.#table.read(this.#slot, family));
      this.#known[place] = known;
    }
    const { isUnresolved, freshUntilSeconds, staleUntilSeconds } = known.resolved;
    if (isUnresolved) return failed(out, EDE.NOT_READY, 'the alias is not resolved yet');
    if (nowSeconds >= staleUntilSeconds) return failed(out, EDE.NO_REACHABLE_AUTHORITY, 'the alias can not be resolved any more');
    out.ttlSeconds = nowSeconds < freshUntilSeconds ? freshUntilSeconds - nowSeconds : STALE_TTL_SECONDS;
    if (known.prepared === undefined) return NODATA;
    out.prepared = known.prepared;
    return CHOSEN;
  }
}

class Known {
  readonly resolved: ResolvedAddresses;
  readonly prepared: PreparedRdatas | undefined;

  constructor(resolved: ResolvedAddresses) {
    this.resolved = resolved;
    this.prepared = resolved.rdatas.length === 0 ? undefined : new PreparedRdatas(resolved.rdatas);
  }
}

/** The A and AAAA of another name of ours, as this client would be answered if it asked for that: steered, with its scope. */
export class OwnAlias implements DynamicSource {
  readonly #target: string;
  /** `undefined`: aliases have led to aliases for too long. */
  readonly #inner: (reasons: object[] | undefined) => Respond | undefined;
  readonly #out = new Uint8Array(TCP_OCTETS);

  /** @param inner - answers from the same zones, by answerers of its own: those of this query are busy with it. Its reasons go where those of this query go. */
  constructor(target: Uint8Array, inner: (reasons: object[] | undefined) => Respond | undefined) {
    this.#target = formatName(target);
    this.#inner = inner;
  }

  choose(type: number, exchange: Exchange, out: DynamicChoice): ChoiceStatus | Promise<ChoiceStatus> {
    const respond = this.#inner(exchange.reasons);
    if (respond === undefined) return failed(out, EDE.OTHER, 'aliases lead on and on');
    const packet = this.#query(type, exchange);
    // As over TCP: nothing is cut off.
    const { address, octets, port, family } = exchange.peer;
    const reply = respond(packet, packet.length, { address, octets, port, family, transport: 'tcp' }, this.#out);
    const take = (octetsOf: Uint8Array | undefined) => takeAnswer(octetsOf, type, out);
    return typeof reply === 'number' ? take(reply === 0 ? undefined : this.#out.subarray(0, reply)) : reply.then(take);
  }

  #query(type: number, { client }: Exchange): Uint8Array {
    const { address, family, fromEcs, prefixLength } = client;
    const subnet = {
      code: 'CLIENT_SUBNET',
      family: family === 4 ? 1 : 2,
      ip: addressText(address, family),
      sourcePrefixLength: prefixLength,
    };
    return encodeMessage({
      id: 0,
      type: 'query',
      questions: [{ name: this.#target, type: type === TYPE.AAAA ? 'AAAA' : 'A', class: 'IN' }],
      additionals: [{ name: '.', type: 'OPT', udpPayloadSize: UDP_OCTETS, options: fromEcs ? [subnet] : [] }],
    });
  }
}

function addressText(address: Uint8Array, family: 4 | 6): string {
  if (family === 4) return address.subarray(0, 4).join('.');
  return Array.from({ length: 8 }, (_, i) => ((address[2 * i]! << 8) | address[2 * i + 1]!).toString(16)).join(':');
}

/** Every link of the target's chain counts: the answer holds no longer, and for nobody else, than each of them. */
function takeAnswer(octets: Uint8Array | undefined, type: number, out: DynamicChoice): ChoiceStatus {
  const message = octets === undefined ? undefined : decodeMessage(octets);
  const options = (message?.additionals ?? []).flatMap((record) => (record.type === 'OPT' ? ((record as OptRecord).options ?? []) : []));
  if (message?.rcode !== 'NOERROR') {
    const reason = options.find(({ infoCode }) => infoCode !== undefined)?.extraText;
    return failed(out, EDE.OTHER, reason || `the alias leads to ${message?.rcode ?? 'no answer'}`);
  }
  const { answers, authorities } = message;
  const wanted = answers.filter((record) => typeCode(record.type) === type);
  const soa = authorities.find((record) => record.type === 'SOA');
  if (wanted.length === 0 && soa === undefined) return failed(out, EDE.OTHER, 'the alias leads out of the zones that are served here');
  out.ttlSeconds = Math.min(...[...answers, ...(soa === undefined ? [] : [soa])].map(({ ttl }) => ttl ?? 0));
  if (wanted.length === 0) return NODATA;
  for (const { data } of wanted) out.rdatas.push(encodeRdata(type, data));
  out.scopePrefix = options.find(({ scopePrefixLength }) => scopePrefixLength !== undefined)?.scopePrefixLength ?? 0;
  return CHOSEN;
}

function failed(out: DynamicChoice, code: number, text: string): ChoiceStatus {
  out.extendedErrorCode = code;
  out.extendedErrorText = text;
  return ERROR;
}
