import { secretToPkcs8 } from '../src/pkcs8.ts';
import { fromBase64 } from './presentation.ts';

/** The examples of the RFCs, as data: private keys there are the bare scalar or seed. */
function pkcs8(algorithm: number, secret: string, publicKey: string): Uint8Array {
  return secretToPkcs8(algorithm, fromBase64(secret), fromBase64(publicKey));
}

const P256_PUBLIC = 'GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==';
const ED25519_PUBLIC = 'l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=';
const ED25519_PUBLIC_2 = 'zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=';

export const RFC6605_P256 = {
  zone: 'example.net.',
  material: { algorithm: 13, flags: 257, pkcs8: pkcs8(13, 'GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=', P256_PUBLIC) },
  dnskey: `257 3 13 ${P256_PUBLIC}`,
  keyTag: 55648,
  ds: '55648 13 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17',
  owner: 'www.example.net.',
  a: '192.0.2.1',
  rrsig:
    'A 13 3 3600 20100909100439 20100812100439 55648 example.net. qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw==',
};

/** With erratum 4935: Labels is 2, not 3, and so the signatures differ from the printed ones. */
export const RFC8080_ED25519 = [
  {
    zone: 'example.com.',
    material: { algorithm: 15, flags: 257, pkcs8: pkcs8(15, 'ODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI=', ED25519_PUBLIC) },
    dnskey: `257 3 15 ${ED25519_PUBLIC}`,
    keyTag: 3613,
    ds: '3613 15 2 3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b',
    mx: '10 mail.example.com.',
    rrsig:
      'MX 15 2 3600 20150819220000 20150729220000 3613 example.com. oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg==',
  },
  {
    zone: 'example.com.',
    material: { algorithm: 15, flags: 257, pkcs8: pkcs8(15, 'DSSF3o0s0f+ElWzj9E/Osxw8hLpk55chkmx0LYN5WiY=', ED25519_PUBLIC_2) },
    dnskey: `257 3 15 ${ED25519_PUBLIC_2}`,
    keyTag: 35217,
    ds: '35217 15 2 401781b934e392de492ec77ae2e15d70f6575a1c0bc59c5275c04ebe80c6614c',
    mx: '10 mail.example.com.',
    rrsig:
      'MX 15 2 3600 20150819220000 20150729220000 35217 example.com. zXQ0bkYgQTEFyfLyi9QoiY6D8ZdYo4wyUhVioYZXFdT410QPRITQSqJSnzQoSm5poJ7gD7AQR0O7KuI5k2pcBg==',
  },
] as const;

/** The DNSKEY of RFC 4034 5.4, whose SHA-256 DS is RFC 4509 2.3. */
export const RFC4034_DSKEY =
  '256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==';

export const RFC6605_P384_DNSKEY =
  '257 3 14 xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40';
export const RFC6605_P384_DS =
  '10771 14 4 72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a9b5f4d288405c3008a946df983d6';
