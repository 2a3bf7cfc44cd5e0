import { parseClientSubnet } from './client.ts';
import { SteeringError } from './errors.ts';
import { MOST_VALUES, type NetworkEntry, NetworkMap } from './network-map.ts';
import { EXPECTED_NETWORK, type NetworkTable } from './network-table.ts';
import { Value } from './value.ts';

/** What stands at networks, by value of the map; at NO_VALUE nothing does. */
export interface NetworkParameters<Own> {
  readonly map: NetworkMap;
  readonly values: (Own | undefined)[];
}

/**
 * Reads the parameter `networks` of a filter: a record by network, or a file of them, as `readNetworkTable` read it.
 *
 * @param read - what stands at a network: the value of a record, or the list of words of a line.
 * @param keyOf - equal texts are one value, so that neighbours are one network.
 */
export function readNetworks<Own>(
  networks: Value,
  expected: string,
  read: (value: Value) => Own,
  keyOf: (own: Own) => string,
): NetworkParameters<Own> {
  const isTable = (networks.found as Partial<NetworkTable> | undefined)?.runs4?.runs instanceof Uint32Array;
  return isTable ? ofTable(networks.found as NetworkTable, read) : ofRecord(networks, expected, read, keyOf);
}

function ofRecord<Own>(
  networks: Value,
  expected: string,
  read: (value: Value) => Own,
  keyOf: (own: Own) => string,
): NetworkParameters<Own> {
  if (networks.isAbsent || networks.keys().length === 0) throw networks.error('ERR_STEERING_EMPTY', expected);
  const entries: NetworkEntry[] = [];
  const values: (Own | undefined)[] = [undefined];
  const byText = new Map<string, number>();
  for (const key of networks.keys()) {
    const own = read(networks.at(key));
    let value = byText.get(keyOf(own));
    if (value === undefined) byText.set(keyOf(own), (value = values.push(own) - 1));
    if (value > MOST_VALUES) throw networks.error('ERR_STEERING_RANGE', `at most ${MOST_VALUES} different values`);
    entries.push(readNetwork(networks, key, value));
  }
  return { map: NetworkMap.of(entries), values };
}

function ofTable<Own>({ file, lines, lists, runs4, runs6 }: NetworkTable, read: (value: Value) => Own): NetworkParameters<Own> {
  const known = lists.map((words, i) => read(new Value(words, [], { kind: 'argument', name: `${file}, line ${lines[i]}` })));
  return { map: new NetworkMap(runs4, runs6), values: [undefined, ...known] };
}

function readNetwork(networks: Value, key: string, value: number): NetworkEntry {
  const fail = () => networks.keyError(key, 'ERR_STEERING_ADDRESS', EXPECTED_NETWORK);
  if (!key.includes('/')) throw fail();
  try {
    const { address, family, prefixLength } = parseClientSubnet(key);
    const octets = address.slice(0, family === 4 ? 4 : 16);
    const whole = parseClientSubnet(key.slice(0, key.indexOf('/'))).address;
    if (octets.some((octet, i) => octet !== whole[i])) throw fail();
    return { octets, prefixLength, value };
  } catch (error) {
    throw error instanceof SteeringError && error.code === 'ERR_STEERING_CLIENT' ? fail() : error;
  }
}
