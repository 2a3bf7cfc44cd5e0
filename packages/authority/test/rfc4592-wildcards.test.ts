import { expect, test } from 'vitest';
import { ask } from './ask.ts';
import { answererOf } from './zones.ts';

// The zone of RFC 4592 2.2.1, word for word but for the SOA and SRV RDATA, which it leaves open.
const zone = answererOf(
  'example.',
  `$ORIGIN example.
example.                 3600 IN  SOA   ns.example.com. host.example. 1 3600 600 86400 300
example.                 3600     NS    ns.example.com.
example.                 3600     NS    ns.example.net.
*.example.               3600     TXT   "this is a wildcard"
*.example.               3600     MX    10 host1.example.
sub.*.example.           3600     TXT   "this is not a wildcard"
host1.example.           3600     A     192.0.2.1
_ssh._tcp.host1.example. 3600     SRV   0 0 22 host1.example.
_ssh._tcp.host2.example. 3600     SRV   0 0 22 host2.example.
subdel.example.          3600     NS    ns.example.com.
subdel.example.          3600     NS    ns.example.net.
`,
);
const soa = 'au example. 300 SOA ns.example.com. host.example. 1 3600 600 86400 300';

test.each([
  [
    'RFC 4592 2.2.1: host3.example. MX is synthesised',
    'host3.example. MX',
    `NOERROR aa\nan host3.example. 3600 MX 10 host1.example.\nad host1.example. 3600 A 192.0.2.1`,
  ],
  ['RFC 4592 2.2.1: host3.example. A is NODATA, because the wildcard has no A', 'host3.example. A', `NOERROR aa\n${soa}`],
  [
    'RFC 4592 2.2.1: foo.bar.example. TXT is synthesised, because bar.example. does not exist',
    'foo.bar.example. TXT',
    'NOERROR aa\nan foo.bar.example. 3600 TXT "this is a wildcard"',
  ],
  ['RFC 4592 2.2.1: host1.example. MX is not synthesised, because host1.example. exists', 'host1.example. MX', `NOERROR aa\n${soa}`],
  ['RFC 4592 2.2.1: sub.*.example. MX is not synthesised, because sub.*.example. exists', 'sub.*.example. MX', `NOERROR aa\n${soa}`],
  [
    'RFC 4592 2.2.1: _telnet._tcp.host1.example. SRV is not synthesised, because _tcp.host1.example. exists',
    '_telnet._tcp.host1.example. SRV',
    `NXDOMAIN aa\n${soa}`,
  ],
  [
    'RFC 4592 2.2.1: host.subdel.example. A is referred, because subdel.example. is a zone cut',
    'host.subdel.example. A',
    'NOERROR\nau subdel.example. 3600 NS ns.example.com.\nau subdel.example. 3600 NS ns.example.net.',
  ],
  ['RFC 4592 2.2.1: ghost.*.example. MX is not synthesised, because *.example. exists', 'ghost.*.example. MX', `NXDOMAIN aa\n${soa}`],
  ['RFC 4592 2.2.2: host2.example. exists as an empty non-terminal', 'host2.example. MX', `NOERROR aa\n${soa}`],
  ['RFC 4592 2.2.2: _tcp.host2.example. exists as an empty non-terminal', '_tcp.host2.example. TXT', `NOERROR aa\n${soa}`],
  ['RFC 4592 2.1.3: a wildcard is asked for by its own name', '*.example. TXT', 'NOERROR aa\nan *.example. 3600 TXT "this is a wildcard"'],
  [
    'RFC 4592 3.3.1: the owner of a synthesised record is QNAME, case kept',
    'HosT3.ExamPle. TXT',
    'NOERROR aa\nan HosT3.ExamPle. 3600 TXT "this is a wildcard"',
  ],
])('%s', async (_, question, response) => {
  expect(await ask(zone, question)).toBe(response);
});
