/**
 * A seeded source of chance for tests and explanations: equal seeds give equal draws, on every machine.
 *
 * @param seed - any number; its low 32 bits count.
 * @returns a function that draws an unsigned 32-bit integer.
 */
export function seededRandom(seed: number): () => number {
  const draw = seededDraws(seed);
  return () => draw() >>> 0;
}

/**
 * As `seededRandom`, the same bits as a signed integer: V8 makes no object of that, as it does of an unsigned one above 2^31 wherever it is returned.
 * Chris Doty-Humphrey's sfc32: 128 bits of state, passes PractRand; not for secrets.
 */
export function seededDraws(seed: number): () => number {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed | 0;
  let counter = 1;
  const draw = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = (b ^ (b >>> 9)) | 0;
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum;
  };
  for (let i = 0; i < 15; i++) draw(); // lets neighbouring seeds part
  return draw;
}
