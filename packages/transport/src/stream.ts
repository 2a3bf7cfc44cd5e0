/** What a TcpConnection is told of its stream. */
export interface StreamEvents {
  /**
   * Octets came.
   *
   * @param chunk - in `chunk[start]` to `chunk[end - 1]`.
   * @param first - what `chunk[start + 2]` begins, for a message that lies there; undefined when there is no such view. Then, too, `chunk` is the
   *   connection's to keep; else it is used again after the call.
   */
  onOctets(chunk: Uint8Array, start: number, end: number, first: Uint8Array | undefined): void;
  /** The client took some of what waited. */
  onTaken(): void;
  /** The client closed its side. */
  onEnd(): void;
}

/** One client's stream as TcpConnection needs it: a socket of `node:net`, or a connection of the add-on. */
export interface TcpStream {
  /** False once it is broken or closed, or our side is: what is written then goes nowhere. */
  readonly isWritable: boolean;
  readonly isDestroyed: boolean;
  readonly isPaused: boolean;
  /** Octets that were written and that the system has not taken. */
  readonly waitingOctets: number;
  /** Whether to write no more until `onTaken`. */
  readonly isFull: boolean;
  attach(events: StreamEvents): void;
  /** Octets that come are left with the system. */
  pause(): void;
  resume(): void;
  /** A buffer of 65535 octets for the next answer; valid until `put`, `write` or the end of the turn. */
  room(): Uint8Array;
  /** Takes the first `octets` of `room()` as an answer, which goes out with the others before `flush`. */
  put(octets: number): void;
  flush(): void;
  /** Sends an answer together with what else is written in this turn; `answer` is copied. */
  write(answer: Uint8Array): void;
  /** Our FIN, behind all that was written; then `onSent`. */
  end(onSent: () => void): void;
  destroy(): void;
}
