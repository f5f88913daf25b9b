/** Mermaid, DOT and SVG, read back by readers of our own, or by one of XML. */
import { describe, expect, it } from 'vitest';
import { SaxesParser } from 'saxes';
import { dot } from '../../../src/report/graph/dot.ts';
import { json } from '../../../src/report/graph/json.ts';
import { mermaid } from '../../../src/report/graph/mermaid.ts';
import { svg } from '../../../src/report/graph/svg.ts';
import { TRICKS } from '../hostile.ts';
import { commandsIn } from '../readers.ts';
import { MISMATCH } from '../sample.ts';
import { ofFixture, withPicture } from './drawn.ts';
import { pictureOf } from './hostile-picture.ts';

const FIXTURES = ['incidents/wrong-cpu-behind-a-tail/broken', 'incidents/cpu-by-file-name/broken'] as const;

interface Graph {
  readonly nodes: ReadonlyMap<string, string>;
  readonly edges: readonly string[];
  readonly clusters: readonly string[];
}

/** Of Mermaid's flow charts what we write of them, and nothing else. */
function readMermaid(text: string): Graph {
  const [first, ...lines] = text.split('\n').filter((line) => line !== '' && !line.startsWith('%%'));
  expect(first).toBe('flowchart LR');
  const nodes = new Map<string, string>();
  const edges: string[] = [];
  const clusters: string[] = [];
  for (const line of lines) {
    const node = /^ {4}(v\d+s\d+)(?:\[\(|\[\/|\(\[|\[)"([^"]*)"(?:\)\]|\/\]|\]\)|\])(?::::\w+)?$/.exec(line);
    const edge = /^ {4}(v\d+s\d+) (?:-->|-\. likely \.->|-\.->) (v\d+s\d+)$/.exec(line);
    const cluster = /^ {2}subgraph v\d+\["([^"]*)"\]$/.exec(line);
    if (node !== null) nodes.set(node[1] ?? '', entities(node[2] ?? ''));
    else if (edge !== null) edges.push(`${edge[1]} ${edge[2]}`);
    else if (cluster !== null) clusters.push(entities(cluster[1] ?? ''));
    else expect(line).toMatch(/^ {4}direction LR$|^ {2}end$|^ {2}classDef \w+ [\w:#, -]+$/);
  }
  return { nodes, edges, clusters };
}

function entities(label: string): string {
  expect(label.replace(/<br>/g, '').replace(/#\d+;/g, '')).toMatch(/^[\p{L}\p{N} .,:/@()+-]*$/u);
  return label.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

/** Tokens of the DOT language: names, quoted strings, and marks. */
function readDot(text: string): Graph {
  const tokens = [...text.matchAll(/"(?:[^"\\\n]|\\.)*"|->|[\w.]+|[{}[\]=,;]|\s+|./g)].map(([token]) => token);
  const words = tokens.filter((token) => token.trim() !== '');
  expect(words.filter((word) => !/^(?:"(?:[^"\\\n]|\\.)*"|->|[\w.]+|[{}[\]=,;])$/.test(word))).toEqual([]);
  expect(words.filter((word) => word === '{').length).toBe(words.filter((word) => word === '}').length);
  const nodes = new Map<string, string>();
  const edges: string[] = [];
  const clusters: string[] = [];
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    if (/^v\d+s\d+$/.test(word) && next === '[' && words[index - 1] !== '->') nodes.set(word, words[index + 4] ?? '');
    if (word === '->') edges.push(`${words[index - 1]} ${next}`);
    if (word.startsWith('cluster_')) clusters.push((words[index + 4] ?? '').slice(1, -1).replace(/\\(.)/g, '$1'));
  }
  return { nodes, edges, clusters };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Boxes by their place on the whole drawing, and every text with its title. */
function readSvg(text: string): { boxes: Box[]; texts: { shown: string; whole: string; x: number; right: number }[] } {
  const boxes: Box[] = [];
  const texts: { shown: string; whole: string; x: number; right: number }[] = [];
  const moves: [number, number][] = [];
  let last: { shown: string; whole: string; x: number; right: number } | undefined;
  let into: 'shown' | 'whole' | undefined;
  let right = 0;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const number = (key: string): number => Number(attributes[key] ?? 0);
    if (name === 'g') {
      const [, x = '', y = ''] = /^translate\(([\d.]+) ([\d.]+)\)$/.exec(attributes['transform'] ?? '') ?? [];
      moves.push([Number(x), Number(y)]);
    }
    const [x, y] = moves.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
    if (name === 'rect' && /^(?:box|blind|missing)$/.test(attributes['class'] ?? '')) {
      boxes.push({ x, y, width: number('width'), height: number('height') });
      right = x + number('width');
    }
    if (name === 'text') {
      last = { shown: '', whole: '', x: x + number('x'), right };
      texts.push(last);
      into = 'shown';
    }
    if (name === 'title') into = last === undefined ? undefined : 'whole';
  });
  parser.on('text', (more) => {
    if (last !== undefined && into !== undefined) last[into] += more;
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'g') moves.pop();
    if (name === 'title') into = 'shown';
    if (name === 'text') last = undefined;
  });
  parser.write(text).close();
  return { boxes, texts };
}

describe.each(FIXTURES)('%s', (fixture) => {
  it('has the same stops, legs and voyages in Mermaid and DOT as in the picture', async () => {
    const input = await ofFixture(fixture);
    const { voyages } = input.picture;
    for (const graph of [readMermaid(mermaid(input)), readDot(dot(input))]) {
      expect([...graph.nodes.keys()]).toEqual(voyages.flatMap(({ stops }) => stops.map(({ id }) => id)));
      expect(graph.edges).toEqual(voyages.flatMap(({ legs }) => legs.map(({ from, to }) => `${from} ${to}`)));
      expect(graph.clusters).toEqual(voyages.map(({ name }) => name));
    }
  });

  it('has no two boxes over each other in SVG, and no text beyond its box', async () => {
    const input = await ofFixture(fixture);
    const { boxes, texts } = readSvg(svg(input));
    expect(boxes).toHaveLength(input.picture.voyages.flatMap(({ stops }) => stops).length);
    for (const [index, a] of boxes.entries())
      for (const b of boxes.slice(index + 1))
        expect(
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y,
          JSON.stringify([a, b]),
        ).toBe(true);
    expect(texts.filter(({ shown, x, right }) => right > 0 && x + shown.length * 7.5 > right)).toEqual([]);
    expect(texts.filter(({ shown, whole }) => shown.includes('…') && !shown.endsWith('-…') && whole === '')).toEqual(
      [],
    );
  });

  it('is told by JSON with the findings on their stops', async () => {
    const input = await ofFixture(fixture);
    const told: { voyages: { stops: { stage: string; findings: { rule: string }[] }[] }[] } = JSON.parse(json(input));
    const at = told.voyages.flatMap(({ stops }) =>
      stops.flatMap(({ stage, findings }) => findings.map(({ rule }) => `${stage}: ${rule}`)),
    );
    expect(at).toContain('build: arch-mismatch');
  });
});

describe('a stranger who chooses the names', () => {
  it.each(TRICKS.map((trick) => [trick]))('gets nothing but labels: %j', (trick) => {
    const input = withPicture([{ ...MISMATCH, message: trick }], pictureOf(trick));
    for (const graph of [readMermaid(mermaid(input)), readDot(dot(input))]) {
      expect(graph.nodes.size).toBe(4);
      expect(graph.edges).toHaveLength(4);
    }
    expect(readSvg(svg(input)).boxes).toHaveLength(4);
    for (const drawing of [mermaid(input), dot(input), svg(input), json(input)])
      expect(commandsIn(drawing)).toEqual([]);
  });
});

describe('nothing to draw', () => {
  const input = withPicture([], { voyages: [] });

  it('is said in every drawing', () => {
    expect(readDot(dot(input)).edges).toEqual([]);
    for (const drawing of [mermaid(input), dot(input), svg(input)]) expect(drawing).toContain('Nothing to draw');
    expect(JSON.parse(json(input))).toMatchObject({ voyages: [] });
  });
});
