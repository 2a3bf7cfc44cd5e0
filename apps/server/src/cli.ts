import { fileURLToPath } from 'node:url';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { CheckZoneOptions } from './commands/check-zone.ts';
import type { ExplainOptions } from './commands/explain.ts';
import { reporting } from './commands/failure.ts';
import type { FeedOptions } from './commands/feed.ts';
import type { QueryOptions } from './commands/query.ts';
import type { CanaryOptions, PoolOptions } from './commands/remote.ts';
import type { ReplayOptions } from './commands/replay.ts';
import type { SimulateOptions } from './commands/simulate.ts';
import type { StatsOptions } from './commands/stats.ts';
import { timeOption } from './commands/time-option.ts';

const DEFAULT_CONFIG = './dnsteer.yaml';
const DEMO_CONFIG = fileURLToPath(new URL('../demo/dnsteer.yaml', import.meta.url));

interface Configured {
  readonly config: string;
}

/** The command line. A command's code is loaded when it is run: an operator in a hurry does not wait for that of the others. */
export function createProgram(): Command {
  const program = new Command('dnsteer')
    .description('Authoritative DNS that steers, signs, and explains its answers')
    .showHelpAfterError()
    .enablePositionalOptions();
  const command = (usage: string, description: string, under = program) =>
    under.command(usage).description(description).option('-c, --config <file>', 'configuration file', DEFAULT_CONFIG);

  command('serve', 'answer queries until SIGTERM; SIGHUP reloads').action(
    running(
      () => import('./commands/serve.ts'),
      ({ serveCommand }, { config }: Configured) => serveCommand(config),
    ),
  );
  const check = command('check', 'read the configuration and all that it names, and say what is wrong').action(
    running(
      () => import('./commands/check.ts'),
      ({ check: checkAll }, { config }: Configured) => checkAll(config),
    ),
  );
  addCheckZone(check);
  command('explain <name> <type>', 'say which answer a client gets, and why')
    .requiredOption('--client <prefix>', 'the subnet or address of the client, such as 81.2.69.0/24')
    .option('--source <address>', 'the resolver that asks for the client; left out: the client itself, whose subnet counts')
    .addOption(
      new Option('--live', 'with the health that the running server sees; else everything is up').conflicts(['at', 'health', 'feeds']),
    )
    .option('--at <time>', 'at another time: such as 2026-11-23T08:00Z, +2h or -30m, or seconds since 1970', (text: string) =>
      timeOption(text),
    )
    .option('--health <file>', 'with the states in this file: YAML such as "eu: down"')
    .option('--feeds <file>', 'with the figures in this file: YAML such as "load: { eu: 70 }"')
    .option('--seed <number>', 'for random draws', wholeNumber, 0)
    .option('--json', 'as JSON')
    .action(
      running(
        () => import('./commands/explain.ts'),
        ({ explainCommand }, name: string, type: string, options: ExplainOptions) => explainCommand(name, type, options),
      ),
    );
  addSimulate(command);
  addReplay(command);
  addRemoteCommands(command);
  command('delegation <zone>', 'what to enter at the registrar: NS, glue and DS').action(
    running(
      () => import('./commands/delegation.ts'),
      ({ printDelegation }, zone: string, { config }: Configured) => printDelegation(config, zone),
    ),
  );
  const keys = program.command('keys').description('the keys of signed zones');
  for (const [usage, description, print] of [
    ['ds <zone>', 'the DS and DNSKEY records for the registrar', 'printDs'],
    ['anchor <zone>', 'the keys as a trust anchor for delv', 'printAnchor'],
    ['list <zone>', 'the keys that there are', 'printKeys'],
  ] as const) {
    command(usage, description, keys).action(
      running(
        () => import('./commands/keys.ts'),
        (module, zone: string, { config }: Configured) => module[print](config, zone),
      ),
    );
  }
  addQuery(program);
  program
    .command('schema')
    .description('the JSON Schema of the configuration, for editors')
    .action(
      running(
        () => import('./config/schema.ts'),
        ({ configJsonSchema }) => void process.stdout.write(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`),
      ),
    );
  program
    .command('demo')
    .description('a signed zone steered over three pools, with endpoints that are really probed, on 127.0.0.1:5300')
    .option('-c, --config <file>', 'another configuration', DEMO_CONFIG)
    .action(
      running(
        () => import('./commands/demo.ts'),
        ({ demo }, { config }: Configured) => demo(config),
      ),
    );
  return program;
}

/** The only check that needs no configuration. */
function addCheckZone(check: Command): void {
  check
    .command('zone <file>')
    .description('read a zone file ("-": standard input), and say what is wrong or likely not meant')
    .option('--origin <name>', 'the zone; else that of its SOA, its $ORIGIN, or its file name')
    .option('--json', 'as JSON')
    .option('--strict', 'fail for warnings, too')
    .action(
      running(
        () => import('./commands/check-zone.ts'),
        ({ checkZoneFile }, file: string, options: CheckZoneOptions) => checkZoneFile(file, options),
      ),
    );
}

function addSimulate(command: (usage: string, description: string) => Command): void {
  command('simulate', 'say where the load of all clients goes, and what moves')
    .option('--against <file>', 'another configuration: what moves from the first to this one')
    .option('--down <names>', 'pools or endpoints that are down, such as eu,us/iad1', commaList, [])
    .option(
      '--population <what>',
      'countries: by their addresses; or a file of clients, networks or countries and how much they count',
      'countries',
    )
    .option('--clients <number>', 'how many to decide for, of countries', wholeNumber, 1_000_000)
    .option('--name <name>', 'the steered name; left out: the only one')
    .addOption(new Option('--type <type>', 'of the addresses').choices(['A', 'AAAA']).default('A'))
    .option('--load <number>', 'all of the load, in the unit of capacities', positiveNumber, 100)
    .option('--capacity <limits>', 'what pools or endpoints can bear, such as eu=300,us=40%', commaList, [])
    .option('--at <time>', 'as of then: such as 2026-01-05T12:00Z, +2h or -30m, or seconds since 1970', (text: string) => timeOption(text))
    .option('--seed <number>', 'for random draws', wholeNumber, 0)
    .option('--json', 'as JSON')
    .option('--svg <file>', 'write a map of the world')
    .action(
      running(
        () => import('./commands/simulate.ts'),
        ({ simulateCommand }, options: SimulateOptions) => simulateCommand(options),
      ),
    );
}

function addReplay(command: (usage: string, description: string) => Command): void {
  command('replay <log>', 'say which answers of a query log (JSON lines, dnstap) this configuration would change')
    .option('--against <file>', 'the configuration that is in use')
    .option('--down <names>', 'pools or endpoints that are down, such as eu,us/iad1', commaList, [])
    .option('--seed <number>', 'for random draws', wholeNumber, 0)
    .option('--json', 'as JSON')
    .action(
      running(
        () => import('./commands/replay.ts'),
        ({ replayCommand }, log: string, options: ReplayOptions) => replayCommand(log, options),
      ),
    );
}

/** What the running server is asked. */
function addRemoteCommands(command: (usage: string, description: string) => Command): void {
  const remote = () => import('./commands/remote.ts');
  command('reload', 'have the running server read everything anew').action(
    running(remote, ({ reload }, { config }: Configured) => reload(config)),
  );
  command(
    'pool [name]',
    'what operators say of pools; or of one, "pool/endpoint" or a glob: drain it, take it down or up, or let its probes decide again (up)',
  )
    .addArgument(new Argument('[action]').choices(['down', 'drain', 'force-up', 'up']))
    .option('--for <duration>', 'it ends by itself, such as 30m or 2h', milliseconds)
    .option('--note <text>', 'why')
    .action(
      running(remote, ({ pool }, name: string | undefined, action: string | undefined, options: PoolOptions) =>
        pool(name, action, options),
      ),
    );
  command(
    'feed [name] [figures...]',
    'figures that policies look at; or push them: "load eu=70 us/iad1=85", "rtt 192.0.2.0/24 eu=12 us=85"',
  )
    .option('--file <file>', 'push lines such as "eu=70" or "192.0.2.0/24 eu=12" of a file ("-": standard input)')
    .action(
      running(
        () => import('./commands/feed.ts'),
        ({ feed }, name: string | undefined, figures: string[], options: FeedOptions) => feed(name, figures, options),
      ),
    );
  command('canary [policy]', 'how canaries stand; or of one: halt its steps, call everybody back, or let it go on (resume)')
    .addArgument(new Argument('[action]').choices(['halt', 'call-back', 'resume']))
    .option('--note <text>', 'why')
    .action(
      running(remote, ({ canary }, policy: string | undefined, action: string | undefined, options: CanaryOptions) =>
        canary(policy, action, options),
      ),
    );
  command('stats', 'how often each policy decided, and how often all was down')
    .option('--json', 'as JSON')
    .action(
      running(
        () => import('./commands/stats.ts'),
        ({ stats }, options: StatsOptions) => stats(options),
      ),
    );
  command('aliases', 'the names outside that owners have the addresses of, and what resolvers said').action(
    running(remote, ({ printAliases }, { config }: Configured) => printAliases(config)),
  );
  command('health', 'the endpoints of the running server and their states').action(
    running(remote, ({ printHealth }, { config }: Configured) => printHealth(config)),
  );
}

function addQuery(program: Command): void {
  program
    .command('query <name> [type]')
    .description('ask a server, as dig does')
    .option('-s, --server <address>', 'address and port', '127.0.0.1:5300')
    .option('--client <prefix>', 'send an EDNS Client Subnet option')
    .option('--dnssec', 'ask for signatures (DO)')
    .option('--tcp', 'over TCP')
    .option('--short', 'only the data of the answers')
    .option('--timeout <seconds>', 'how long to wait', seconds, 3)
    .action(
      running(
        () => import('./commands/query.ts'),
        ({ query }, name: string, type: string | undefined, options: QueryOptions) => query(name, type ?? 'A', options),
      ),
    );
}

function commaList(text: string, before: readonly string[]): string[] {
  return [...before, ...text.split(',').filter((part) => part !== '')];
}

function positiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number < Number.POSITIVE_INFINITY)) throw new InvalidArgumentError('Expected a number above 0.');
  return number;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

function milliseconds(text: string): number {
  const [, number, unit] = /^(\d{1,6})(s|m|h|d)$/.exec(text) ?? [];
  if (unit === undefined || Number(number) === 0) throw new InvalidArgumentError('Expected a duration such as 30m or 2h.');
  return Number(number) * { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit as 's' | 'm' | 'h' | 'd'];
}

function seconds(text: string): number {
  const number = Number(text);
  if (!(number >= 0.001 && number <= 3600)) throw new InvalidArgumentError('Expected seconds, such as 3 or 0.5.');
  return number;
}

/** Runs what a module that is loaded only now has; a failure is told, and the exit code is 1. */
function running<Module, Args extends unknown[]>(
  load: () => Promise<Module>,
  action: (module: Module, ...args: Args) => void | Promise<void>,
): (...args: Args) => Promise<void> {
  return reporting(async (...args: Args) => action(await load(), ...args));
}
