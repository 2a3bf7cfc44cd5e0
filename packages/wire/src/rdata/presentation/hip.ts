import { formatBase64, formatHex, parseBase64, parseHex } from '../encodings.ts';
import { domainName } from '../fields.ts';
import type { Presentation } from '../form.ts';

const rendezvousServer = domainName('the name of a rendezvous server');

/** RFC 8005 6. HIT and key are a word each; their lengths stand on the wire only. */
export const hip: Presentation = {
  parse(tokens, out) {
    const { text } = tokens.next('the public key algorithm');
    if (!/^[0-9]{1,3}$/.test(text) || Number(text) > 255) throw tokens.wrong('the public key algorithm, 0 to 255');
    const hit = parseHex(tokens.next('the HIT').text);
    if (hit === undefined || hit.length === 0 || hit.length > 255) throw tokens.wrong('the HIT in hexadecimal, 1 to 255 octets');
    const key = parseBase64(tokens.next('the public key').text);
    if (key === undefined || key.length === 0 || key.length > 0xffff) throw tokens.wrong('the public key in base64');
    out.u8(hit.length);
    out.u8(Number(text));
    out.u16(key.length);
    out.append(hit);
    out.append(key);
    while (tokens.hasMore) rendezvousServer.parse(tokens, out);
  },
  format(rdata) {
    const hitOctets = rdata.u8();
    const algorithm = rdata.u8();
    const keyOctets = rdata.u16();
    let text = `${algorithm} ${formatHex(rdata.take(hitOctets))} ${formatBase64(rdata.take(keyOctets))}`;
    while (rdata.remaining > 0) text += ' ' + rendezvousServer.format(rdata);
    return text;
  },
};
