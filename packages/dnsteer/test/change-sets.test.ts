import { ChangeSet } from '@dnsteer/zone';
import { expect, test } from 'vitest';
import { zoneText } from '../src/zone-source.ts';
import { lines, newApp } from './fixtures.ts';

const TEXT = '$TTL 60\n@ SOA ns1 hostmaster 7 3600 600 1209600 60\n@ NS ns1\nns1 A 192.0.2.53\nold A 192.0.2.1\n';
const set = (serial: number) => new ChangeSet().setSerial(serial);

test('a change set of a zone that is served: answers are of the new version, and stay so when handlers are added', async () => {
  const { app } = newApp();
  app.zone('example.com', zoneText(TEXT)).on('www.example.com', 'A', (c) => c.answer({ type: 'A', ttl: 30, data: '192.0.2.80' }));
  const answer = async (name: string) => {
    const reply = await app.query(name, 'A');
    return [reply.rcode, ...lines(reply.answers)].join(' ');
  };
  expect(await answer('old.example.com')).toBe('NOERROR old.example.com 60 A 192.0.2.1');
  app.apply('Example.com', set(8).deleteName('old.example.com').add('new.example.com', 'A', 60, '192.0.2.2'));
  expect(await answer('old.example.com')).toBe('NXDOMAIN');
  expect(await answer('new.example.com')).toBe('NOERROR new.example.com 60 A 192.0.2.2');
  expect(await answer('www.example.com')).toBe('NOERROR www.example.com 30 A 192.0.2.80');
  expect(() => app.apply('example.com', set(8))).toThrow(expect.objectContaining({ code: 'ERR_ZONE_CHANGE_SERIAL' }));
  expect(() => app.apply('example.net', set(9))).toThrow(expect.objectContaining({ code: 'ERR_DNSTEER_ZONE' }));
  app.on('late.example.com', 'A', (c) => c.answer({ type: 'A', ttl: 30, data: '192.0.2.81' }));
  expect(await answer('late.example.com')).toBe('NOERROR late.example.com 30 A 192.0.2.81');
  expect(await answer('new.example.com')).toBe('NOERROR new.example.com 60 A 192.0.2.2');
  expect(await answer('old.example.com')).toBe('NXDOMAIN');
  app.apply('example.com', set(9).add('old.example.com', 'A', 60, '192.0.2.3'));
  expect(await answer('old.example.com')).toBe('NOERROR old.example.com 60 A 192.0.2.3');
});
