/** A zone image that one worker has built and all read. */
export interface SharedImage {
  /** Of {@link imageKey}: what it was built from. */
  readonly key: string;
  readonly shared: SharedArrayBuffer;
  /** When its signatures are to be made anew, seconds since 1970; `undefined` for a zone that is not signed. */
  readonly refreshAtSeconds: number | undefined;
}

/**
 * The images that apps of this thread need not build, as another thread has built them from the same sources: empty but in workers of
 * `serve(url)`, where every thread makes the app anew.
 */
export class SharedImages {
  readonly #given = new Map<string, SharedImage>();
  readonly #sources = new Set<string>();
  /** Told what an app of this thread has built itself. */
  onBuilt: ((image: SharedImage) => void) | undefined;

  /** Whether this thread shares any. */
  get isUsed(): boolean {
    return this.onBuilt !== undefined || this.#given.size > 0;
  }

  give(images: readonly SharedImage[]): void {
    for (const image of images) {
      this.#given.set(image.key, image);
      this.#sources.add(sourceOf(image.key));
    }
  }

  /** From here on everything is built anew. */
  forget(): void {
    this.#given.clear();
    this.#sources.clear();
  }

  /** Whether a zone of this source was given, so that its source needs not be read to know that it is right. */
  hasSource(source: string): boolean {
    return this.#sources.has(source);
  }

  find(key: string): SharedImage | undefined {
    return this.#given.get(key);
  }
}

/** One per thread: an app is made by code that knows nothing of it. */
export const sharedImages = new SharedImages();

/**
 * What an image depends on, but for the time of its making.
 *
 * @param source - without line breaks: which zone, from where.
 * @param rest - all else that it is built from; plain data.
 */
export function imageKey(source: string, rest: unknown): string {
  return `${source}\n${JSON.stringify(rest)}`;
}

function sourceOf(key: string): string {
  return key.slice(0, key.indexOf('\n'));
}
