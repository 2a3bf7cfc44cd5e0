import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defineCheck } from '../src/index.ts';

const tcp = { type: 'tcp', port: 80 };

describe('check definitions', () => {
  test('defaults: gdnsd interval and time-out, rise 2, fall 3, ok 1', () => {
    expect(defineCheck({ type: 'http' })).toMatchObject({
      intervalMs: 10_000,
      timeoutMs: 5000,
      jitter: 0.1,
      rise: 2,
      fall: 3,
      ok: 1,
      initial: 'unknown',
    });
    expect(defineCheck({ type: 'http', intervalMs: 3000 }).timeoutMs).toBe(1500);
  });

  test('undefined and null are as left out', () => {
    expect(defineCheck({ ...tcp, rise: undefined, fall: null, nonsense: undefined }).identity).toBe(defineCheck(tcp).identity);
  });

  test('identity: alike for what does the same, whatever the order and the defaults', () => {
    expect(defineCheck({ port: 80, rise: 2, type: 'tcp' }).identity).toBe(defineCheck(tcp).identity);
    const definitions = [
      { ...tcp, port: 81 },
      { ...tcp, rise: 3 },
      { ...tcp, ok: 2 },
      { ...tcp, timeoutMs: 70 },
      { type: 'http', port: 80 },
      { type: 'http', port: 80, path: '/x' },
    ];
    const identities = definitions.map((definition) => defineCheck(definition).identity);
    expect(new Set([...identities, defineCheck(tcp).identity]).size).toBe(definitions.length + 1);
  });

  test.each<[unknown, string, string, string]>([
    [undefined, 'VALUE', 'check', 'check: expected keys and values, got nothing'],
    [['tcp'], 'VALUE', 'check', 'check: expected keys and values, got ["tcp"]'],
    [{}, 'TYPE', 'check.type', 'check.type: expected http, https, tcp, got nothing'],
    [{ type: 'ftp' }, 'TYPE', 'check.type', 'check.type: expected http, https, tcp, got "ftp"'],
    [{ type: 'constructor' }, 'TYPE', 'check.type', 'check.type: expected http, https, tcp, got "constructor"'],
    [{ type: 'tcp' }, 'VALUE', 'check.port', 'check.port: expected a whole number from 1 to 65535, got nothing'],
    [{ ...tcp, port: '80' }, 'VALUE', 'check.port', 'check.port: expected a whole number from 1 to 65535, got "80"'],
    [{ ...tcp, port: 65_536 }, 'VALUE', 'check.port', 'check.port: expected a whole number from 1 to 65535, got 65536'],
    [{ ...tcp, port: 80.5 }, 'VALUE', 'check.port', 'check.port: expected a whole number from 1 to 65535, got 80.5'],
    [{ ...tcp, rise: 0 }, 'VALUE', 'check.rise', 'check.rise: expected a whole number from 1 to 1000, got 0'],
    [{ ...tcp, fall: -1 }, 'VALUE', 'check.fall', 'check.fall: expected a whole number from 1 to 1000, got -1'],
    [{ ...tcp, ok: null, jitter: 0.6 }, 'VALUE', 'check.jitter', 'check.jitter: expected a number from 0 to 0.5, got 0.6'],
    [{ ...tcp, jitter: NaN }, 'VALUE', 'check.jitter', 'check.jitter: expected a number from 0 to 0.5, got NaN'],
    [{ ...tcp, intervalMs: 5 }, 'VALUE', 'check.intervalMs', 'check.intervalMs: expected a whole number from 10 to 86400000, got 5'],
    [
      { ...tcp, intervalMs: 1000, timeoutMs: 1001 },
      'VALUE',
      'check.timeoutMs',
      'check.timeoutMs: expected a whole number from 1 to 1000, got 1001',
    ],
    [{ ...tcp, initial: 'maybe' }, 'VALUE', 'check.initial', 'check.initial: expected up or down or unknown, got "maybe"'],
    [
      { ...tcp, path: '/' },
      'KEY',
      'check.path',
      'check.path: unknown key; known here: cooldownMs, fall, initial, intervalMs, jitter, ok, port, rise, timeoutMs, type',
    ],
    [
      { ...tcp, constructor: 1 },
      'KEY',
      'check.constructor',
      'check.constructor: unknown key; known here: cooldownMs, fall, initial, intervalMs, jitter, ok, port, rise, timeoutMs, type',
    ],
    [{ type: 'http', path: 'healthz' }, 'VALUE', 'check.path', `check.path: expected a path like '/healthz', got "healthz"`],
    [{ type: 'http', path: '/a b' }, 'VALUE', 'check.path', `check.path: expected a path like '/healthz', got "/a b"`],
    [{ type: 'http', path: '/\r\nX: y' }, 'VALUE', 'check.path', `check.path: expected a path like '/healthz', got "/\\r\\nX: y"`],
    [
      { type: 'http', host: 'a\r\nX: y' },
      'VALUE',
      'check.host',
      `check.host: expected a host name or address, with or without ':port', got "a\\r\\nX: y"`,
    ],
    [
      { type: 'http', host: 'http://x' },
      'VALUE',
      'check.host',
      `check.host: expected a host name or address, with or without ':port', got "http://x"`,
    ],
    [
      { type: 'http', expectStatus: 99 },
      'VALUE',
      'check.expectStatus',
      `check.expectStatus: expected status codes like 200, '200-299' or [200, 404], got 99`,
    ],
    [
      { type: 'http', expectStatus: '299-200' },
      'VALUE',
      'check.expectStatus',
      `check.expectStatus: expected status codes like 200, '200-299' or [200, 404], got "299-200"`,
    ],
    [
      { type: 'http', expectStatus: [] },
      'VALUE',
      'check.expectStatus',
      `check.expectStatus: expected status codes like 200, '200-299' or [200, 404], got []`,
    ],
    [
      { type: 'http', expectStatus: [200, [404]] },
      'VALUE',
      'check.expectStatus',
      `check.expectStatus: expected status codes like 200, '200-299' or [200, 404], got [200,[404]]`,
    ],
    [
      { type: 'http', verifyCertificate: false },
      'KEY',
      'check.verifyCertificate',
      'check.verifyCertificate: unknown key; known here: cooldownMs, expectStatus, fall, host, initial, intervalMs, jitter, ok, path, port, rise, timeoutMs, type',
    ],
    [
      { type: 'https', verifyCertificate: 'no' },
      'VALUE',
      'check.verifyCertificate',
      'check.verifyCertificate: expected true or false, got "no"',
    ],
    [{ type: 'https', ca: '' }, 'VALUE', 'check.ca', 'check.ca: expected certificates in PEM, got ""'],
    [{ type: 'https', ca: './ca.pem' }, 'VALUE', 'check.ca', 'check.ca: expected certificates in PEM, got "./ca.pem"'],
    [
      { type: 'https', ca: '-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n' },
      'VALUE',
      'check.ca',
      'check.ca: expected certificates in PEM, got "-----BEGIN CERTIFICATE-----\\nbm8=\\n-----END CERTIFICATE-...',
    ],
  ])('%o', (definition, code, path, message) => {
    expect(() => defineCheck(definition)).toThrow(
      expect.objectContaining({ name: 'HealthError', code: `ERR_HEALTH_CHECK_${code}`, path: path.split('.'), message }),
    );
  });

  test('the path begins where the caller says', () => {
    expect(() => defineCheck({ ...tcp, rise: 0 }, ['pools', 'eu', 'check'])).toThrow(
      expect.objectContaining({ path: ['pools', 'eu', 'check', 'rise'] }),
    );
  });

  test('certificates in PEM are taken', () => {
    const ca = readFileSync(new URL('fixtures/valid.pem', import.meta.url), 'utf8');
    expect(defineCheck({ type: 'https', ca }).type).toBe('https');
  });
});
