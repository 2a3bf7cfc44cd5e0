import { ANSWERED, Exchange } from '@dnsteer/router';
import { EDE, parseName, RCODE, TYPE } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { CHOSEN, type ChoiceStatus, type DynamicChoice, ERROR, NODATA, PreparedRdatas, type RRsetChooser } from '../src/index.ts';
import { ask, askMessage, begin } from './ask.ts';
import { describeMessage } from './describe.ts';
import { steeredExample } from './zones.ts';

const soaLine = (ttlSeconds: number) => `au example. ${ttlSeconds} SOA ns1.example. host.example. 1 3600 600 86400 300`;
const address = (last: number) => Uint8Array.of(198, 51, 100, last);

/** Chooses these addresses for everyone, at this TTL and scope. */
function chooses(lasts: readonly number[], ttlSeconds = 30, scopePrefix = 0): RRsetChooser {
  return {
    choose(_id: number, _type: number, _exchange: Exchange, choice: DynamicChoice): ChoiceStatus {
      choice.rdatas.push(...lasts.map(address));
      choice.ttlSeconds = ttlSeconds;
      choice.scopePrefix = scopePrefix;
      return CHOSEN;
    },
  };
}

const nodata: RRsetChooser = {
  choose(_id, _type, _exchange, choice) {
    choice.ttlSeconds = 5;
    choice.scopePrefix = 24;
    return NODATA;
  },
};

test('what is chosen goes out in the order and at the TTL of the choice', async () => {
  expect(await ask(steeredExample(chooses([3, 1, 2])), 'steer.example. A')).toBe(
    `NOERROR aa
an steer.example. 30 A 198.51.100.3
an steer.example. 30 A 198.51.100.1
an steer.example. 30 A 198.51.100.2`,
  );
});

test('a chooser may hand over a list of its own; the next choice starts with an empty one, and leaves that one alone', async () => {
  const own = [address(7), address(8), address(7)];
  let asked = 0;
  const zone = steeredExample({
    choose(_id, _type, _exchange, choice) {
      choice.ttlSeconds = 30;
      if (asked++ === 0) choice.rdatas = own;
      else choice.rdatas.push(address(9));
      return CHOSEN;
    },
  });
  expect(await ask(zone, 'steer.example. A')).toBe(`NOERROR aa
an steer.example. 30 A 198.51.100.7
an steer.example. 30 A 198.51.100.8`);
  expect(await ask(zone, 'steer.example. A')).toBe(`NOERROR aa
an steer.example. 30 A 198.51.100.9`);
  expect(own).toEqual([address(7), address(8)]);
});

test('RFC 2181 5: what is prepared goes out as often as it is chosen, without what stands there twice; the next choice starts without it', async () => {
  const prepared = new PreparedRdatas([address(7), address(8), address(7)]);
  let asked = 0;
  const zone = steeredExample({
    choose(_id, _type, _exchange, choice) {
      choice.ttlSeconds = 30;
      if (asked++ < 2) choice.prepared = prepared;
      else choice.rdatas.push(address(9));
      return CHOSEN;
    },
  });
  const twice = `NOERROR aa
an steer.example. 30 A 198.51.100.7
an steer.example. 30 A 198.51.100.8`;
  expect(await ask(zone, 'steer.example. A')).toBe(twice);
  expect(await ask(zone, 'steer.example. A')).toBe(twice);
  expect(await ask(zone, 'steer.example. A')).toBe(`NOERROR aa
an steer.example. 30 A 198.51.100.9`);
});

test('the chooser is told id, type and who asks', async () => {
  const seen: unknown[] = [];
  const zone = steeredExample({
    choose(id, type, exchange, choice) {
      seen.push([id, type, exchange.qtype]);
      choice.rdatas.push(new Uint8Array(16));
      return CHOSEN;
    },
  });
  await ask(zone, 'steer.example. AAAA');
  await ask(zone, 'x.y.cdn.example. AAAA');
  expect(seen).toEqual([
    [7, TYPE.AAAA, TYPE.AAAA],
    [8, TYPE.AAAA, TYPE.AAAA],
  ]);
});

test('a choice that is made at once is answered at once', () => {
  const exchange = new Exchange();
  begin(exchange, 'steer.example. A', new Uint8Array(512));
  expect(steeredExample(chooses([1])).answer(exchange)).toBe(ANSWERED);
});

test('answers that are waited for do not mix with those between', async () => {
  const waiting: ((last: number) => void)[] = [];
  const zone = steeredExample({
    choose: (_id, _type, _exchange, choice) =>
      new Promise((resolve) => {
        waiting.push((last) => {
          choice.rdatas.push(address(last));
          choice.ttlSeconds = last;
          resolve(CHOSEN);
        });
      }),
  });
  const first = ask(zone, 'steer.example. A');
  const second = ask(zone, 'z.cdn.example. A');
  expect(await ask(zone, 'zz.wild.example. A')).toBe('NOERROR aa\nan zz.wild.example. 3600 A 192.0.2.8');
  waiting[1](2);
  expect(await second).toBe('NOERROR aa\nan z.cdn.example. 2 A 198.51.100.2');
  waiting[0](1);
  expect(await first).toBe('NOERROR aa\nan steer.example. 1 A 198.51.100.1');
});

test('RFC 2181 5: an RRset has no two records alike', async () => {
  expect(await ask(steeredExample(chooses([2, 1, 2])), 'steer.example. A')).toBe(
    'NOERROR aa\nan steer.example. 30 A 198.51.100.2\nan steer.example. 30 A 198.51.100.1',
  );
});

test('a TTL above the owner’s maximum is lowered to it', async () => {
  expect(await ask(steeredExample(chooses([1], 3600)), 'steer.example. A')).toBe('NOERROR aa\nan steer.example. 60 A 198.51.100.1');
});

test('types that are not dynamic come from the zone', async () => {
  const zone = steeredExample(chooses([1]));
  expect(await ask(zone, 'steer.example. TXT')).toBe('NOERROR aa\nan steer.example. 3600 TXT "static beside steered"');
  expect(await ask(zone, 'steer.example. MX')).toBe(`NOERROR aa\n${soaLine(300)}`);
});

test('RFC 4592 3.3.1: a wildcard may be dynamic; case of QNAME kept', async () => {
  expect(await ask(steeredExample(chooses([1])), 'Foo.cdn.example. A')).toBe('NOERROR aa\nan Foo.cdn.example. 30 A 198.51.100.1');
});

test('RFC 1034 3.6.2: a CNAME may lead to a dynamic owner', async () => {
  expect(await ask(steeredExample(chooses([1])), 'tosteer.example. A')).toBe(
    'NOERROR aa\nan tosteer.example. 3600 CNAME steer.example.\nan steer.example. 30 A 198.51.100.1',
  );
});

test('RFC 8482 4.1: ANY gets one dynamic RRset', async () => {
  expect(await ask(steeredExample(chooses([1])), 'steer.example. ANY')).toBe('NOERROR aa\nan steer.example. 30 A 198.51.100.1');
});

test('RFC 8482 4.1: ANY gets what the zone has when nothing can be chosen', async () => {
  expect(await ask(steeredExample(nodata), 'steer.example. ANY')).toBe('NOERROR aa\nan steer.example. 3600 TXT "static beside steered"');
});

test('RFC 8482 4.1: ANY gets the next dynamic RRset when the first has nothing now', async () => {
  const zone = steeredExample({
    choose(_id, type, _exchange, choice) {
      choice.ttlSeconds = 30;
      if (type === TYPE.A) return NODATA;
      choice.rdatas.push(Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
      return CHOSEN;
    },
  });
  expect(await ask(zone, 'x.cdn.example. ANY')).toBe('NOERROR aa\nan x.cdn.example. 30 AAAA 2001:db8::1');
});

test('RFC 7871 7.2.1: the scope is that of the choice', async () => {
  const { exchange } = await askMessage(steeredExample(chooses([1], 30, 20)), 'tosteer.example. A');
  expect(exchange.ecsScope).toBe(20);
});

test('RFC 7871 7.4: NODATA holds for everyone', async () => {
  const { exchange } = await askMessage(steeredExample(nodata), 'steer.example. A');
  expect(exchange.ecsScope).toBe(0);
});

test('RFC 2308 5: NODATA may be kept no longer than the choice holds', async () => {
  expect(await ask(steeredExample(nodata), 'steer.example. A')).toBe(`NOERROR aa\n${soaLine(5)}`);
});

test('an empty choice is NODATA, not an answer without SOA', async () => {
  expect(await ask(steeredExample(chooses([])), 'steer.example. A')).toBe(`NOERROR aa\n${soaLine(30)}`);
});

test('RFC 8914 2: a choice that fails is SERVFAIL and says why; nothing of the chain goes out', async () => {
  const zone = steeredExample({
    choose(_id, _type, exchange, choice) {
      exchange.raiseScope(24);
      choice.extendedErrorCode = EDE.OTHER;
      choice.extendedErrorText = 'no luck';
      return ERROR;
    },
  });
  const { message, exchange } = await askMessage(zone, 'tosteer.example. A', { dnssec: true });
  expect(describeMessage(message)).toBe('SERVFAIL\nede 0 no luck');
  expect(exchange.ecsScope).toBe(0);
});

test('a choice may be refused', async () => {
  const zone = steeredExample({
    choose(_id, _type, _exchange, choice) {
      choice.rcode = RCODE.REFUSED;
      return ERROR;
    },
  });
  expect(await ask(zone, 'steer.example. A')).toBe('REFUSED');
});

test('what one choice left does not show in the next', async () => {
  const statuses: ChoiceStatus[] = [ERROR, CHOSEN];
  const zone = steeredExample({
    choose(_id, _type, _exchange, choice) {
      expect(choice).toMatchObject({ rdatas: [], ttlSeconds: 0, scopePrefix: 0, rcode: RCODE.SERVFAIL, extendedErrorCode: -1 });
      choice.rdatas.push(address(1));
      choice.rcode = RCODE.REFUSED;
      choice.extendedErrorCode = 5;
      choice.scopePrefix = 24;
      return statuses.shift()!;
    },
  });
  expect(await ask(zone, 'steer.example. A')).toBe('REFUSED');
  expect(await ask(zone, 'steer.example. A')).toBe('NOERROR aa\nan steer.example. 0 A 198.51.100.1');
});

test('RFC 2181 9: a choice that does not fit sets TC', async () => {
  const lasts = Array.from({ length: 40 }, (_, i) => i);
  expect(await ask(steeredExample(chooses(lasts)), 'steer.example. A', { limitOctets: 512 })).toBe('NOERROR aa tc');
  expect((await ask(steeredExample(chooses(lasts)), 'steer.example. A', { limitOctets: 1232 })).split('\n')).toHaveLength(41);
});

test('RFC 1034 3.6.2: a dynamic CNAME is followed', async () => {
  const zone = steeredExample(
    {
      choose(_id, _type, _exchange, choice) {
        const target = parseName('mail.example.');
        choice.rdatas.push(target);
        choice.ttlSeconds = 20;
        return CHOSEN;
      },
    },
    (builder) => builder.addDynamic(parseName('moving.example.'), [TYPE.CNAME], 9, 60),
  );
  expect(await ask(zone, 'moving.example. A')).toBe(
    'NOERROR aa\nan moving.example. 20 CNAME mail.example.\nan mail.example. 3600 A 192.0.2.2',
  );
  expect(await ask(zone, 'moving.example. CNAME')).toBe('NOERROR aa\nan moving.example. 20 CNAME mail.example.');
});

test('RFC 1034 3.6.2: dynamic CNAMEs that lead on and on end with the 16th', async () => {
  let asked = 0;
  const zone = steeredExample(
    {
      choose(_id, _type, _exchange, choice) {
        choice.rdatas.push(parseName(`n${++asked}.chain.example.`));
        return CHOSEN;
      },
    },
    (builder) => builder.addDynamic(parseName('*.chain.example.'), [TYPE.CNAME], 9, 60),
  );
  const lines = (await ask(zone, 'n0.chain.example. A')).split('\n');
  expect(lines).toHaveLength(1 + 16);
  expect(lines.at(-1)).toBe('an n15.chain.example. 0 CNAME n16.chain.example.');
});

test('RFC 1034 4.3.2 step 6: a dynamic MX brings the addresses of its target, but no dynamic ones', async () => {
  const zone = steeredExample(
    {
      choose(_id, _type, _exchange, choice) {
        for (const target of ['mail.example.', 'steer.example.']) choice.rdatas.push(Uint8Array.of(0, 10, ...parseName(target)));
        choice.ttlSeconds = 20;
        return CHOSEN;
      },
    },
    (builder) => builder.addDynamic(parseName('posting.example.'), [TYPE.MX], 9, 60),
  );
  expect(await ask(zone, 'posting.example. MX')).toBe(
    `NOERROR aa
an posting.example. 20 MX 10 mail.example.
an posting.example. 20 MX 10 steer.example.
ad mail.example. 3600 A 192.0.2.2`,
  );
});
