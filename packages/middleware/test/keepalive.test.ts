import { describe, expect, test } from 'vitest';
import { keepalive } from '../src/index.ts';
import { ask } from './ask.ts';

const OPTION = '000b 0000';
/** OPT of the response: 1232 octets, and these options. */
const opt = (options: string) => `00002904d000000000${options}`;

describe('RFC 7828', () => {
  test.each(['tcp', 'tls'] as const)('3.3.2: over %s, who asks is told the timeout in tenths of a second', (transport) => {
    expect(ask([keepalive(12_340)], OPTION, { transport }).toString('hex')).toMatch(
      new RegExp(`${opt('0006 000b 0002 007b'.replaceAll(' ', ''))}$`),
    );
  });

  test('3.2.1: over UDP the option is not answered', () => {
    expect(ask([keepalive(10_000)], OPTION).toString('hex')).toMatch(new RegExp(`${opt('0000')}$`));
  });

  test('who does not ask is not told', () => {
    expect(ask([keepalive(10_000)], '', { transport: 'tcp' }).toString('hex')).toMatch(new RegExp(`${opt('0000')}$`));
  });

  test.each([-1, Number.NaN, 6_553_501])('a timeout of %d ms does not fit the option', (ms) => {
    expect(() => keepalive(ms)).toThrow(expect.objectContaining({ code: 'ERR_MIDDLEWARE_KEEPALIVE' }));
  });
});
