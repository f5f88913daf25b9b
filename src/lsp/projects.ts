/** The projects the editor has open, what is waiting to be done for each, and what the editor was told about it. */
import type { Trust } from '../config/trust.ts';
import { keyOf, type Place, type Places } from './places.ts';
import { openProject, type Current, type OpenProject } from './project.ts';

/** Changes that come together are judged together; where judging takes long, more of what is typed is. */
const PAUSE_MS = 5;
const SHORT_MS = 250;
const LONGEST_PAUSE_MS = 500;
/** How long a swarm of changes on disk (a checkout, a build) is waited for. */
const SETTLE_MS = 100;

export interface Held {
  readonly place: Place;
  readonly project: Promise<OpenProject>;
  /** By URI: what the editor was told last. */
  readonly told: Map<string, string>;
  /** Newer text is waiting: what is being found out now will not be needed. */
  isStale(): boolean;
  /** Has it been let go meanwhile? */
  isClosed(): boolean;
  /** The trouble that was shown, so that it's shown once. */
  trouble: string | undefined;
  /** Likewise, the code that was not run. */
  notRun: string | undefined;
}

export interface Projects {
  all(): readonly Held[];
  at(place: Place): Held;
  /** Something has changed: judged, and told, after a pause for what comes right behind it. */
  schedule(held: Held, pause?: number): void;
  /** Anything may have changed on disk. */
  sweepSoon(held: Held): void;
  close(held: Held): void;
  current(held: Held): Promise<Current>;
  failed(held: Held, error: unknown): void;
  stop(): void;
}

export interface Acting {
  publish(held: Held, current: Current): Promise<void>;
  failed(held: Held, error: unknown): void;
  readonly trust: Trust;
}

interface Holding extends Held {
  timer: NodeJS.Timeout | undefined;
  sweep: NodeJS.Timeout | undefined;
  closed: boolean;
  took: number;
}

export function newProjects(acting: Acting): Projects {
  const held = new Map<string, Holding>();
  const own = new WeakMap<Held, Holding>();

  const at = (place: Place): Holding => {
    const key = place.lone ? keyOf(place.root, place.file) : place.root;
    let found = held.get(key);
    if (found === undefined) {
      found = holding(place, acting.trust);
      held.set(key, found);
      own.set(found, found);
      // A folder that can't be opened now may be later.
      found.project.catch(() => held.delete(key));
    }
    return found;
  };

  const current = async (one: Held): Promise<Current> => {
    const now = await (await one.project).current();
    const holder = own.get(one);
    if (holder !== undefined) holder.took = now.took;
    return now;
  };
  const publish = async (one: Holding): Promise<void> => {
    const now = await current(one);
    if (!one.isStale() && !one.closed) await acting.publish(one, now);
  };
  const schedule = (one: Held, pause?: number): void => {
    const holder = own.get(one);
    if (holder === undefined || holder.closed) return;
    clearTimeout(holder.timer);
    holder.timer = setTimeout(
      () => {
        holder.timer = undefined;
        publish(holder).catch((error: unknown) => acting.failed(holder, error));
      },
      pause ?? (holder.took > SHORT_MS ? Math.min(holder.took / 2, LONGEST_PAUSE_MS) : PAUSE_MS),
    );
  };

  return {
    all: () => [...held.values()],
    at,
    schedule,
    sweepSoon(one) {
      const holder = own.get(one);
      if (holder === undefined || holder.closed) return;
      clearTimeout(holder.sweep);
      holder.sweep = setTimeout(() => {
        holder.sweep = undefined;
        holder.project
          .then((project) => project.sweep())
          .then(() => schedule(holder, 0))
          .catch((error: unknown) => acting.failed(holder, error));
      }, SETTLE_MS);
    },
    close(one) {
      const holder = own.get(one);
      if (holder === undefined) return;
      holder.closed = true;
      clearTimeout(holder.timer);
      clearTimeout(holder.sweep);
      for (const [key, value] of held) if (value === holder) held.delete(key);
    },
    current,
    failed: (one, error) => acting.failed(one, error),
    stop() {
      for (const { timer, sweep } of held.values()) {
        clearTimeout(timer);
        clearTimeout(sweep);
      }
    },
  };
}

function holding(place: Place, trust: Trust): Holding {
  const one: Holding = {
    place,
    project: openProject(place, trust),
    told: new Map(),
    isStale: () => one.timer !== undefined,
    isClosed: () => one.closed,
    trouble: undefined,
    notRun: undefined,
    timer: undefined,
    sweep: undefined,
    closed: false,
    took: 0,
  };
  return one;
}

/** Nobody needs a project that is no workspace folder once its last document is closed. */
export function unneeded(projects: Projects, places: Places): Held[] {
  const needed = new Set([
    ...places.folders(),
    ...places.opened().map(({ root, file, lone }) => (lone ? keyOf(root, file) : root)),
  ]);
  return projects.all().filter(({ place: { root, file, lone } }) => !needed.has(lone ? keyOf(root, file) : root));
}
