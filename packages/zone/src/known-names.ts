import { nameLength } from '@dnsteer/wire';
import type { ZoneImage } from './image.ts';

/** A name that change sets have changed, as its newest version has it. */
export interface KnownName {
  /** The image's own node of that name, or -1. */
  readonly imageNode: number;
  readonly isAlive: boolean;
  /** Behind the image. */
  readonly node: number;
}

/** The names of an overlay, for whoever makes the next version. Keys are lower-case wire names as strings, one octet a character: see `nameKey`. */
export class KnownNames {
  readonly #names = new Map<string, KnownName>();
  /** How many names that the image lacks stand right below a name. */
  readonly #newBelow = new Map<string, number>();
  /** By node of the image: all nodes before this one, and below it, are gone. */
  readonly #aliveFrom = new Map<number, number>();

  get(key: string): KnownName | undefined {
    return this.#names.get(key);
  }

  get size(): number {
    return this.#names.size;
  }

  keys(): IterableIterator<string> {
    return this.#names.keys();
  }

  newBelow(key: string): number {
    return this.#newBelow.get(key) ?? 0;
  }

  set(key: string, imageNode: number, isAlive: boolean, node: number): void {
    const was = this.#names.get(key)?.isAlive ?? imageNode >= 0;
    this.#names.set(key, { imageNode, isAlive, node });
    if (was === isAlive) return;
    if (imageNode < 0) this.#newBelow.set(parentKey(key), this.newBelow(parentKey(key)) + (isAlive ? 1 : -1));
    // What was passed over may be there again.
    else if (isAlive) this.#aliveFrom.clear();
  }

  /**
   * Whether a node of the image below `imageNode` is there still.
   *
   * @param base - the image as it was built.
   * @param isAlive - what this version has of a name that the image has.
   */
  hasImageDescendant(base: ZoneImage, imageNode: number, isAlive: (key: string) => boolean): boolean {
    let node = Math.max(imageNode + 1, this.#aliveFrom.get(imageNode) ?? 0);
    while (node < base.nodeCount && isBelow(base, node, imageNode)) {
      const key = nameKey(base.octets, base.ownerAt(node));
      if (isAlive(key)) return true;
      // Gone already before this change set, so it may be passed over in the next.
      if (this.get(key)?.isAlive === false && (this.#aliveFrom.get(imageNode) ?? imageNode + 1) === node)
        this.#aliveFrom.set(imageNode, node + 1);
      node++;
    }
    return false;
  }
}

/** Whether a node of an image is below another one. */
export function isBelow(base: ZoneImage, node: number, ancestor: number): boolean {
  let above = base.parent(node);
  // Whatever is above a node comes before it.
  while (above > ancestor) above = base.parent(above);
  return above === ancestor;
}

/** A wire name in lower case, as a string of one character for each octet. */
export function nameKey(octets: Uint8Array, at = 0): string {
  let key = '';
  for (const end = at + nameLength(octets, at); at < end; at++) {
    const octet = octets[at];
    key += String.fromCharCode(octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet);
  }
  return key;
}

/** The name one label up. */
export function parentKey(key: string): string {
  return key.slice(key.charCodeAt(0) + 1);
}

/** Labels of a name, the root not counted. */
export function labelsOf(key: string): number {
  let labels = 0;
  for (let at = 0; key.charCodeAt(at) !== 0; at += key.charCodeAt(at) + 1) labels++;
  return labels;
}

/** Whether a name is below another one. */
export function isKeyBelow(key: string, ancestor: string): boolean {
  let above = key;
  while (above.length > ancestor.length) above = parentKey(above);
  return above === ancestor && key !== ancestor;
}
