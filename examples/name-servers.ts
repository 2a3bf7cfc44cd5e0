// Two name servers, ns1 and ns2, with the same zone: NS, SOA and glue in it, and a name that a handler answers.
// In earnest they run on two machines in two networks (RFC 2182), each with `listen: ['its address:53']`; here both are on this one.
import { DnsApp, serve, zoneText } from 'dnsteer';

const [ns1 = '127.0.0.1', ns2 = '127.0.0.2'] = process.env.HOSTS?.split(',') ?? [];
const ports = process.env.PORT ?? '5300';

const app = new DnsApp()
  .zone(
    'example.com',
    zoneText(`
$TTL 3600
; primary, mailbox, serial, refresh, retry, expire, negative TTL
@        SOA   ns1 hostmaster 2026112201 3600 600 1209600 300
@        NS    ns1
@        NS    ns2
; Their names lie inside the zone: the parent zone must hold these addresses too.
ns1      A     ${ns1}
ns2      A     ${ns2}
static   A     192.0.2.80
; A zone of somebody else's below ours, and its glue.
child    NS    ns.child
ns.child A     192.0.2.54
`),
  )
  .on('www.example.com', ['A', 'AAAA'], (c) => {
    if (c.type === 'A' || c.type === 'ANY') c.answer({ type: 'A', ttl: 30, data: '192.0.2.10' });
    if (c.type === 'AAAA' || c.type === 'ANY') c.answer({ type: 'AAAA', ttl: 30, data: '2001:db8::10' });
  });

const { addresses } = await serve(app, { listen: [`${ns1}:${ports}`, `${ns2}:${ports}`] });
for (const { host, port } of addresses) console.log(`listening on ${host}:${port}`);
const [{ host, port }] = addresses;
console.log(`try

  dig @${host} -p ${port} example.com NS
  dig @${addresses[1].host} -p ${addresses[1].port} www.example.com A
  dig @${host} -p ${port} a.child.example.com A`);
