import { readZoneFile } from '@dnsteer/zone';
import { loadConfig } from '../config/load.ts';
import { controlPath } from '../config/text.ts';
import { composeAtRest } from '../control/composition.ts';
import { openGeo } from '../control/geo-files.ts';
import { checkZoneFiles } from '../control/named-files.ts';
import { askControl } from '../control/socket.ts';
import { dynamicOwners } from '../control/zone-plan.ts';
import { type ExplainQuestion, type Explanation, explain } from '../explain/explain.ts';
import { explanationLines } from '../explain/lines.ts';

export interface ExplainOptions {
  readonly config: string;
  readonly client: string;
  readonly source?: string;
  readonly live?: boolean;
  readonly seed: number;
  readonly json?: boolean;
}

/** `explain NAME TYPE --client PREFIX`. */
export async function explainCommand(
  name: string,
  type: string,
  { config, client, source, live, seed, json }: ExplainOptions,
): Promise<void> {
  const question = { name, type, client, ...(source !== undefined && { source }) };
  const explanation = live === true ? await askRunning(config, question) : await explainAtRest(config, question, seed);
  process.stdout.write(`${json === true ? JSON.stringify(explanation, undefined, 2) : explanationLines(explanation).join('\n')}\n`);
}

async function askRunning(config: string, question: ExplainQuestion): Promise<Explanation> {
  return (await askControl(controlPath(config), { command: 'explain', arguments: { ...question } })) as Explanation;
}

/** From the files, with everything up. */
async function explainAtRest(config: string, question: ExplainQuestion, seed: number): Promise<Explanation> {
  const composition = composeAtRest(loadConfig(config));
  checkZoneFiles(composition);
  return explain(
    {
      ...composition,
      clientSubnet: composition.config.geo.clientSubnet,
      imageOf: (plan) => {
        const builder = readZoneFile(plan.file, { origin: plan.apex });
        for (const { owner, types, dynamicId, maxTtlSeconds } of dynamicOwners(plan, composition.policies))
          builder.addDynamic(owner, types, dynamicId, maxTtlSeconds);
        return builder.build();
      },
    },
    question,
    { locator: await openGeo(composition), seed },
  );
}
