import pc from 'picocolors';

// picocolors takes any CI for a terminal: what is piped there has to be plain too.
const colorsFor = (stream: NodeJS.WriteStream) => pc.createColors(stream.isTTY === true && process.env['NO_COLOR'] === undefined);

/** Colours of standard output, if a terminal shows it. */
export const out = colorsFor(process.stdout);

/** Colours of standard error. */
export const err = colorsFor(process.stderr);
