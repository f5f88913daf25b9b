/** A flow chart for whatever renders Mermaid: GitHub, GitLab, Markdown in editors. */
import type { DrawnVoyage, Leg, Stage, Stop } from '../../picture/picture.ts';
import { forMermaid } from '../escape-graph.ts';
import type { ReportInput } from '../report.ts';
import { placed, type Placed } from './placed.ts';
import { countsOf, NOTHING_TO_DRAW, placeOf, remarksOf, VERBS } from './words.ts';

/** What Mermaid draws without being told otherwise. */
const MOST_EDGES = 500;
const MOST_CHARACTERS = 50_000;

const ARROWS: Readonly<Record<Leg['certainty'], string>> = { certain: '-->', likely: '-. likely .->', unknown: '-.->' };

/** Shapes tell the stages apart, where colour doesn't. */
const SHAPES: Readonly<Record<Stage, readonly [string, string]>> = {
  build: ['[', ']'],
  tag: ['[', ']'],
  push: ['[', ']'],
  repository: ['[(', ')]'],
  'roll-out': ['[/', '/]'],
  workload: ['([', '])'],
};

export function mermaid({ findings, picture = { voyages: [] } }: ReportInput): string {
  const { voyages } = picture;
  const found = placed(picture, findings);
  const lines = ['flowchart LR', ...voyages.flatMap((voyage) => subgraph(voyage, found))];
  if (voyages.length === 0) lines.push(`  nothing["${forMermaid(NOTHING_TO_DRAW)}"]`);
  else lines.push(...CLASSES);
  const edges = voyages.reduce((sum, { legs }) => sum + legs.length, 0);
  const text = `${lines.join('\n')}\n`;
  if (edges <= MOST_EDGES && text.length <= MOST_CHARACTERS) return text;
  return `%% ${edges} arrows, ${text.length} characters: Mermaid draws ${MOST_EDGES} and ${MOST_CHARACTERS} unless maxEdges and maxTextSize say more. Name an image to draw less.\n${text}`;
}

function subgraph({ id, name, stops, legs }: DrawnVoyage, { on }: Placed): string[] {
  return [
    `  subgraph ${id}["${forMermaid(name)}"]`,
    '    direction LR',
    ...stops.map((stop) => `    ${node(stop, on)}`),
    ...legs.map(({ from, to, certainty }) => `    ${from} ${ARROWS[certainty]} ${to}`),
    '  end',
  ];
}

function node(stop: Stop, on: Placed['on']): string {
  const { id, stage, sight, title, name } = stop;
  const findings = on.get(id) ?? [];
  const [open, close] = SHAPES[stage];
  const label = [`${VERBS[stage]}: ${title}`, name, remarksOf(stop).join(', '), placeOf(stop), countsOf(findings)]
    .filter((line) => line !== undefined && line !== '')
    .map((line) => forMermaid(line ?? ''))
    .join('<br>');
  const look = sight === 'seen' ? findings[0]?.severity : sight;
  return `${id}${open}"${label}"${close}${look === undefined ? '' : `:::${look}`}`;
}

const CLASSES = [
  '  classDef error stroke:#c62828,stroke-width:3px',
  '  classDef warning stroke:#b26a00,stroke-width:3px',
  '  classDef note stroke:#1f7a72,stroke-width:2px',
  '  classDef blind stroke-dasharray:6 4',
  '  classDef missing stroke-dasharray:2 4',
];
