import { resolve } from 'node:path';
import { Argument, Command } from 'commander';
import { check } from './commands/check.ts';
import { printDelegation } from './commands/delegation.ts';
import { DEMO_CONFIG, demo } from './commands/demo.ts';
import { explainCommand } from './commands/explain.ts';
import { reporting } from './commands/failure.ts';
import { printAnchor, printDs, printKeys } from './commands/keys.ts';
import { query } from './commands/query.ts';
import { printHealth, reload, setPool } from './commands/remote.ts';
import { serve } from './commands/serve.ts';
import { configJsonSchema } from './config/schema.ts';

const DEFAULT_CONFIG = './dnsteer.yaml';

/** The command line. */
export function createProgram(): Command {
  const program = new Command('dnsteer')
    .description('Authoritative DNS that steers, signs, and explains its answers')
    .showHelpAfterError()
    .enablePositionalOptions();
  const command = (usage: string, description: string) =>
    program.command(usage).description(description).option('-c, --config <file>', 'configuration file', DEFAULT_CONFIG);

  command('serve', 'answer queries until SIGTERM; SIGHUP reloads').action(
    reporting(async ({ config }: { config: string }) => {
      const { stopped } = await serve(resolve(config));
      await stopped;
      process.exit(0);
    }),
  );
  command('check', 'read the configuration, policies and zone files, and say what is wrong').action(
    reporting(({ config }: { config: string }) => check(config)),
  );
  command('reload', 'have the running server read everything anew').action(reporting(({ config }: { config: string }) => reload(config)));
  command('explain <name> <type>', 'say which answer a client gets, and why')
    .requiredOption('--client <prefix>', 'the subnet or address of the client, such as 81.2.69.0/24')
    .option('--live', 'with the health that the running server sees; else everything is up')
    .option('--seed <number>', 'for random draws', '0')
    .option('--json', 'as JSON')
    .action(reporting(explainCommand));
  command('pool <name>', 'take a pool (or "pool/endpoint") down, or let its probes decide again')
    .addArgument(new Argument('<action>').choices(['down', 'up']))
    .action(reporting((name: string, action: string, { config }: { config: string }) => setPool(name, action, config)));
  command('health', 'the endpoints of the running server and their states').action(
    reporting(({ config }: { config: string }) => printHealth(config)),
  );
  command('delegation <zone>', 'what to enter at the registrar: NS, glue and DS').action(
    reporting((zone: string, { config }: { config: string }) => printDelegation(config, zone)),
  );

  const keys = program.command('keys').description('the keys of signed zones');
  for (const [usage, description, print] of [
    ['ds <zone>', 'the DS and DNSKEY records for the registrar', printDs],
    ['anchor <zone>', 'the keys as a trust anchor for delv', printAnchor],
    ['list <zone>', 'the keys that there are', printKeys],
  ] as const) {
    keys
      .command(usage)
      .description(description)
      .option('-c, --config <file>', 'configuration file', DEFAULT_CONFIG)
      .action(reporting((zone: string, { config }: { config: string }) => print(config, zone)));
  }

  program
    .command('query <name> [type]')
    .description('ask a server, as dig does')
    .option('-s, --server <address>', 'address and port', '127.0.0.1:5300')
    .option('--client <prefix>', 'send an EDNS Client Subnet option')
    .option('--dnssec', 'ask for signatures (DO)')
    .option('--tcp', 'over TCP')
    .option('--short', 'only the data of the answers')
    .option('--timeout <seconds>', 'how long to wait', '3')
    .action(reporting((name: string, type: string | undefined, options) => query(name, type ?? 'A', options)));
  program
    .command('schema')
    .description('the JSON Schema of the configuration, for editors')
    .action(() => void process.stdout.write(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`));
  program
    .command('demo')
    .description('a signed zone steered over three pools, with endpoints that are really probed, on 127.0.0.1:5300')
    .option('-c, --config <file>', 'another configuration', DEMO_CONFIG)
    .action(
      reporting(async ({ config }: { config: string }) => {
        await demo(config);
        process.exit(0);
      }),
    );
  return program;
}
