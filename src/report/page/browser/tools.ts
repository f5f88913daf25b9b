/** Which voyages are shown: search, service and severity. */
import type { PageData, VoyageData } from '../data.ts';
import type { Card } from './card.ts';
import { el, plural } from './dom.ts';

const SEVERITIES = ['error', 'warning', 'note'] as const;

export function makeTools(data: PageData, cards: readonly Card[]): HTMLElement[] {
  const services = new Map(
    data.voyages.flatMap((voyage) => voyage.services.map(({ id, name }) => [id, name] as const)),
  );
  const search = el('input', {
    type: 'search',
    id: 'search',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'Image, workload, file or rule',
  });
  const service = el('select', { id: 'service' }, el('option', { value: '' }, 'All services'));
  for (const [id, name] of [...services].sort(([, a], [, b]) => (a < b ? -1 : 1)))
    service.append(el('option', { value: id }, name));
  const chips = [...SEVERITIES, 'blind' as const].map((kind) => ({ kind, button: chipOf(kind, data) }));
  const status = el('p', { class: 'count', role: 'status', 'aria-live': 'polite' });
  const texts = new Map(cards.map(({ voyage }) => [voyage.id, textOf(voyage, data)]));
  const empty = el('p', { class: 'empty', hidden: true }, 'No voyage fits. ');
  const reset = el('button', { type: 'button' }, 'Show all');
  empty.append(reset);

  const update = (): void => {
    const words = search.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const kinds = chips.filter(({ button }) => button.getAttribute('aria-pressed') === 'true').map(({ kind }) => kind);
    let shown = 0;
    for (const { voyage, element } of cards) {
      const has = kindsOf(voyage, data);
      const fits =
        words.every((word) => texts.get(voyage.id)?.includes(word) === true) &&
        (service.value === '' || voyage.services.some(({ id }) => id === service.value)) &&
        (kinds.length === 0 || kinds.some((kind) => has.has(kind)));
      element.hidden = !fits;
      if (fits) shown++;
    }
    empty.hidden = shown > 0 || cards.length === 0;
    status.textContent =
      shown === cards.length ? plural(cards.length, 'voyage') : `${shown} of ${plural(cards.length, 'voyage')}`;
  };
  const clear = (): void => {
    search.value = '';
    service.value = '';
    for (const { button } of chips) button.setAttribute('aria-pressed', 'false');
    update();
    search.focus();
  };
  search.addEventListener('input', update);
  service.addEventListener('change', update);
  reset.addEventListener('click', clear);
  for (const { button } of chips)
    button.addEventListener('click', () => {
      button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
      update();
    });
  update();
  document.getElementById('list')?.before(empty);
  return [
    el('div', { class: 'field' }, el('label', { for: 'search' }, 'Search'), search),
    el('div', { class: 'field' }, el('label', { for: 'service' }, 'Service'), service),
    el(
      'div',
      { class: 'field', role: 'group', 'aria-label': 'Only voyages with' },
      ...chips.map(({ button }) => button),
    ),
    status,
  ];
}

type Kind = (typeof SEVERITIES)[number] | 'blind';

function chipOf(kind: Kind, data: PageData): HTMLButtonElement {
  const count = data.voyages.filter((voyage) => kindsOf(voyage, data).has(kind)).length;
  const name = kind === 'blind' ? 'Blind spots' : `${kind.charAt(0).toUpperCase()}${kind.slice(1)}s`;
  return el(
    'button',
    { type: 'button', class: `chip is-${kind}`, 'aria-pressed': 'false', disabled: count === 0 },
    name,
    ' ',
    el('span', { class: 'number' }, String(count)),
  );
}

function kindsOf({ stops }: VoyageData, { findings }: PageData): ReadonlySet<string> {
  return new Set([
    ...stops.flatMap((stop) => stop.findings.flatMap((index) => findings[index]?.severity ?? [])),
    ...stops.flatMap(({ sight }) => (sight === 'blind' ? ['blind'] : [])),
  ]);
}

function textOf({ name, ways, stops, services }: VoyageData, { findings }: PageData): string {
  return [
    name,
    ...ways,
    ...services.flatMap((one) => [one.id, one.name]),
    ...stops.flatMap((stop) => [
      stop.title,
      stop.name ?? '',
      ...stop.remarks,
      ...stop.places.map(({ at }) => at),
      ...stop.findings.flatMap((index) => [findings[index]?.rule ?? '', findings[index]?.message ?? '']),
    ]),
  ]
    .join('\n')
    .toLowerCase();
}
