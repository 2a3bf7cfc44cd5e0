import { DnsApp } from '@dnsteer/router';
import { expect, test } from 'vitest';
import { acl } from '../src/index.ts';

function app(options: Parameters<typeof acl>[0]) {
  return new DnsApp().use(acl(options)).on('*', (c) => c.answer({ type: 'A', data: '192.0.2.1' }));
}

test.each([
  [{ deny: ['203.0.113.0/24'] }, '203.0.113.7', 'REFUSED'],
  [{ deny: ['203.0.113.0/24'] }, '203.0.114.7', 'NOERROR'],
  [{ allow: ['203.0.113.0/25'] }, '203.0.113.7', 'NOERROR'],
  [{ allow: ['203.0.113.0/25'] }, '203.0.113.128', 'REFUSED'],
  [{ allow: ['203.0.113.0/24'], deny: ['203.0.113.7'] }, '203.0.113.7', 'REFUSED'],
  [{ deny: ['2001:db8::/33'] }, '2001:db8:7fff::1', 'REFUSED'],
  [{ deny: ['2001:db8::/33'] }, '2001:db8:8000::1', 'NOERROR'],
  [{ deny: ['203.0.113.0/24'] }, '::ffff:203.0.113.7', 'REFUSED'],
])('%j: %s gets %s', async (options, client, rcode) => {
  expect((await app(options).query('x.test', 'A', { client })).rcode).toBe(rcode);
});

test('an ECS option does not get anyone past it', async () => {
  expect((await app({ allow: ['203.0.113.0/24'] }).query('x.test', 'A', { client: '203.0.113.0/24' })).rcode).toBe('REFUSED');
});

test('drop says nothing', async () => {
  await expect(app({ deny: ['0.0.0.0/0'], action: 'drop' }).query('x.test', 'A')).rejects.toMatchObject({ code: 'ERR_ROUTER_DROPPED' });
});

test('a prefix that is none is an error with a code', () => {
  expect(() => acl({ deny: ['203.0.113.0/33'] })).toThrow(expect.objectContaining({ code: 'ERR_ROUTER_CLIENT' }));
});
