/** The lines between stops, drawn once a voyage is in sight, and anew when its stops move. */
import type { LegData } from '../data.ts';
import { svg } from './dom.ts';

type Rooms = ReadonlyMap<string, HTMLElement>;

const drawers = new WeakMap<Element, () => void>();
const moved = new ResizeObserver((entries) => {
  for (const { target } of entries) drawers.get(target)?.();
});
const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      moved.observe(target);
    }
  },
  { rootMargin: '400px' },
);

/** `settle` is called before they are drawn: the voyage may have another shape now. */
export function watchLegs(flow: HTMLElement, legs: readonly LegData[], rooms: Rooms, settle: () => void): void {
  const canvas = svg('svg', { class: 'legs', 'aria-hidden': 'true', focusable: 'false' });
  flow.prepend(canvas);
  drawers.set(flow, () => {
    settle();
    canvas.replaceChildren(...legs.flatMap((leg) => drawn(leg, flow, rooms)));
  });
  seen.observe(flow);
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Across the page a leg goes by the room it was given between its ends; down the page, along the side. */
function drawn({ from, to, certainty, passes }: LegData, flow: HTMLElement, rooms: Rooms): SVGElement[] {
  const [start, end] = [rooms.get(from), rooms.get(to)];
  if (start === undefined || end === undefined) return [];
  const home = flow.getBoundingClientRect();
  const boxOf = (element: Element): Box => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return { left: left - home.left, right: right - home.left, top: top - home.top, bottom: bottom - home.top };
  };
  const [a, b] = [boxOf(start), boxOf(end)];
  const line = svg('path', { class: `leg is-${certainty}` });
  const head = svg('path', { class: 'head' });
  if (b.left >= a.right) {
    const between = passes.flatMap(({ id }) => rooms.get(id) ?? []).map(boxOf);
    let way = `M${a.right} ${middle(a)}`;
    let at: Point = { x: a.right, y: middle(a) };
    for (const box of [...between, b]) {
      const isLast = box === b;
      const next: Point = { x: box.left - (isLast ? ARROW : 0), y: middle(box) };
      const bend = Math.max(8, (next.x - at.x) / 2);
      way += `C${at.x + bend} ${at.y} ${next.x - bend} ${next.y} ${next.x} ${next.y}`;
      if (!isLast) way += `H${box.right}`;
      at = isLast ? next : { x: box.right, y: next.y };
    }
    line.setAttribute('d', way);
    head.setAttribute('d', `M${at.x} ${at.y - ARROW / 2}l${ARROW} ${ARROW / 2}l-${ARROW} ${ARROW / 2}z`);
  } else if (passes.length > 0 || b.top - a.bottom > NEXT) {
    const [y, low] = [middle(a), middle(b)];
    line.setAttribute('d', `M${a.left} ${y}C${a.left - SIDE} ${y} ${b.left - SIDE} ${low} ${b.left - ARROW} ${low}`);
    head.setAttribute('d', `M${b.left - ARROW} ${low - ARROW / 2}l${ARROW} ${ARROW / 2}l-${ARROW} ${ARROW / 2}z`);
  } else {
    const [x, end] = [(a.left + a.right) / 2, (b.left + b.right) / 2];
    const bend = Math.max(8, (b.top - ARROW - a.bottom) / 2);
    const y = b.top - ARROW;
    line.setAttribute('d', `M${x} ${a.bottom}C${x} ${a.bottom + bend} ${end} ${y - bend} ${end} ${y}`);
    head.setAttribute('d', `M${end - ARROW / 2} ${y}l${ARROW / 2} ${ARROW}l${ARROW / 2} -${ARROW}z`);
  }
  return [line, head];
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function middle({ top, bottom }: Box): number {
  return (top + bottom) / 2;
}

const ARROW = 7;
const SIDE = 16;
/** What lies further below has something else before it. */
const NEXT = 48;
