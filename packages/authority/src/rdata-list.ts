/** RDATAs as the response writer takes them: `count` times [u16 RDLENGTH][RDATA] from the start of `octets`. Reused; grows when it has to. */
export class RdataList {
  octets = new Uint8Array(512);
  count = 0;
  #length = 0;

  /** Octets used. */
  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.count = 0;
    this.#length = 0;
  }

  append(rdata: Uint8Array): void {
    const at = this.reserve(rdata.length);
    this.octets.set(rdata, at);
  }

  /** Makes the list hold these RDATAs, in their order. */
  fill(rdatas: readonly Uint8Array[]): void {
    this.clear();
    for (let i = 0; i < rdatas.length; i++) this.append(rdatas[i]);
  }

  /** Makes the list hold what another one holds. */
  copy({ octets, count, length }: RdataList): void {
    if (this.octets.length < length) this.octets = new Uint8Array(length);
    for (let at = 0; at < length; at++) this.octets[at] = octets[at];
    this.count = count;
    this.#length = length;
  }

  /** Appends an RDATA of `rdlength` octets, and returns where in `octets` it is to be written. */
  reserve(rdlength: number): number {
    const at = this.#length + 2;
    if (at + rdlength > this.octets.length) {
      const grown = new Uint8Array(2 * (at + rdlength));
      grown.set(this.octets.subarray(0, this.#length));
      this.octets = grown;
    }
    this.octets[at - 2] = rdlength >> 8;
    this.octets[at - 1] = rdlength;
    this.#length = at + rdlength;
    this.count++;
    return at;
  }
}

/** Takes out RDATAs that stand there before already: an RRset has no two alike (RFC 2181 5). The order stays. */
export function dropRepetitions(rdatas: Uint8Array[]): void {
  let kept = 0;
  for (let i = 0; i < rdatas.length; i++) {
    if (!isAmong(rdatas, kept, rdatas[i])) rdatas[kept++] = rdatas[i];
  }
  if (kept < rdatas.length) rdatas.length = kept;
}

function isAmong(rdatas: readonly Uint8Array[], count: number, rdata: Uint8Array): boolean {
  for (let i = 0; i < count; i++) {
    if (isEqual(rdatas[i], rdata)) return true;
  }
  return false;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}
