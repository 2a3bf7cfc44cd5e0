import { definePolicy, type PolicyDefinition } from '@dnsteer/steering';
import { expect, test } from 'vitest';
import { rdataOf, steer } from '../src/index.ts';

const POOLS = [{ name: 'eu', endpoints: [{ name: 'a', addresses: ['192.0.2.1'] }] }];
const policyOf = (more: Partial<PolicyDefinition>, own: object = { rdataOf }) =>
  definePolicy({ name: 'web', pools: ['eu'], chain: [], ...more }, { pools: POOLS, ...own });

test.each([
  ['0 www.example.', 'expected a priority of 1 or more: AliasMode has no parameters, so no hints (RFC 9460 2.4.2)'],
  ['1 . ipv4hint=192.0.2.1', 'expected no ipv4hint or ipv6hint: they are the addresses that are chosen'],
  ['1 . alpn=h2 ipv6hint=2001:db8::1', 'expected no ipv4hint or ipv6hint: they are the addresses that are chosen'],
])('RFC 9460: services.HTTPS of %j: %s', (HTTPS, message) => {
  const policy = policyOf({ services: { HTTPS } });
  expect(() => steer(policy)).toThrow(
    expect.objectContaining({ code: 'ERR_DNSTEER_OPTION', message: `policy web, services.HTTPS: ${message}` }),
  );
});

test.each([
  [{ HTTPS: '1 . alpn' }, ['services', 'HTTPS'], 'ERR_STEERING_RDATA'],
  [{ HTTPS: 1 }, ['services', 'HTTPS'], 'ERR_STEERING_TYPE'],
  [{ A: '192.0.2.1' }, ['services', 'A'], 'ERR_STEERING_UNKNOWN_KEY'],
])('services %j are refused with their place', (services, path, code) => {
  expect(() => policyOf({ services } as never)).toThrow(expect.objectContaining({ path, code }));
});

test('what rdataOf did not make is told where it is served', () => {
  const pools = [{ name: 'eu', endpoints: [{ name: 'a', records: { TXT: ['hello world'] } }] }];
  const policy = definePolicy({ name: 'web', pools: ['eu'], chain: [] }, { pools });
  expect(() => steer(policy)).toThrow(
    'policy web: records of TXT are not in wire form: expected a type such as TXT, and rdataOf of dnsteer',
  );
});

test('rdataOf: presentation format, with quotes where a zone file has them', () => {
  const hex = (type: string, text: string) => Buffer.from(rdataOf(type, text)).toString('hex');
  expect(hex('TXT', '"a b" c')).toBe('0361206201 63'.replace(' ', ''));
  expect(hex('TXT', '"a\\"b"')).toBe('03612262');
  expect(hex('MX', '10 mail.example.')).toBe('000a046d61696c076578616d706c6500');
  expect(hex('HTTPS', '1 . alpn="h2,h3"')).toBe(hex('HTTPS', '1 . alpn=h2,h3'));
  expect(hex('TYPE65280', '\\# 2 abcd')).toBe('abcd');
  expect(() => rdataOf('TXXT', 'a')).toThrow('found type "TXXT", expected a mnemonic such as TXT, or TYPE65280');
});
