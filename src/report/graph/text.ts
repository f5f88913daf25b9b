/** A tree for the terminal: each voyage from its builds to its workloads, a line for each stop. */
import { createColors } from 'picocolors';
import type { Finding } from '../../model/finding.ts';
import type { DrawnVoyage, Leg, Picture, Stop } from '../../picture/picture.ts';
import { forTerminal, withoutCommands } from '../escape.ts';
import { plural, type ReportInput, type Style } from '../report.ts';
import { tintOf, type Colors } from '../summary.ts';
import { clipped, textWidth, wrap } from '../width.ts';
import { placed, type Placed } from './placed.ts';
import { countsOf, headOf, isWhole, NOTHING_TO_DRAW, placeOf, remarksOf, VERBS, wayText } from './words.ts';

const NO_PICTURE: Picture = { voyages: [] };
/** Wide enough for `rolled out?`. */
const VERB_WIDTH = 12;

export function text(input: ReportInput, style: Style): string {
  const picture = input.picture ?? NO_PICTURE;
  const { voyages } = picture;
  const colors = createColors(style.color);
  if (voyages.length === 0) return `${NOTHING_TO_DRAW}\n`;
  const found = placed(picture, input.findings);
  const parts = voyages.map((voyage) => new Tree(voyage, found, colors, style.width).lines().join('\n'));
  if (!style.quiet) parts.push(summary(voyages, found, colors));
  return withoutCommands(`${parts.join('\n\n')}\n`);
}

function summary(voyages: readonly DrawnVoyage[], { on, elsewhere }: Placed, colors: Colors): string {
  const whole = voyages.filter(isWhole).length;
  const counts = countsOf([...new Set([...on.values()].flat())]);
  const lines = [
    `${plural(voyages.length, 'voyage')}, ${whole} from build to workload${counts === '' ? '' : `; ${counts} on the way`}.`,
  ];
  if (elsewhere.length > 0)
    lines.push(colors.dim(`${plural(elsewhere.length, 'finding')} elsewhere: \`plimsoll check\` shows them.`));
  return lines.join('\n');
}

type Way = Pick<Leg, 'to' | 'certainty'>;

class Tree {
  private readonly out: string[] = [];
  private readonly shown = new Set<string>();
  private readonly stops: ReadonlyMap<string, Stop>;

  constructor(
    private readonly voyage: DrawnVoyage,
    private readonly found: Placed,
    private readonly colors: Colors,
    private readonly width: number,
  ) {
    this.stops = new Map(voyage.stops.map((stop) => [stop.id, stop]));
  }

  lines(): readonly string[] {
    const { voyage, colors } = this;
    this.out.push(colors.bold(forTerminal(voyage.name)));
    const [first, ...more] = voyage.ways;
    if (first !== undefined) {
      const others = more.length === 0 ? '' : `, and ${plural(more.length, 'other way')}`;
      this.out.push(
        `  ${colors.dim(`from ${clipped(forTerminal(wayText(first)), this.width - 7 - others.length)}${others}`)}`,
      );
    }
    const starts = voyage.stops.filter(({ id }) => !voyage.legs.some(({ to }) => to === id));
    this.branch(
      starts.map(({ id }): Way => ({ to: id, certainty: 'certain' })),
      '',
    );
    return this.out;
  }

  /** One way on stays where it is, several are set in. A tree is as deep as a voyage has layers. */
  private branch(ways: readonly Way[], indent: string): void {
    for (const [index, way] of ways.entries()) {
      const next = this.shown.has(way.to) ? [] : this.voyage.legs.filter(({ from }) => from === way.to);
      const goesOn = next.length > 0;
      if (ways.length === 1) {
        this.stop(way, `${indent}${goesOn ? '│ ' : '└ '}`, `${indent}${goesOn ? '│ ' : '  '}`);
        this.branch(next, indent);
        continue;
      }
      const isLast = index === ways.length - 1;
      const inner = `${indent}${isLast ? '  ' : '│ '}`;
      this.stop(way, `${indent}${isLast ? '└─' : '├─'}${goesOn ? '┬ ' : '╴ '}`, `${inner}${goesOn ? '│ ' : '  '}`);
      this.branch(next, inner);
    }
  }

  private stop({ to, certainty }: Way, lead: string, rest: string): void {
    const stop = this.stops.get(to);
    if (stop !== undefined) this.stopLines(stop, certainty, this.shown.has(to), lead, rest);
    this.shown.add(to);
  }

  private stopLines(stop: Stop, certainty: Leg['certainty'], again: boolean, lead: string, rest: string): void {
    const { colors } = this;
    const verb = `${VERBS[stop.stage]}${stop.sight === 'seen' ? '' : '?'}`.padEnd(VERB_WIDTH);
    const sure = certainty === 'likely' ? ' (likely)' : '';
    const remarks = again || stop.sight === 'missing' ? [] : remarksOf(stop);
    const what = forTerminal(
      `${headOf(stop)}${sure}${again ? ', as above' : remarks.map((one) => `, ${one}`).join('')}`,
    );
    const room = Math.max(20, this.width - textWidth(lead) - VERB_WIDTH);
    const [first = '', ...more] = wrap(what, room);
    const tinted = (line: string): string => (stop.sight === 'seen' ? line : colors.dim(line));
    const where = again ? undefined : placeOf(stop);
    const place = where === undefined ? undefined : forTerminal(where);
    const fits = place !== undefined && more.length === 0 && textWidth(first) + textWidth(place) + 2 <= room;
    const blank = ' '.repeat(VERB_WIDTH);
    this.out.push(
      `${colors.dim(lead)}${stop.sight === 'seen' ? colors.cyan(verb) : colors.dim(verb)}${tinted(first)}${fits ? `  ${colors.dim(place)}` : ''}`.trimEnd(),
      ...more.map((line) => `${colors.dim(rest)}${blank}${tinted(line)}`),
      ...(place === undefined || fits ? [] : [`${colors.dim(rest)}${blank}${colors.dim(place)}`]),
    );
    if (!again) for (const finding of this.found.on.get(stop.id) ?? []) this.findingLines(finding, rest, blank, room);
  }

  private findingLines({ severity, rule, message }: Finding, rest: string, blank: string, room: number): void {
    const { colors } = this;
    const tag = `${severity}[${forTerminal(rule)}]`;
    const [first = '', ...others] = wrap(`${tag} ${forTerminal(message)}`, room - 2);
    // `plimsoll check` says all of it.
    const more = others.length > 1 ? [clipped(others.join(' '), room - 2)] : others;
    const tint = tintOf(severity, colors);
    const head = first.startsWith(tag) ? tag : '';
    this.out.push(
      `${colors.dim(rest)}${blank}${tint('!')} ${tint(head)}${first.slice(head.length)}`,
      ...more.map((line) => `${colors.dim(rest)}${blank}  ${line}`),
    );
  }
}
