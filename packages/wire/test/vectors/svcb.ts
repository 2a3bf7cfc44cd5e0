import type { Vectors } from '../vector.ts';

const foo = '03666f6f076578616d706c6503636f6d00';
const fooOrg = '03666f6f076578616d706c65036f726700';
const ech = 'AEj+DQBEAQAgACAdd+scUi0IYFsXnUIU7ko2Nd9+F8M26pAGZVpz/KrWPgAEAAEAAWQVZWNoLXNpdGVzLmV4YW1wbGUubmV0AAA=';

/** RFC 9460 Appendix D, and what BIND says. */
export const vectors: Vectors = {
  type: 'SVCB',
  good: [
    {
      source: 'RFC 9460 D.1',
      text: '0 foo.example.com.',
      hex: `0000${foo}`,
      object: { priority: 0, target: 'foo.example.com', params: {} },
    },
    { source: 'RFC 9460 D.2 figure 3', text: '1 .', hex: '000100', object: { priority: 1, target: '.', params: {} } },
    {
      source: 'RFC 9460 D.2 figure 4',
      text: '16 foo.example.com. port=53',
      hex: `0010${foo}000300020035`,
      object: { priority: 16, target: 'foo.example.com', params: { port: 53 } },
    },
    {
      source: 'RFC 9460 D.2 figure 5',
      text: '1 foo.example.com. key667=hello',
      formatted: '1 foo.example.com. key667="hello"',
      hex: `0001${foo}029b000568656c6c6f`,
      object: { priority: 1, target: 'foo.example.com', params: { key667: Buffer.from('hello') } },
    },
    {
      source: 'RFC 9460 D.2 figure 6',
      text: '1 foo.example.com. key667="hello\\210qoo"',
      hex: `0001${foo}029b000968656c6c6fd2716f6f`,
      object: { priority: 1, target: 'foo.example.com', params: { key667: Buffer.from('68656c6c6fd2716f6f', 'hex') } },
    },
    {
      source: 'RFC 9460 D.2 figure 7',
      text: '1 foo.example.com. ipv6hint="2001:db8::1,2001:db8::53:1"',
      formatted: '1 foo.example.com. ipv6hint=2001:db8::1,2001:db8::53:1',
      hex: `0001${foo}0006002020010db800000000000000000000000120010db8000000000000000000530001`,
      object: { priority: 1, target: 'foo.example.com', params: { ipv6hint: ['2001:db8::1', '2001:db8::53:1'] } },
    },
    {
      source: 'RFC 9460 D.2 figure 8',
      text: '1 example.com. ipv6hint="2001:db8:122:344::192.0.2.33"',
      formatted: '1 example.com. ipv6hint=2001:db8:122:344::c000:221',
      hex: '0001076578616d706c6503636f6d000006001020010db80122034400000000c0000221',
      object: { priority: 1, target: 'example.com', params: { ipv6hint: ['2001:db8:122:344::c000:221'] } },
    },
    {
      source: 'RFC 9460 D.2 figure 9',
      text: '16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1',
      formatted: '16 foo.example.org. mandatory=alpn,ipv4hint alpn="h2,h3-19" ipv4hint=192.0.2.1',
      hex: `0010${fooOrg}0000000400010004000100090268320568332d313900040004c0000201`,
      object: {
        priority: 16,
        target: 'foo.example.org',
        params: { mandatory: ['alpn', 'ipv4hint'], alpn: ['h2', 'h3-19'], ipv4hint: ['192.0.2.1'] },
      },
    },
    {
      source: 'RFC 9460 D.2 figure 10, in quotes',
      text: '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
      hex: `0010${fooOrg}0001000c08665c6f6f2c626172026832`,
      object: { priority: 16, target: 'foo.example.org', params: { alpn: ['f\\oo,bar', 'h2'] } },
    },
    {
      source: 'RFC 9460 D.2 figure 10, with escapes',
      text: '16 foo.example.org. alpn=f\\\\\\092oo\\092,bar,h2',
      formatted: '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
      hex: `0010${fooOrg}0001000c08665c6f6f2c626172026832`,
      object: { priority: 16, target: 'foo.example.org', params: { alpn: ['f\\oo,bar', 'h2'] } },
    },
    {
      source: 'BIND 9.18',
      text: `1 . ech=${ech} no-default-alpn alpn=h2`,
      formatted: `1 . alpn="h2" no-default-alpn ech=${ech}`,
      hex: `00010000010003026832000200000005004a${Buffer.from(ech, 'base64').toString('hex')}`,
      object: { priority: 1, target: '.', params: { alpn: ['h2'], 'no-default-alpn': true, ech: Buffer.from(ech, 'base64') } },
    },
    {
      source: 'RFC 9461 5',
      text: '1 . alpn=h3 dohpath=/dns-query{?dns}',
      formatted: '1 . alpn="h3" dohpath="/dns-query{?dns}"',
      hex: '00010000010003026833000700102f646e732d71756572797b3f646e737d',
      object: { priority: 1, target: '.', params: { alpn: ['h3'], dohpath: '/dns-query{?dns}' } },
    },
    {
      source: 'RFC 9540 4',
      text: '1 . ohttp',
      hex: '00010000080000',
      object: { priority: 1, target: '.', params: { ohttp: true } },
      notInBind: 'newer than 9.18',
    },
    {
      source: 'RFC 9460 2.1: a key by number has the octets of the wire',
      text: '1 . key3="\\0005"',
      formatted: '1 . port=53',
      hex: '000100000300020035',
      object: { priority: 1, target: '.', params: { port: 53 } },
    },
  ],
  badText: [
    // RFC 9460 D.3, in its order.
    { text: '1 foo.example.com. key123=abc key123=def', tokenIndex: 3 },
    { text: '1 foo.example.com. mandatory', tokenIndex: 2 },
    { text: '1 foo.example.com. alpn', tokenIndex: 2 },
    { text: '1 foo.example.com. port', tokenIndex: 2 },
    { text: '1 foo.example.com. ipv4hint', tokenIndex: 2 },
    { text: '1 foo.example.com. ipv6hint', tokenIndex: 2 },
    { text: '1 foo.example.com. no-default-alpn=abc alpn=h2', tokenIndex: 2 },
    { text: '1 foo.example.com. mandatory=key123', tokenIndex: 2 },
    { text: '1 foo.example.com. mandatory=mandatory', tokenIndex: 2 },
    { text: '1 foo.example.com. mandatory=key123,key123 key123=abc', tokenIndex: 2 },
    { text: '1 foo.example.com. no-default-alpn', tokenIndex: 2 },
    { text: '1 foo.example.com. port=65536', tokenIndex: 2 },
    { text: '1 foo.example.com. ipv4hint=192.0.2.1,x', tokenIndex: 2 },
    { text: '1 foo.example.com. alpn=h2,,h3', tokenIndex: 2 },
    { text: '1 foo.example.com. nosuchkey=1', tokenIndex: 2 },
    { text: '1 foo.example.com. key65535=1', tokenIndex: 2, notInBind: 'RFC 9460 14.3.2: 65535 is no key' },
    { text: '1 foo.example.com. key3=53x', tokenIndex: 2, notInBind: 'is not checked there' },
    { text: '1 foo.example.com. ech=AAA', tokenIndex: 2 },
    { text: '1', tokenIndex: 1 },
  ],
  badHex: [
    '',
    '0001',
    '0001c00c',
    // Keys out of order, and twice.
    '0001000003000200350001000302683200',
    '000100000300020035000300020035',
    // A length past the end; port of three octets; an empty ALPN; hints of a wrong size.
    '00010000030003',
    '0001000003000300350000',
    '0001000001000100',
    '00010000040003c00002',
    '00010000060004c0000201',
    // Mandatory that names itself, and what is not there; no-default-alpn alone.
    '000100000000020000',
    '000100000000020003',
    '00010000020000',
  ],
};
