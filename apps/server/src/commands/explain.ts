import { readZoneFile } from '@dnsteer/zone';
import { loadConfig } from '../config/load.ts';
import { controlPath } from '../config/text.ts';
import { composeAtRest } from '../control/composition.ts';
import { openGeo } from '../control/geo-files.ts';
import { checkZoneFiles } from '../control/named-files.ts';
import { scopeTables } from '../control/scope-tables.ts';
import { askControl } from '../control/socket.ts';
import { dynamicOwners } from '../control/zone-plan.ts';
import { type ExplainQuestion, type Explanation, explain } from '../explain/explain.ts';
import { readFiguresFile } from '../explain/figures-file.ts';
import { readHealthFile } from '../explain/health-file.ts';
import { explanationLines } from '../explain/lines.ts';
import { locationSources } from '../explain/location-source.ts';

export interface ExplainOptions {
  readonly config: string;
  readonly client: string;
  readonly source?: string;
  readonly live?: boolean;
  readonly seed: number;
  /** Seconds since 1970. */
  readonly at?: number;
  /** A file of states. */
  readonly health?: string;
  /** A file of figures. */
  readonly feeds?: string;
  readonly json?: boolean;
}

/** `explain NAME TYPE --client PREFIX`. */
export async function explainCommand(name: string, type: string, options: ExplainOptions): Promise<void> {
  const { config, client, source, live, seed, json } = options;
  const question = { name, type, client, ...(source !== undefined && { source }) };
  const explanation = live === true ? await askRunning(config, question, seed) : await explainAtRest(config, question, options);
  process.stdout.write(`${json === true ? JSON.stringify(explanation, undefined, 2) : explanationLines(explanation).join('\n')}\n`);
}

async function askRunning(config: string, question: ExplainQuestion, seed: number): Promise<Explanation> {
  return (await askControl(controlPath(config), { command: 'explain', arguments: { ...question, seed } })) as Explanation;
}

/** From the files, with everything up but for what a file of states says. */
async function explainAtRest(config: string, question: ExplainQuestion, { seed, at, health, feeds }: ExplainOptions): Promise<Explanation> {
  const composition = composeAtRest(loadConfig(config));
  checkZoneFiles(composition);
  const locator = await openGeo(composition);
  scopeTables(composition.policies, locator);
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
    {
      locator,
      sourcesOf: locationSources(locator, composition.config.geo.databases),
      seed,
      nowSeconds: at,
      ...(health !== undefined && { health: readHealthFile(health, composition.pools) }),
      ...(feeds !== undefined && { feeds: readFiguresFile(feeds, composition.policies) }),
    },
  );
}
