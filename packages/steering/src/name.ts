import { SteeringError } from './errors.ts';

const ESCAPE = /\\(?:(\d{3})|([^\d]))/g;

/** A name in text as an uncompressed wire name in lower case (RFC 4034 6.2). @throws SteeringError ERR_STEERING_NAME. */
export function parseName(text: string): Uint8Array {
  const labels = text === '.' ? [] : text.replace(/\.$/, '').split(/(?<!\\)\./);
  const octets = labels.flatMap((label) => {
    const own = label.replaceAll(ESCAPE, (_, decimal?: string, other?: string) =>
      decimal === undefined ? other! : String.fromCharCode(Number(decimal)),
    );
    const lower = Array.from(own, (letter) => letter.charCodeAt(0)).map((octet) => (octet >= 65 && octet <= 90 ? octet + 32 : octet));
    if (lower.length === 0 || lower.length > 63 || lower.some((octet) => octet > 255)) throw nameError(text);
    return [lower.length, ...lower];
  });
  if (octets.length > 254) throw nameError(text);
  return Uint8Array.from([...octets, 0]);
}

function nameError(text: string): SteeringError {
  return new SteeringError('ERR_STEERING_NAME', { kind: 'argument', name: 'name' }, [], text, 'a name such as www.example.com');
}
