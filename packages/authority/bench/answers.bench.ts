import { readFileSync } from 'node:fs';
import type { Answerer } from '@dnsteer/router';
import { Exchange } from '@dnsteer/router';
import { parseQuery } from '@dnsteer/wire';
import { bench, describe } from 'vitest';
import { CHOSEN, type RRsetChooser } from '../src/index.ts';
import { encodeQuery } from '../test/ask.ts';
import { answererOf, signedExample, steeredExample } from '../test/zones.ts';

const hosts = Array.from({ length: 10_000 }, (_, i) => `h${i} A 192.0.${(i / 250) | 0}.${i % 250}`).join('\n');
const plain = answererOf('bench.test.', `$TTL 300\n@ SOA ns1 host 1 3600 600 86400 300\n@ NS ns1\nns1 A 127.0.0.1\n${hosts}\n`);
const signed = signedExample();
const hashed = answererOf('example.', readFileSync(new URL('../test/fixtures/rfc5155-example.zone', import.meta.url), 'latin1'));
const chosen = [Uint8Array.of(198, 51, 100, 1)];
const chooser: RRsetChooser = {
  choose(_id, _type, _exchange, choice) {
    choice.rdatas.push(chosen[0]);
    choice.ttlSeconds = 30;
    return CHOSEN;
  },
};

const exchange = new Exchange();
const out = new Uint8Array(4096);

/** Parses, answers and finishes a thousand queries, all of them different packets when there are several. */
function thousand(zone: Answerer, packets: readonly Uint8Array[]) {
  return () => {
    for (let i = 0; i < 1000; i++) {
      const packet = packets[i % packets.length];
      parseQuery(packet, packet.length, exchange.query);
      exchange.begin(out, 1232, 0);
      zone.answer(exchange);
      exchange.response.finish();
    }
  };
}

const queries = (edns: 'none' | 'plain' | 'do', ...questions: string[]) => questions.map((question) => encodeQuery(question, edns));
const spread = Array.from({ length: 1000 }, (_, i) => `h${(i * 7919) % 10_000}.bench.test. A`);

describe('a thousand queries, from packet to packet', () => {
  bench('static A of 10,000 names', thousand(plain, queries('plain', ...spread)));
  bench('NXDOMAIN', thousand(plain, queries('plain', ...spread.map((question) => `nx${question}`))));
  bench('A with RRSIG', thousand(signed, queries('do', 'mail.example. A')));
  bench('NXDOMAIN with proofs', thousand(signed, queries('do', 'nx.example. A')));
  bench('NXDOMAIN with NSEC3 of 12 iterations', thousand(hashed, queries('do', 'a.c.x.w.example. A')));
  bench('NODATA with NSEC3', thousand(hashed, queries('do', 'ns1.example. MX')));
  bench('wildcard with proof', thousand(signed, queries('do', 'zz.wild.example. A')));
  bench('referral with proof and glue', thousand(signed, queries('do', 'a.sub.example. A')));
  bench('CNAME and its A', thousand(signed, queries('plain', 'alias.example. A')));
  bench('chosen A', thousand(steeredExample(chooser), queries('plain', 'steer.example. A')));
});
