/** A drawing that stands by itself: our own layout, two palettes, and every cut text whole in a title. */
import type { Finding } from '../../model/finding.ts';
import type { DrawnVoyage, Leg, Stop } from '../../picture/picture.ts';
import { forXml, visible } from '../escape.ts';
import type { ReportInput } from '../report.ts';
import { defined } from '../../core/optional.ts';
import { clipped, textWidth, wrap } from '../width.ts';
import { arranged, BOX, type Arranged, type Placement } from './arrange.ts';
import { placed, type Placed } from './placed.ts';
import { countsOf, NOTHING_TO_DRAW, placeOf, remarksOf, VERBS } from './words.ts';

/** A letter of the fixed-width face, at 12 pixels; the widest in use has 0.62 of its size. */
const LETTER = 7.5;
const COLUMNS = Math.floor((BOX.width - 2 * BOX.padding) / LETTER);

const STYLE = `
text{font:12px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#17232e}
.ground{fill:#f4f6f8}.card{fill:#fff;stroke:#d9e0e6}.box{fill:#f8fafb;stroke:#b8c4ce}
.blind,.missing{fill:none;stroke:#52626f;stroke-dasharray:6 4}.missing{stroke-dasharray:2 4}
.bar{fill:#8496a5}.bar.error{fill:#b3261e}.bar.warning{fill:#8a5200}.bar.note{fill:#1b655f}
.title{font-weight:600}.name{font-weight:600;font-size:14px}.soft{fill:#52626f}
.counts.error{fill:#b3261e}.counts.warning{fill:#8a5200}.counts.note{fill:#1b655f}
.leg{fill:none;stroke:#8496a5;stroke-width:1.6}.likely{stroke-dasharray:6 4}.unknown{stroke-dasharray:2 4}.head{fill:#8496a5}
@media (prefers-color-scheme:dark){
text{fill:#e4ebf1}.ground{fill:#0f151b}.card{fill:#172029;stroke:#2b3945}.box{fill:#1d2832;stroke:#3a4a58}
.blind,.missing{stroke:#9fb0be}.soft{fill:#9fb0be}
.bar.error,.counts.error{fill:#ff9a90}.bar.warning,.counts.warning{fill:#f0bb62}.bar.note,.counts.note{fill:#7fd0c7}
}
`.trim();

export function svg({ findings, picture = { voyages: [] } }: ReportInput): string {
  const found = placed(picture, findings);
  const drawings = picture.voyages.map((voyage) => arranged(voyage, (stop) => linesOf(stop, found).length));
  const width = Math.max(360, ...drawings.map((one) => one.width)) + 2 * MARGIN;
  const parts: string[] = [];
  let top = MARGIN;
  for (const [index, drawing] of drawings.entries()) {
    const voyage = picture.voyages[index];
    if (voyage === undefined) continue;
    parts.push(card(voyage, drawing, found, top, width - 2 * MARGIN));
    top += drawing.height + MARGIN;
  }
  if (drawings.length === 0) {
    parts.push(`<text x="${MARGIN}" y="${MARGIN + 16}">${escaped(NOTHING_TO_DRAW)}</text>`);
    top += 40;
  }
  const whole = drawings.length === 0 ? Math.max(width, NOTHING_TO_DRAW.length * LETTER + 2 * MARGIN) : width;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="${top}" viewBox="0 0 ${whole} ${top}" role="img" aria-labelledby="t">`,
    '<title id="t">How each image gets to each workload</title>',
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${whole}" height="${top}"/>`,
    ...parts,
    '</svg>',
  ].join('\n')}\n`;
}

const MARGIN = 16;

function card(
  { name, stops, legs }: DrawnVoyage,
  { height, at, through }: Arranged,
  found: Placed,
  top: number,
  width: number,
) {
  const room = Math.floor((width - 2 * BOX.padding) / (LETTER * (14 / 12)));
  return [
    `<g transform="translate(${MARGIN} ${top})">`,
    `<rect class="card" width="${width}" height="${height}" rx="10"/>`,
    line(name, { x: BOX.padding, y: 28, look: 'name', room }),
    ...legs.map((leg) => legOf(leg, { at, through })),
    ...stops.map((stop) => boxOf(stop, at.get(stop.id), found)),
    '</g>',
  ].join('\n');
}

function legOf({ from, to, certainty }: Leg, { at, through }: Pick<Arranged, 'at' | 'through'>): string {
  const [a, b] = [at.get(from), at.get(to)];
  if (a === undefined || b === undefined) return '';
  const points = [a, ...(through.get(`${from} ${to}`) ?? []), b];
  let way = `M${a.x + BOX.width} ${middle(a)}`;
  for (const [index, next] of points.slice(1).entries()) {
    const last = points[index] ?? a;
    const isEnd = next === b;
    const [x, end] = [last.x + BOX.width, next.x - (isEnd ? HEAD : 0)];
    const bend = Math.max(12, (end - x) / 2);
    way += `C${x + bend} ${middle(last)} ${end - bend} ${middle(next)} ${end} ${middle(next)}`;
    if (!isEnd) way += `H${next.x + BOX.width}`;
  }
  return `<path class="leg ${certainty}" d="${way}"/><path class="head" d="M${b.x - HEAD} ${middle(b) - 4}l${HEAD} 4l-${HEAD} 4z"/>`;
}

const HEAD = 7;

function middle({ y, height }: Placement): number {
  return y + height / 2;
}

interface Line {
  readonly text: string;
  readonly look: string;
  /** Of a place the end tells more. */
  readonly cut?: 'start';
}

function linesOf(stop: Stop, { on }: Placed): Line[] {
  const { stage, sight, title, name, id } = stop;
  const findings = on.get(id) ?? [];
  const place = placeOf(stop);
  return [
    { text: `${VERBS[stage]}${sight === 'blind' ? ' perhaps' : sight === 'missing' ? '?' : ''}`, look: 'soft' },
    { text: title, look: 'title' },
    ...(name === undefined ? [] : [{ text: name, look: '' }]),
    ...remarksOf(stop).flatMap((text) => wrap(visible(text), COLUMNS).map((part) => ({ text: part, look: 'soft' }))),
    ...(place === undefined ? [] : [{ text: place, look: 'soft', cut: 'start' as const }]),
    ...(findings.length === 0 ? [] : [{ text: countsOf(findings), look: `counts ${worstOf(findings)}` }]),
  ];
}

function worstOf(findings: readonly Finding[]): string {
  return findings[0]?.severity ?? '';
}

function boxOf(stop: Stop, spot: Placement | undefined, found: Placed): string {
  if (spot === undefined) return '';
  const findings = found.on.get(stop.id) ?? [];
  const messages = findings.map(({ severity, rule, message }) => `${severity}[${rule}] ${message}`);
  const look = stop.sight === 'seen' ? 'box' : stop.sight;
  return [
    `<g transform="translate(${spot.x} ${spot.y})">`,
    ...(messages.length === 0 ? [] : [`<title>${escaped(messages.join(' · '))}</title>`]),
    `<rect class="${look}" width="${BOX.width}" height="${spot.height}" rx="6"/>`,
    ...(stop.sight === 'seen'
      ? [`<rect class="bar ${worstOf(findings)}" width="3" height="${spot.height}" rx="1.5"/>`]
      : []),
    ...linesOf(stop, found).map(({ text, look: own, cut }, index) =>
      line(text, {
        x: BOX.padding,
        y: BOX.padding + 10 + index * BOX.line,
        look: own,
        room: COLUMNS,
        ...defined({ cut }),
      }),
    ),
    '</g>',
  ].join('\n');
}

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly look: string;
  readonly room: number;
  readonly cut?: 'start';
}

/** In one line, cut to its room, and whole in its title then. */
function line(text: string, { x, y, look, room, cut }: Spot): string {
  const whole = visible(text);
  const shown = cut === 'start' ? endOf(whole, room) : clipped(whole, room);
  const title = shown === whole ? '' : `<title>${escaped(whole)}</title>`;
  return `<text x="${x}" y="${y}"${look === '' ? '' : ` class="${look}"`}>${title}${escaped(shown)}</text>`;
}

function endOf(text: string, room: number): string {
  return textWidth(text) <= room
    ? text
    : `…${[...clipped([...text].reverse().join(''), room)].slice(0, -1).reverse().join('')}`;
}

function escaped(text: string): string {
  return forXml(visible(text));
}
