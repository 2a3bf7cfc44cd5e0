import { DnsApp } from '@dnsteer/router';
import { parseName, TYPE } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { CHOSEN, zoneAnswerer } from '../src/index.ts';
import { builderOf } from './zones.ts';

const builder = builderOf(
  't.',
  `@ 60 SOA ns.x. host.x. 1 1 1 1 30
@ 60 NS ns.x.
www 60 A 192.0.2.1
alias 60 CNAME www
cut 60 NS ns.cut
ns.cut 60 A 192.0.2.2
dn 60 DNAME other.test.
dn 60 TXT dn
a.ent 60 A 192.0.2.3
*.wild 60 A 192.0.2.4
`,
);
builder.addDynamic(parseName('steered.t.'), [TYPE.A], 1, 60);
builder.addDynamic(parseName('moving.t.'), [TYPE.CNAME], 2, 60);
const zone = zoneAnswerer(builder.build(), {
  dynamic: {
    choose(id, _type, _exchange, choice) {
      choice.rdatas.push(id === 1 ? Uint8Array.of(192, 0, 2, 7) : parseName('www.t.'));
      return CHOSEN;
    },
  },
});
const handled = '203.0.113.1';

async function ask(pattern: string, name: string, type: string): Promise<string> {
  const app = new DnsApp().mount(zone).on(pattern, ['A', 'AAAA', 'TXT'], (c) => {
    c.answer(
      c.type === 'AAAA'
        ? { type: 'AAAA', data: '2001:db8::1' }
        : c.type === 'TXT'
          ? { type: 'TXT', data: 'handled' }
          : { type: 'A', data: handled },
    );
  });
  const { rcode, flag_aa, answers, authorities } = await app.query(name, type);
  return [
    rcode,
    flag_aa ? 'aa' : '-',
    ...[...answers, ...authorities].map((record) => `${record.type} ${record.type === 'A' ? record.data : record.name}`),
  ].join(' ');
}

test.each([
  ['RFC 4592 2.2.1: records that are there', 'www.t', 'A', 'NOERROR aa A 192.0.2.1'],
  ['RFC 4592 2.2.1: ANY of a name that has records', 'www.t', 'ANY', 'NOERROR aa A 192.0.2.1'],
  ['RFC 1034 3.6.2: a CNAME that is there', 'alias.t', 'A', 'NOERROR aa CNAME alias.t A 192.0.2.1'],
  ['RFC 1034 4.3.2 step 3b: a delegation', 'cut.t', 'A', 'NOERROR - NS cut.t'],
  ['RFC 1034 4.3.2 step 3b: what is below a delegation, glue too', 'ns.cut.t', 'A', 'NOERROR - NS cut.t'],
  ['RFC 6672 2.3: what is below a DNAME', 'x.dn.t', 'A', 'NOERROR aa DNAME dn.t CNAME x.dn.t'],
  ['RFC 4592 2.2.1: a dynamic type of that name', 'steered.t', 'A', 'NOERROR aa A 192.0.2.7'],
  ['RFC 1034 3.6.2: a dynamic CNAME', 'moving.t', 'AAAA', 'NOERROR aa CNAME moving.t AAAA www.t'],
])('%s: the zone answers before a pattern', async (_, name, type, response) => {
  expect(await ask('*.t', name, type)).toBe(response);
});

test.each([
  ['a name that is not there', 'new.t', 'A', `NOERROR aa A ${handled}`],
  ['a type that the name has not', 'www.t', 'TXT', 'NOERROR aa TXT www.t'],
  ['a type beside a steered one', 'steered.t', 'TXT', 'NOERROR aa TXT steered.t'],
  ['the owner of a DNAME', 'dn.t', 'A', `NOERROR aa A ${handled}`],
  ['an empty non-terminal', 'ent.t', 'A', `NOERROR aa A ${handled}`],
  ['ANY of an empty non-terminal', 'ent.t', 'ANY', `NOERROR aa A ${handled}`],
  ['a name that a wildcard of the zone would answer', 'x.wild.t', 'A', `NOERROR aa A ${handled}`],
])('%s: the pattern answers', async (_, name, type, response) => {
  expect(await ask('*.t', name, type)).toBe(response);
});

test('a parameter yields as "*" does; a name that is given in full does not', async () => {
  expect(await ask(':name.t', 'www.t', 'A')).toBe('NOERROR aa A 192.0.2.1');
  expect(await ask(':name.t', 'new.t', 'A')).toBe(`NOERROR aa A ${handled}`);
  expect(await ask('www.t', 'www.t', 'A')).toBe(`NOERROR aa A ${handled}`);
  expect(await ask('alias.t', 'alias.t', 'A')).toBe(`NOERROR aa A ${handled}`);
});
