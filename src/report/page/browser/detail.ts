/** What is known of a stop: what is found there, the lines of its places, and of both ends of the ways to and from it. */
import type { Excerpt, FindingData, PageData, PlaceData, StopData, VoyageData } from '../data.ts';
import { el, prose, type Child } from './dom.ts';

export function detailOf(stop: StopData, voyage: VoyageData, data: PageData, close: () => void): HTMLElement {
  const id = `${stop.id}-detail`;
  const button = el('button', { type: 'button', class: 'close' }, 'Close');
  button.addEventListener('click', close);
  const found = stop.findings.flatMap((index) => data.findings[index] ?? []);
  return el(
    'section',
    { class: 'detail', 'aria-labelledby': id },
    el(
      'header',
      {},
      el(
        'h4',
        { id },
        `${stop.verb}: ${stop.title}`,
        stop.name === undefined ? undefined : el('span', { class: 'name' }, stop.name),
      ),
      button,
    ),
    ...found.map((one) => findingOf(one, data)),
    group('Here', stop.places, data),
    ...neighbours(stop, voyage, 'from', data),
    ...neighbours(stop, voyage, 'to', data),
  );
}

/** The other ends of its legs. */
function neighbours({ id }: StopData, { stops, legs }: VoyageData, side: 'from' | 'to', data: PageData): Child[] {
  const other = side === 'from' ? 'to' : 'from';
  return legs
    .filter((leg) => leg[other] === id)
    .flatMap((leg) => {
      const end = stops.find((one) => one.id === leg[side]);
      if (end === undefined) return [];
      const sure = leg.certainty === 'certain' ? '' : leg.certainty === 'likely' ? ' (likely)' : ' (not known)';
      const name = end.name === undefined ? '' : ` ${end.name}`;
      const title = `${side === 'from' ? 'Comes from' : 'Goes to'}${sure}: ${end.title}${name}`;
      return [group(title, end.places.slice(0, MOST_OF_AN_END), data) ?? el('p', { class: 'group' }, title)];
    });
}

const MOST_OF_AN_END = 2;

function group(title: string, places: readonly PlaceData[], data: PageData): HTMLElement | undefined {
  if (places.length === 0) return undefined;
  return el(
    'div',
    { class: 'group' },
    el('h5', {}, title),
    el('div', { class: 'places' }, ...places.map((one) => placeOf(one, data))),
  );
}

export function findingOf(
  { severity, rule, sure, message, help, places, way }: FindingData,
  data: PageData,
): HTMLElement {
  return el(
    'div',
    { class: `finding is-${severity}` },
    el(
      'p',
      { class: 'rule' },
      el('span', { class: `badge is-${severity}` }, severity),
      ' ',
      el('code', {}, rule),
      sure === undefined ? undefined : ` (${sure})`,
    ),
    el('p', { class: 'message' }, ...prose(message)),
    help === undefined ? undefined : el('p', { class: 'help' }, el('b', {}, 'What to do: '), ...prose(help)),
    way === undefined ? undefined : el('p', { class: 'way' }, `reached from ${way}`),
    el('div', { class: 'places' }, ...places.map((one) => placeOf(one, data))),
  );
}

function placeOf({ label, at, excerpt }: PlaceData, { excerpts }: PageData): HTMLElement {
  const lines = excerpt === undefined ? undefined : excerpts[excerpt];
  return el(
    'figure',
    { class: 'place' },
    el('figcaption', {}, el('span', { class: 'at' }, at), ' ', el('span', { class: 'label' }, ...prose(label))),
    lines === undefined ? undefined : sourceOf(lines, at),
  );
}

/** Lines too long for their box are shown where they are marked. */
export function showMarks(within: HTMLElement): void {
  for (const box of within.querySelectorAll('pre')) {
    const mark = box.querySelector('mark');
    if (mark === null) continue;
    const beyond = mark.getBoundingClientRect().left - box.getBoundingClientRect().left + box.scrollLeft;
    if (beyond > box.clientWidth * 0.6) box.scrollLeft = beyond - LEAD;
  }
}

const LEAD = 48;

function sourceOf({ from, lines, marks }: Excerpt, at: string): HTMLElement {
  const rows = lines.map((line, index) => {
    const mark = marks.find((one) => one.line === index);
    const text: Child[] =
      mark === undefined
        ? [line]
        : [line.slice(0, mark.start), el('mark', {}, line.slice(mark.start, mark.end)), line.slice(mark.end)];
    return el('span', { class: 'line', 'data-n': from + index }, ...text, '\n');
  });
  // A box that scrolls must be reachable by keyboard.
  return el('pre', { tabindex: 0, role: 'group', 'aria-label': `lines at ${at}` }, el('code', {}, ...rows));
}
