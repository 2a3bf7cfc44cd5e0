// The figures as bars, one panel for each case, each with its own axis. Colours that can be read on white and on black.

const WIDTH = 940;
const PANEL = 450;
const LABEL = 150;
const BARS = PANEL - LABEL - 70;
const BAR = 16;
const GREY = '#808890';
const OURS = '#2f81d6';
const GOAL = '#d9730d';

const escaped = (text) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
const isOurs = (server) => /^(dnsteer|handler|one |two |10,000 )/.test(server);

/** A round number of steps up to at least `most`. */
function axis(most) {
  const magnitude = 10 ** Math.floor(Math.log10(most || 1));
  const step = [0.2, 0.5, 1, 2, 5].map((part) => part * magnitude).find((one) => most / one <= 5) ?? magnitude * 5;
  const count = Math.max(1, Math.ceil(most / step - 1e-9));
  return { step, end: step * count, count };
}

const text = (x, y, content, { size = 11, anchor = 'start', fill = GREY, weight = 400 } = {}) =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}" text-anchor="${anchor}" fill="${fill}" font-weight="${weight}">${escaped(content)}</text>`;
const line = (x1, y1, x2, y2, stroke, more = '') =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${stroke}" ${more}/>`;

/** Where the goals lie on the axis of a case: `{ server, at }`. */
function goalMarks({ rows, key, goals }) {
  const of = (server) => rows.find((row) => row.server === server)?.[key];
  return goals
    .filter(({ mark }) => mark !== undefined && of(mark.server) !== undefined)
    .map(({ limit, mark: { server, base } }) => ({ server, at: base === undefined ? limit : limit * of(base) }))
    .filter(({ at }) => Number.isFinite(at));
}

function panel(measured, x, y) {
  const { rows, key, unit, title } = measured;
  const marks = goalMarks(measured);
  const digits = Math.max(...rows.map((row) => row[key])) < 20 ? 2 : 0;
  const { end, step, count } = axis(Math.max(...rows.map((row) => row[key]), ...marks.map(({ at }) => at)));
  const left = x + LABEL;
  const scale = (value) => left + (value / end) * BARS;
  const top = y + 30;
  const bottom = top + rows.length * (BAR + 6);
  const out = [text(x, y + 14, title, { size: 13, weight: 600 })];
  for (let i = 0; i <= count; i++) {
    out.push(line(scale(i * step), top - 4, scale(i * step), bottom, GREY, 'stroke-opacity="0.3"'));
    out.push(text(scale(i * step), bottom + 13, String(Number((i * step).toPrecision(3))), { size: 10, anchor: 'middle' }));
  }
  out.push(text(left + BARS / 2, bottom + 27, unit, { size: 10, anchor: 'middle' }));
  for (const [i, row] of rows.entries()) {
    const at = top + i * (BAR + 6);
    const fill = isOurs(row.server) ? OURS : GREY;
    out.push(text(left - 6, at + 12, row.server, { anchor: 'end', fill, weight: isOurs(row.server) ? 600 : 400 }));
    out.push(
      `<rect x="${left}" y="${at}" width="${Math.max(1, scale(row[key]) - left).toFixed(1)}" height="${BAR}" fill="${fill}" fill-opacity="0.85"/>`,
    );
    const goals = marks.filter(({ server }) => server === row.server).map(({ at: value }) => scale(value));
    for (const goal of goals) out.push(line(goal, at - 3, goal, at + BAR + 3, GOAL, 'stroke-width="3"'));
    out.push(text(Math.max(scale(row[key]), ...goals) + 6, at + 12, row[key].toFixed(digits), { fill }));
  }
  return { svg: out.join('\n'), height: bottom + 44 - y };
}

/** An SVG picture of all cases that have rows. */
export function plot(cases) {
  const columns = [50, 50];
  const panels = cases
    .filter(({ rows }) => rows.length > 0)
    .map((measured) => {
      const column = columns[0] <= columns[1] ? 0 : 1;
      const { svg, height } = panel(measured, 10 + column * (WIDTH / 2), columns[column]);
      columns[column] += height;
      return svg;
    });
  const height = Math.max(...columns) + 10;
  const legend = [
    `<rect x="10" y="14" width="14" height="12" fill="${OURS}"/>${text(30, 24, 'dnsteer', { fill: OURS, weight: 600 })}`,
    `<rect x="110" y="14" width="14" height="12" fill="${GREY}"/>${text(130, 24, 'others')}`,
    `${line(214, 11, 214, 29, GOAL, 'stroke-width="3"')}${text(224, 24, 'goal: no further than this', { fill: GOAL })}`,
    text(WIDTH - 10, 24, 'shorter is better', { anchor: 'end' }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" role="img" aria-label="CPU, time and memory of DNS servers, with goals">
${[...legend, ...panels].join('\n')}
</svg>
`;
}
