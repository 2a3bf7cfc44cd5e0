import { loadConfig } from '../config/load.ts';
import { compose } from '../control/composition.ts';
import { geoLocator } from '../control/locator.ts';
import { askControl } from '../control/socket.ts';
import { type Explanation, explain, explanationLines } from '../explain.ts';

export interface ExplainOptions {
  readonly config: string;
  readonly client: string;
  readonly live?: boolean;
  readonly seed: string;
  readonly json?: boolean;
}

/** `explain NAME TYPE --client PREFIX`. */
export async function explainCommand(name: string, type: string, options: ExplainOptions): Promise<void> {
  let slots = 0;
  const composition = compose(loadConfig(options.config), () => slots++);
  const { client } = options;
  const explanation =
    options.live === true
      ? ((await askControl(composition.controlPath, { command: 'explain', arguments: { name, type, client } })) as Explanation)
      : explain(composition, name, type, client, { locator: await geoLocator(composition.geoDatabases), seed: Number(options.seed) });
  process.stdout.write(`${options.json === true ? JSON.stringify(explanation, undefined, 2) : explanationLines(explanation).join('\n')}\n`);
}
