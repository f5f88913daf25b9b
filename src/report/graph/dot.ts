/** A graph for Graphviz: `plimsoll graph -f dot | dot -Tpdf`. */
import type { DrawnVoyage, Leg, Stage, Stop } from '../../picture/picture.ts';
import { forDot } from '../escape-graph.ts';
import type { ReportInput } from '../report.ts';
import { placed, type Placed } from './placed.ts';
import { countsOf, NOTHING_TO_DRAW, placeOf, remarksOf, VERBS } from './words.ts';

const STYLES: Readonly<Record<Leg['certainty'], string>> = {
  certain: '',
  likely: ' [style=dashed, label="likely"]',
  unknown: ' [style=dotted]',
};

const SHAPES: Readonly<Record<Stage, string>> = {
  build: 'box',
  tag: 'box',
  push: 'box',
  repository: 'cylinder',
  'roll-out': 'parallelogram',
  workload: 'box',
};

const COLORS = { error: '#c62828', warning: '#b26a00', note: '#1f7a72' } as const;

export function dot({ findings, picture = { voyages: [] } }: ReportInput): string {
  const found = placed(picture, findings);
  const lines = [
    'digraph plimsoll {',
    '  rankdir=LR;',
    '  node [fontname="Helvetica", fontsize=11, margin="0.15,0.08"];',
    '  edge [fontname="Helvetica", fontsize=9];',
    ...picture.voyages.flatMap((voyage) => cluster(voyage, found)),
  ];
  if (picture.voyages.length === 0) lines.push(`  nothing [shape=plain, label="${forDot(NOTHING_TO_DRAW)}"];`);
  return `${[...lines, '}'].join('\n')}\n`;
}

function cluster({ id, name, stops, legs }: DrawnVoyage, { on }: Placed): string[] {
  return [
    `  subgraph cluster_${id} {`,
    `    label="${forDot(name)}"; fontname="Helvetica-Bold"; color="#b8c4ce"; style=rounded;`,
    ...stops.map((stop) => `    ${node(stop, on)}`),
    ...legs.map(({ from, to, certainty }) => `    ${from} -> ${to}${STYLES[certainty]};`),
    '  }',
  ];
}

function node(stop: Stop, on: Placed['on']): string {
  const { id, stage, sight, title, name } = stop;
  const findings = on.get(id) ?? [];
  const label = [`${VERBS[stage]}: ${title}`, name, ...remarksOf(stop), placeOf(stop), countsOf(findings)]
    .filter((line) => line !== undefined && line !== '')
    .map((line) => forDot(line ?? ''))
    .join('\\n');
  const severity = findings[0]?.severity;
  const line = [...(stage === 'workload' ? ['rounded'] : []), ...(sight === 'seen' ? [] : ['dashed'])];
  const attributes = [
    `label="${label}"`,
    `shape=${SHAPES[stage]}`,
    ...(line.length === 0 ? [] : [`style="${line.join(',')}"`]),
    ...(severity === undefined ? [] : [`color="${COLORS[severity]}"`, 'penwidth=2']),
  ];
  return `${id} [${attributes.join(', ')}];`;
}
