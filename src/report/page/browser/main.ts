/** The program in the page: reads the page's data and shows it. */
import type { PageData } from '../data.ts';
import { cardOf } from './card.ts';
import { findingOf, showMarks } from './detail.ts';
import { el } from './dom.ts';
import { listenToKeys } from './keys.ts';
import { makeTools } from './tools.ts';

function start(data: PageData): void {
  const cards = data.voyages.map((voyage) => cardOf(voyage, data));
  const list = document.getElementById('list');
  const main = document.getElementById('main');
  list?.append(...cards.map(({ element }) => element));
  if (cards.length === 0)
    list?.append(
      el('p', { class: 'empty' }, 'Nothing to draw: no file here builds, pushes or runs a container image.'),
    );
  document.getElementById('tools')?.append(...makeTools(data, cards));
  const elsewhere = data.elsewhere.flatMap((index) => data.findings[index] ?? []);
  if (elsewhere.length > 0)
    main?.append(
      el(
        'section',
        { class: 'elsewhere', 'aria-labelledby': 'elsewhere-title' },
        el('h2', { id: 'elsewhere-title' }, 'Findings beside the voyages'),
        ...elsewhere.map((one) => findingOf(one, data)),
      ),
    );
  for (const [index, { title, lines }] of data.remarks.entries())
    main?.append(
      el(
        'section',
        { class: 'remark', 'aria-labelledby': `remark-${index}` },
        el('h2', { id: `remark-${index}` }, title),
        el('ul', {}, ...lines.map((line) => el('li', {}, line))),
      ),
    );
  if (main !== null) showMarks(main);
  listenToKeys(cards);
}

/** The program that wrote the page wrote the data. */
function isPageData(value: unknown): value is PageData {
  return typeof value === 'object' && value !== null && 'voyages' in value;
}

const data: unknown = JSON.parse(document.getElementById('data')?.textContent ?? 'null');
if (isPageData(data)) start(data);
