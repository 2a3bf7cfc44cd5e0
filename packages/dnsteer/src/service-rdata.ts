import { type PreparedRdatas as Prepared, PreparedRdatas } from '@dnsteer/authority';
import type { Choice, Remembered } from '@dnsteer/steering';
import { nameLength } from '@dnsteer/wire';
import { DnsteerError } from './errors.ts';

// SvcParamKeys (RFC 9460 14.3.2).
const MANDATORY = 0;
const IPV4_HINT = 4;
const IPV6_HINT = 6;

/** RDATA of HTTPS or SVCB, whose hints are the addresses that are chosen (RFC 9460 7.3). */
export class ServiceRdata {
  /** Priority, target and parameters, cut where the hints belong: parameters stand in the order of their keys (RFC 9460 2.2). */
  readonly #parts: readonly [front: Uint8Array, between: Uint8Array, behind: Uint8Array];
  /** What was made of two remembered choices. */
  readonly #known = new WeakMap<Remembered, { readonly other: Remembered; readonly prepared: Prepared }>();

  /** @throws DnsteerError ERR_DNSTEER_OPTION for AliasMode, and for hints that are given. */
  constructor(rdata: Uint8Array, what: string) {
    const fail = (expected: string) => new DnsteerError('ERR_DNSTEER_OPTION', `${what}: expected ${expected}`);
    if (rdata[0] === 0 && rdata[1] === 0) throw fail('a priority of 1 or more: AliasMode has no parameters, so no hints (RFC 9460 2.4.2)');
    let at = 2 + nameLength(rdata.subarray(2));
    const cuts = [rdata.length, rdata.length];
    while (at < rdata.length) {
      const key = (rdata[at]! << 8) | rdata[at + 1]!;
      const end = at + 4 + ((rdata[at + 2]! << 8) | rdata[at + 3]!);
      if (key === IPV4_HINT || key === IPV6_HINT) throw fail('no ipv4hint or ipv6hint: they are the addresses that are chosen');
      // A client that must know hints could not use an answer without addresses of the one family.
      if (key === MANDATORY && isHintAmong(rdata.subarray(at + 4, end))) throw fail('no hint among the mandatory keys: there may be none');
      if (key > IPV4_HINT && at < cuts[0]!) cuts[0] = at;
      if (key > IPV6_HINT && at < cuts[1]!) cuts[1] = at;
      at = end;
    }
    this.#parts = [rdata.slice(0, cuts[0]), rdata.slice(cuts[0], cuts[1]), rdata.slice(cuts[1])];
  }

  /** @param ipv4, ipv6 - what was chosen of A and AAAA: nothing, or addresses. */
  of(ipv4: Choice, ipv6: Choice): Prepared {
    const [one, other] = [ipv4.remembered, ipv6.remembered];
    const known = one === undefined ? undefined : this.#known.get(one);
    if (known !== undefined && known.other === other) return known.prepared;
    const [front, between, behind] = this.#parts;
    const prepared = new PreparedRdatas([Buffer.concat([front, hint(IPV4_HINT, ipv4), between, hint(IPV6_HINT, ipv6), behind])]);
    if (one !== undefined && other !== undefined) this.#known.set(one, { other, prepared });
    return prepared;
  }
}

function isHintAmong(keys: Uint8Array): boolean {
  for (let at = 0; at < keys.length; at += 2) if (keys[at] === 0 && (keys[at + 1] === IPV4_HINT || keys[at + 1] === IPV6_HINT)) return true;
  return false;
}

function hint(key: number, { addresses, addressCount }: Choice): Uint8Array {
  if (addressCount === 0) return new Uint8Array(0);
  const octets = Buffer.concat(addresses.slice(0, addressCount));
  return Buffer.concat([Buffer.of(0, key, octets.length >> 8, octets.length & 0xff), octets]);
}
