import { parseName, TYPE } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { NODATA, zoneAnswerer } from '../src/index.ts';
import { ask } from './ask.ts';
import { answererOf, builderOf, plainExample, signedExample } from './zones.ts';

const head = '@ 60 SOA ns.x. host.x. 1 1 1 1 30\n@ 60 NS ns.x.\n';
/** Signed as far as an answerer looks: the SOA and `rrsets` have an RRSIG. */
const rrsig = (type: string) => `RRSIG ${type} 13 1 60 20600101000000 20240101000000 1 t. AAAA`;

/** The additional section. */
async function additional(zone: string, question: string, dnssec = false): Promise<string[]> {
  const lines = (await ask(answererOf('t.', zone), question, { dnssec })).split('\n');
  return lines.filter((line) => line.startsWith('ad ')).map((line) => line.slice('ad '.length));
}

test('RFC 1034 4.3.2 step 6: the apex is a target like any other', async () => {
  const apex = `${head}@ 60 A 192.0.2.1\n`;
  expect(await additional(`${apex}m 60 MX 1 @\n`, 'm.t. MX')).toEqual(['t. 60 A 192.0.2.1']);
  expect(await additional(`${apex}m 60 HTTPS 1 @\n`, 'm.t. HTTPS')).toEqual(['t. 60 A 192.0.2.1']);
});

test('RFC 1034 4.3.2 step 6: a target outside the zone has no addresses here, and what is in it goes on', async () => {
  // Neither those of the apex, nor those of a wildcard that is right below it; names with fewer labels, as many and more.
  const zone = `${head}@ 60 A 192.0.2.1\n* 60 A 192.0.2.2\nm 60 MX 1 .\nm 60 MX 2 u.\nm 60 MX 3 x.u.\nm 60 MX 4 a.x.u.\nm 60 MX 5 in\nin 60 A 192.0.2.3\n`;
  expect(await additional(zone, 'm.t. MX')).toEqual(['in.t. 60 A 192.0.2.3']);
  expect(await additional(zone.replaceAll(/MX (\d) /g, 'HTTPS $1 '), 'm.t. HTTPS')).toEqual(['in.t. 60 A 192.0.2.3']);
  // A name that would be found in the zone if its last labels were not looked at.
  expect(await additional(`${head}* 60 A 192.0.2.2\nm 60 MX 1 x.u.\n`, 'm.t. MX')).toEqual([]);
  const deep = answererOf('a.b.t.', `${head}* 60 A 192.0.2.2\nm 60 MX 1 u.\nm 60 MX 2 x.b.t.\nm 60 MX 3 y\n`);
  expect((await ask(deep, 'm.a.b.t. MX')).split('\n').slice(4)).toEqual(['ad y.a.b.t. 60 A 192.0.2.2']);
});

test('RFC 1034 4.2.1: a target below a cut that does not exist has no addresses, and neither has the apex for it', async () => {
  const zone = `${head}@ 60 A 192.0.2.1\ncut 60 NS ns.x.\nm 60 MX 1 a.cut\ns 60 MX 1 cut\n`;
  expect(await additional(zone, 'm.t. MX')).toEqual([]);
  expect(await additional(zone, 's.t. MX')).toEqual([]);
});

test('RFC 2181 9: behind addresses that found no room no others are tried', async () => {
  const many = Array.from({ length: 40 }, (_, i) => `many 60 A 192.0.2.${i}`).join('\n');
  const zone = answererOf('t.', `${head}m 60 MX 1 many\nm 60 MX 2 one\n${many}\none 60 A 192.0.2.1\nmany 60 AAAA 2001:db8::1\n`);
  expect(await ask(zone, 'm.t. MX', { limitOctets: 512 })).toBe('NOERROR aa\nan m.t. 60 MX 1 many.t.\nan m.t. 60 MX 2 one.t.');
  const self = answererOf('t.', `${head}${many.replaceAll('many', 'self')}\nself 60 AAAA 2001:db8::1\nself 60 HTTPS 1 .\n`);
  expect(await ask(self, 'self.t. HTTPS', { limitOctets: 512 })).toBe('NOERROR aa\nan self.t. 60 HTTPS 1 .');
});

test('RFC 9460 4.1: an AliasMode target whose own RRset found no room brings no addresses', async () => {
  const zone = answererOf('t.', `${head}m 60 HTTPS 0 w\nw 60 HTTPS 1 . key65280="${'x'.repeat(255)}"\nw 60 A 192.0.2.1\n`);
  expect(await ask(zone, 'm.t. HTTPS', { limitOctets: 200 })).toBe('NOERROR aa\nan m.t. 60 HTTPS 0 w.t.');
  expect((await ask(zone, 'm.t. HTTPS', { limitOctets: 400 })).split('\n').at(-1)).toBe('ad w.t. 60 A 192.0.2.1');
});

test('RFC 9460 2.1: RDATA may have more than 255 octets, the next one is found behind it', async () => {
  const zone = `${head}m 60 HTTPS 1 x.u. key65280="${'x'.repeat(255)}" key65281="${'x'.repeat(40)}"\nm 60 HTTPS 2 in\nin 60 A 192.0.2.3\n`;
  expect(await additional(zone, 'm.t. HTTPS')).toEqual(['in.t. 60 A 192.0.2.3']);
});

test.each(['SVCB', 'HTTPS'])(
  'RFC 9460 2.5: "." of %s is no service in AliasMode, and the owner in ServiceMode, of any priority',
  async (type) => {
    const addresses = 'm 60 A 192.0.2.1\nm 60 AAAA 2001:db8::1\n';
    const own = ['m.t. 60 A 192.0.2.1', 'm.t. 60 AAAA 2001:db8::1'];
    expect(await additional(`${head}${addresses}m 60 ${type} 0 .\n`, `m.t. ${type}`)).toEqual([]);
    for (const priority of [1, 255, 256, 257, 65535]) {
      expect(await additional(`${head}${addresses}m 60 ${type} ${priority} .\n`, `m.t. ${type}`), String(priority)).toEqual(own);
    }
  },
);

test.each(['SVCB', 'HTTPS'])(
  'RFC 9460 4.1: %s of the target comes once, not where the target is its owner, and with the addresses',
  async (type) => {
    const zone = `${head}m 60 ${type} 1 m\nm 60 A 192.0.2.1\na 60 ${type} 0 m\n`;
    expect(await additional(zone, `m.t. ${type}`)).toEqual(['m.t. 60 A 192.0.2.1']);
    expect(await additional(zone, `a.t. ${type}`)).toEqual([`m.t. 60 ${type} 1 m.t.`, 'm.t. 60 A 192.0.2.1']);
  },
);

test('RFC 9460 4.1: with DO, and only then, the NSEC of a target that lacks A, AAAA or the type', async () => {
  const types = ['A', 'AAAA', 'HTTPS'];
  const rdata: Record<string, string> = { A: '192.0.2.1', AAAA: '2001:db8::1', HTTPS: '1 .' };
  const zoneWith = (owner: string, present: readonly string[]) =>
    [
      `${head}@ 60 ${rrsig('SOA')}`,
      'm 60 HTTPS 0 ' + owner,
      ...present.map((type) => `${owner} 60 ${type} ${rdata[type]}`),
      `${owner} 60 NSEC m HTTPS`,
      '',
    ].join('\n');
  const hasNsec = async (zone: string, dnssec: boolean) =>
    (await additional(zone, 'm.t. HTTPS', dnssec)).some((line) => line.includes(' NSEC '));
  for (const owner of ['w', '@']) {
    expect(await hasNsec(zoneWith(owner, types), true), owner).toBe(false);
    for (const missing of types) {
      const zone = zoneWith(
        owner,
        types.filter((type) => type !== missing),
      );
      expect(await hasNsec(zone, true), `${owner} ${missing}`).toBe(true);
      expect(await hasNsec(zone, false), `${owner} ${missing}`).toBe(false);
    }
  }
});

test('RFC 9460 4.1: no NSEC of a target that is steered, and the targets behind it are looked at', async () => {
  const builder = builderOf('t.', `${head}@ 60 ${rrsig('SOA')}\nm 60 HTTPS 1 w\nm 60 HTTPS 2 v\nw 60 NSEC z A\nv 60 A 192.0.2.2\n`);
  builder.addDynamic(parseName('w.t.'), [TYPE.A], 1, 60);
  const zone = zoneAnswerer(builder.build(), { dynamic: { choose: () => NODATA }, sign: { sign: () => [] } });
  const lines = (await ask(zone, 'm.t. HTTPS', { dnssec: true })).split('\n');
  expect(lines.filter((line) => line.startsWith('ad '))).toEqual(['ad v.t. 60 A 192.0.2.2']);
});

test('RFC 4035 3.1.3.3: in an unsigned zone a wildcard has addresses with DO too', async () => {
  expect(await ask(plainExample(), '_s._tcp.example. SRV', { dnssec: true })).toContain('\nad x.wild.example. 3600 A 192.0.2.8');
});

test('RFC 3225 3: without DO the additional section has no NSEC', async () => {
  expect(await ask(signedExample(), 'svc.example. HTTPS')).toBe(
    'NOERROR aa\nan svc.example. 3600 HTTPS 1 www.example. alpn="h2"\nad www.example. 3600 A 192.0.2.3',
  );
});
