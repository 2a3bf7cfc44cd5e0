import { parseClientSubnet } from './client.ts';
import { SteeringError } from './errors.ts';
import { MOST_VALUES, type NetworkEntry, NetworkMap } from './network-map.ts';
import { NO_VALUE } from './network-runs.ts';
import { EXPECTED_NETWORK, type NetworkTable } from './network-table.ts';
import { Value } from './value.ts';

/** What stands at networks. */
export interface NetworkParameters<Own> {
  /** By network the class of what stands there. Neighbours of one class are one network, so that the scope is no longer than it needs to be. */
  readonly classes: NetworkMap;
  /** By class one of what stands there; at NO_VALUE what a client in no network gets. */
  readonly byClass: readonly (Own | undefined)[];
  /** By network what stands there, for reasons: a place in `values`. The same map where no two are of one class. */
  readonly map: NetworkMap;
  readonly values: readonly (Own | undefined)[];
}

/**
 * Reads the parameter `networks` of a filter: a record by network, or a file of them, as `readNetworkTable` read it.
 *
 * @param read - what stands at a network: the value of a record, or the list of words of a line.
 * @param classOf - what leads to the same verdict has the same text.
 * @param elsewhere - what a client in no network gets, which `classOf` reads too; `undefined`: nothing that stands at a network leads to the same.
 */
export function readNetworks<Own>(
  networks: Value,
  expected: string,
  read: (value: Value) => Own,
  classOf: (own: Own) => string,
  elsewhere?: Own,
): NetworkParameters<Own> {
  const isTable = (networks.found as Partial<NetworkTable> | undefined)?.runs4?.runs instanceof Uint32Array;
  const { map, values } = isTable ? ofTable(networks.found as NetworkTable, read) : ofRecord(networks, expected, read);
  const numbers = new Map<string, number>();
  if (elsewhere !== undefined) numbers.set(classOf(elsewhere), NO_VALUE);
  const byClass: (Own | undefined)[] = [elsewhere];
  const classes = Uint32Array.from(values, (own) => {
    if (own === undefined) return NO_VALUE;
    const text = classOf(own);
    let number = numbers.get(text);
    if (number === undefined) numbers.set(text, (number = byClass.push(own) - 1));
    return number;
  });
  const isOneToOne = byClass.length === values.length;
  return { classes: isOneToOne ? map : map.merged(classes), byClass, map, values };
}

interface OwnNetworks<Own> {
  readonly map: NetworkMap;
  /** By value of the map; at NO_VALUE there is nothing. */
  readonly values: readonly (Own | undefined)[];
}

function ofRecord<Own>(networks: Value, expected: string, read: (value: Value) => Own): OwnNetworks<Own> {
  if (networks.isAbsent || networks.keys().length === 0) throw networks.error('ERR_STEERING_EMPTY', expected);
  const entries: NetworkEntry[] = [];
  const values: (Own | undefined)[] = [undefined];
  const byText = new Map<string, number>();
  for (const key of networks.keys()) {
    const at = networks.at(key);
    const text = JSON.stringify(at.found);
    let value = byText.get(text);
    if (value === undefined) byText.set(text, (value = values.push(read(at)) - 1));
    if (value > MOST_VALUES) throw networks.error('ERR_STEERING_RANGE', `at most ${MOST_VALUES} different values`);
    entries.push(readNetwork(networks, key, value));
  }
  return { map: NetworkMap.of(entries), values };
}

function ofTable<Own>({ file, lines, lists, runs4, runs6 }: NetworkTable, read: (value: Value) => Own): OwnNetworks<Own> {
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
