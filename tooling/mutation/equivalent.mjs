// Mutants that no test can tell from the original, and why. A row that no survivor matches is reported, so that none outlives its code.
/** @type {{ file: string, from: string, to: string, why: string }[]} */
export const EQUIVALENT = [];
