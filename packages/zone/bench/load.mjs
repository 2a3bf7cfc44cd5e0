// What a large zone costs from its file to its image, in CPU time: the least of several runs, each in a process of its own.
//
//     node packages/zone/bench/load.mjs [names [runs]]
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [, program, names = '1000000', runs = '5', file] = process.argv;
if (file === undefined) measure(Number(names), Number(runs));
else await load(file);

function measure(count, times) {
  const directory = mkdtempSync(join(tmpdir(), 'dnsteer-load-'));
  const kinds = {
    'A, in order': (i) => `h${i} A 192.0.${i % 250}.${(i >> 8) % 250}\n`,
    'A, in no order': (i) => `h${(i * 7919) % count} A 192.0.${i % 250}.${(i >> 8) % 250}\n`,
    'absolute, with TTL and class': (i) => `h${i}.bench.test. 300 IN A 192.0.${i % 250}.${(i >> 8) % 250}\n`,
    'what only the general reader reads': (i) => `h${i} A ( 192.0.${i % 250}.${(i >> 8) % 250} )\n`,
  };
  try {
    for (const [kind, line] of Object.entries(kinds)) {
      const path = join(directory, 'bench.test.zone');
      writeZone(path, count, line);
      const found = Array.from({ length: times }, () =>
        JSON.parse(execFileSync(process.execPath, [program, names, runs, path], { encoding: 'utf8' })),
      );
      const [best] = found.sort((a, b) => a.readMs + a.buildMs - b.readMs - b.buildMs);
      console.log(
        `${kind}: read ${best.readMs} ms, build ${best.buildMs} ms, image ${best.imageMib} MiB, most resident ${best.peakMib} MiB`,
      );
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function writeZone(path, count, line) {
  const out = openSync(path, 'w');
  writeSync(out, '$TTL 300\n@ SOA ns1 host 1 3600 600 86400 300\n@ NS ns1\nns1 A 127.0.0.1\n');
  let text = '';
  for (let i = 0; i < count; i++) {
    text += line(i);
    if (text.length < 1 << 20 && i < count - 1) continue;
    writeSync(out, text);
    text = '';
  }
  closeSync(out);
}

async function load(path) {
  const { readZoneFile } = await import(fileURLToPath(new URL('../dist/index.js', import.meta.url)));
  const cpuMs = (before) => {
    const { user, system } = process.cpuUsage(before);
    return Math.round((user + system) / 1000);
  };
  let before = process.cpuUsage();
  const builder = readZoneFile(path, { origin: 'bench.test.' });
  const readMs = cpuMs(before);
  before = process.cpuUsage();
  const { imageOctets } = builder.build();
  const buildMs = cpuMs(before);
  const mib = (octets) => Math.round((octets / 2 ** 20) * 10) / 10;
  console.log(JSON.stringify({ readMs, buildMs, imageMib: mib(imageOctets), peakMib: mib(process.resourceUsage().maxRSS * 1024) }));
}
