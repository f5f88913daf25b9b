/** By keyboard: arrows go from stop to stop, Escape closes what is open, `/` goes to the search. */
import type { Card } from './card.ts';

type Way = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export function listenToKeys(cards: readonly Card[]): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, target } = event;
    const isTyping = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    if (key === '/' && !isTyping) {
      event.preventDefault();
      document.getElementById('search')?.focus();
    } else if (key === 'Escape') closeAround(cards, target);
    else if (isArrow(key) && target instanceof HTMLButtonElement && target.classList.contains('stop')) {
      const next = neighbour(cards, target, key);
      if (next === undefined) return;
      event.preventDefault();
      next.focus();
    }
  });
}

function isArrow(key: string): key is Way {
  return key === 'ArrowLeft' || key === 'ArrowRight' || key === 'ArrowUp' || key === 'ArrowDown';
}

/** What is open in the voyage where the focus is; the focus goes back to the stop that opened it. */
function closeAround(cards: readonly Card[], target: EventTarget | null): void {
  const card = cards.find(({ element }) => target instanceof Node && element.contains(target));
  const opener = card?.element.querySelector<HTMLElement>('.stop[aria-expanded="true"]');
  card?.close();
  opener?.focus();
}

/** Within the layer, to the layer beside it, or to the voyage above or below. */
function neighbour(cards: readonly Card[], stop: HTMLButtonElement, way: Way): HTMLElement | undefined {
  const shown = cards.filter(({ element }) => !element.hidden);
  const at = shown.findIndex(({ element }) => element.contains(stop));
  const layers = shown[at]?.layers ?? [];
  const layer = layers.findIndex((list) => list.includes(stop));
  const index = layers[layer]?.indexOf(stop) ?? 0;
  if (way === 'ArrowLeft' || way === 'ArrowRight') {
    const beside = layers[layer + (way === 'ArrowRight' ? 1 : -1)];
    return beside?.[Math.min(index, beside.length - 1)];
  }
  const within = layers[layer]?.[index + (way === 'ArrowDown' ? 1 : -1)];
  if (within !== undefined) return within;
  const other = shown[at + (way === 'ArrowDown' ? 1 : -1)]?.layers;
  const list = other?.[Math.min(layer, other.length - 1)];
  return way === 'ArrowDown' ? list?.[0] : list?.at(-1);
}
