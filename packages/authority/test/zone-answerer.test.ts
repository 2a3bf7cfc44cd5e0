import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Exchange } from '@dnsteer/router';
import { parseName, TYPE } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { AuthorityError, CHOSEN, DynamicChoice, ERROR, NODATA, type RRsetChooser, zoneAnswerer } from '../src/index.ts';
import { ask, begin } from './ask.ts';
import { describeMessage } from './describe.ts';
import { answererOf, builderOf, plainExample, signedExample, steerExample } from './zones.ts';

const head = '@ 60 SOA ns.x. host.x. 1 1 1 1 30\n@ 60 NS ns.x.\n';

/** holds() for each question. */
function held(zone: ReturnType<typeof answererOf>, ...questions: string[]): (boolean | undefined)[] {
  return questions.map((question) => {
    const exchange = new Exchange();
    begin(exchange, question, new Uint8Array(512));
    return zone.holds?.(exchange);
  });
}

test('the zone holds what is at the apex, whatever comes first there', () => {
  expect(held(answererOf('t.', `${head}@ 60 A 192.0.2.1\n`), 't. A', 't. NS', 't. ANY', 't. MX')).toEqual([true, true, true, false]);
});

test('the zone holds dynamic types, whatever their number, and ANY where there is nothing else', () => {
  const builder = builderOf('t.', `${head}beside 60 TXT x\n`);
  builder.addDynamic(parseName('zero.t.'), [TYPE.A], 0, 60);
  builder.addDynamic(parseName('alias.t.'), [TYPE.CNAME], 0, 60);
  builder.addDynamic(parseName('beside.t.'), [TYPE.A], 1, 60);
  const zone = zoneAnswerer(builder.build(), { dynamic: { choose: () => CHOSEN } });
  expect(held(zone, 'zero.t. A', 'zero.t. ANY', 'zero.t. TXT', 'alias.t. A', 'alias.t. CNAME', 'beside.t. ANY')).toEqual([
    true,
    true,
    false,
    true,
    true,
    true,
  ]);
});

test('a delegation and an alias are held for every type; a name with a wildcard below it, or an empty one, is not', () => {
  const zone = answererOf('t.', `${head}cut 60 NS ns.x.\nalias 60 CNAME a\n*.w 60 A 192.0.2.1\na.ent 60 A 192.0.2.1\nw 60 TXT w\n`);
  expect(held(zone, 'cut.t. MX', 'x.cut.t. MX', 'alias.t. MX', 'w.t. MX', 'x.w.t. A', 'ent.t. ANY')).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('RFC 2308 5: the first thing that a zone is asked for may be its SOA', () => {
  const exchange = new Exchange();
  const out = new Uint8Array(512);
  begin(exchange, 'handled.t. A', out);
  answererOf('t.', head).negative?.(exchange);
  expect(describeMessage(out.subarray(0, exchange.response.finish()))).toBe('NOERROR\nau t. 30 SOA ns.x. host.x. 1 1 1 1 30');
});

test('RFC 2181 9: TC when the SOA for somebody else’s empty answer does not fit', () => {
  const exchange = new Exchange();
  const out = new Uint8Array(512);
  begin(exchange, 'handled.t. A', out, { limitOctets: 40 });
  answererOf('t.', head).negative?.(exchange);
  expect(describeMessage(out.subarray(0, exchange.response.finish()))).toBe('NOERROR tc');
});

test('what is missing is told in words', () => {
  expect(() => plainExample(steerExample)).toThrow(/ is answered dynamically, and nothing was given that chooses for it$/);
  expect(() => signedExample(steerExample, { dynamic: { choose: () => CHOSEN } })).toThrow(
    / is answered dynamically, and no signer was given for its zone$/,
  );
  expect(new AuthorityError('ERR_AUTHORITY_SIGNER_MISSING', 'x').name).toBe('AuthorityError');
});

test('an apex that is dynamic needs a chooser too', () => {
  const builder = builderOf('t.', head);
  builder.addDynamic(parseName('t.'), [TYPE.A], 1, 60);
  expect(() => zoneAnswerer(builder.build())).toThrow(/^t\. is answered/);
});

test('the numbers of the statuses, for choosers that have no TypeScript', () => {
  expect([CHOSEN, NODATA, ERROR]).toEqual([0, 1, 2]);
});

test('a new choice is empty, and so is one that is reset', () => {
  const empty = { rdatas: [], ttlSeconds: 0, scopePrefix: 0, rcode: 2, extendedErrorCode: -1, extendedErrorText: '' };
  const choice = new DynamicChoice();
  expect(choice).toMatchObject(empty);
  choice.rdatas.push(new Uint8Array(4));
  Object.assign(choice, { ttlSeconds: 9, scopePrefix: 9, rcode: 5, extendedErrorCode: 9, extendedErrorText: 'x' });
  choice.reset();
  expect(choice).toMatchObject(empty);
});

test('an image that nobody answers from any more is forgotten, however many answers of it were waited for at once', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const release: (() => void)[] = [];
  const dynamic: RRsetChooser = {
    choose: (_id, _type, _exchange, choice) =>
      new Promise((resolve) => {
        choice.rdatas.push(Uint8Array.of(192, 0, 2, 1));
        release.push(() => resolve(CHOSEN));
      }),
  };
  const begun = () => {
    const builder = builderOf('t.', head);
    builder.addDynamic(parseName('a.t.'), [TYPE.A], 0, 60);
    const image = builder.build();
    const zone = zoneAnswerer(image, { dynamic });
    const answers = Array.from({ length: 5 }, () => ask(zone, 'a.t. A'));
    return { image: new WeakRef(image), answers };
  };
  const first = begun();
  for (const resolve of release.splice(3)) resolve();
  await Promise.all(first.answers.slice(3));
  // Two are idle now, three come back when there is another version.
  const second = begun();
  for (const resolve of release) resolve();
  expect((await Promise.all([...first.answers, ...second.answers])).every((answer) => answer.includes('192.0.2.1'))).toBe(true);
  first.answers.length = 0;
  // What a loop of events holds until its end is let go.
  await new Promise((resolve) => setTimeout(resolve, 0));
  collect();
  expect(first.image.deref()).toBeUndefined();
});
