/** A voyage: its name, and its stops in layers, each a button that opens what is known of it. */
import type { FindingData, PageData, StopData, VoyageData } from '../data.ts';
import { detailOf, showMarks } from './detail.ts';
import { append, breakable, el, plural } from './dom.ts';
import { watchLegs } from './legs.ts';

export interface Card {
  readonly voyage: VoyageData;
  readonly element: HTMLElement;
  /** The buttons by layer. */
  readonly layers: readonly (readonly HTMLButtonElement[])[];
  close(): void;
}

const SEVERITIES = ['error', 'warning', 'note'] as const;

export function cardOf(voyage: VoyageData, data: PageData): Card {
  const buttons = new Map(voyage.stops.map((stop) => [stop.id, buttonOf(stop, voyage, data)]));
  const layers = Array.from({ length: voyage.layers }, (_, layer) =>
    voyage.stops.flatMap((stop) => (stop.layer === layer ? (buttons.get(stop.id) ?? []) : [])),
  );
  const flow = el('div', { class: `flow n${Math.min(voyage.layers, 9)}` });
  append(
    flow,
    layers.map((list) => el('ul', { class: 'layer' }, ...list.map((button) => el('li', {}, button)))),
  );
  const rooms = new Map<string, HTMLElement>(buttons);
  for (const { id, layer } of voyage.legs.flatMap(({ passes }) => passes)) {
    const room = el('li', { class: 'pass', role: 'presentation' });
    rooms.set(id, room);
    flow.children[layer]?.append(room);
  }
  const title = el('h3', { id: `${voyage.id}-title` }, ...breakable(voyage.name));
  const element = el(
    'article',
    { class: 'voyage', id: voyage.id, 'aria-labelledby': `${voyage.id}-title` },
    el('header', {}, title, tags(voyage, data.findings)),
    waysOf(voyage),
    flow,
  );
  let open: { readonly detail: HTMLElement; readonly button: HTMLElement } | undefined;
  // Below the picture where that goes across, else below the very stop.
  const settle = (): void => {
    if (open === undefined) return;
    const isAcross = getComputedStyle(flow).flexDirection === 'row';
    const before = isAcross ? flow : open.button.closest('.layer');
    if (before !== null && open.detail.previousElementSibling !== before) before.after(open.detail);
  };
  watchLegs(flow, voyage.legs, rooms, settle);
  const close = (): void => {
    open?.detail.remove();
    open?.button.setAttribute('aria-expanded', 'false');
    open = undefined;
  };
  for (const stop of voyage.stops) {
    const button = buttons.get(stop.id);
    button?.addEventListener('click', () => {
      const wasOpen = button.getAttribute('aria-expanded') === 'true';
      close();
      if (wasOpen) return;
      button.setAttribute('aria-expanded', 'true');
      const detail = detailOf(stop, voyage, data, () => {
        close();
        button.focus();
      });
      open = { detail, button };
      settle();
      detail.scrollIntoView({ block: 'nearest' });
      showMarks(detail);
    });
  }
  return { voyage, element, layers, close };
}

function tags({ services, stops }: VoyageData, findings: readonly FindingData[]): HTMLElement {
  const own = [...new Set(stops.flatMap((stop) => stop.findings))].flatMap((index) => findings[index] ?? []);
  const blind = stops.filter(({ sight }) => sight === 'blind').length;
  const list = el('ul', { class: 'tags' }, ...services.map(({ name }) => el('li', { class: 'tag' }, name)));
  for (const severity of SEVERITIES) {
    const count = own.filter((one) => one.severity === severity).length;
    if (count > 0) list.append(el('li', { class: `tag is-${severity}` }, plural(count, severity)));
  }
  if (blind > 0) list.append(el('li', { class: 'tag is-blind' }, plural(blind, 'blind spot')));
  return list;
}

function waysOf({ ways }: VoyageData): HTMLElement | undefined {
  const [first, ...more] = ways;
  if (first === undefined) return undefined;
  if (more.length === 0) return el('p', { class: 'way' }, `from ${first}`);
  return el(
    'details',
    { class: 'way' },
    el('summary', {}, `from ${first}, and ${plural(more.length, 'other way')}`),
    el('ul', {}, ...more.map((way) => el('li', {}, way))),
  );
}

function buttonOf(stop: StopData, { legs }: VoyageData, { findings }: PageData): HTMLButtonElement {
  const own = stop.findings.flatMap((index) => findings[index] ?? []);
  const worst = own[0]?.severity;
  const isLikely = legs.some(({ to, certainty }) => to === stop.id && certainty === 'likely');
  const verb = el('span', { class: 'verb' }, stop.verb);
  if (stop.sight === 'blind') verb.append(' ', el('span', { class: 'sure' }, 'perhaps'));
  else if (isLikely) verb.append(' ', el('span', { class: 'sure' }, 'likely'));
  const what = el(
    'span',
    { class: 'what' },
    verb,
    el('strong', {}, stop.title),
    stop.name === undefined ? undefined : el('span', { class: 'name', title: stop.name }, ...breakable(stop.name)),
    stop.remarks.length === 0 ? undefined : el('span', { class: 'remarks' }, stop.remarks.join(', ')),
  );
  for (const { text, state } of stop.live) what.append(el('span', { class: `live is-${state}` }, text));
  const where = el('span', { class: 'whereabouts' });
  if (stop.at !== undefined) where.append(el('span', { class: 'at', title: stop.at }, ...breakable(stop.at)));
  const badges = SEVERITIES.flatMap((severity) => {
    const count = own.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [el('span', { class: `badge is-${severity}` }, plural(count, severity))];
  });
  if (badges.length > 0) where.append(el('span', { class: 'badges' }, ...badges));
  return el(
    'button',
    {
      type: 'button',
      class: `stop is-${stop.sight}${worst === undefined ? '' : ` has-${worst}`}`,
      id: stop.id,
      'aria-expanded': 'false',
    },
    what,
    where,
  );
}
