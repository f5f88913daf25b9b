/** The objects of a CDK app, looked up by what they are and what was done to them. */
import type { Frame, World } from '../../../project/evaluation.ts';
import { ALWAYS, both, type When } from '../../../core/choices.ts';
import { NOWHERE, siteOf, type Hop, type Lines, type Site } from '../../../core/site.ts';
import { VISITED, type CdkObject, type CdkReading, type CdkSingle, type CdkSource, type CdkValue } from '../reading.ts';
import { add } from '../../../core/lists.ts';
import { memo } from '../../../core/memo.ts';
import { defined } from '../../../core/optional.ts';

export interface Graph {
  readonly world: World;
  readonly frame: Frame;
  readonly reading: CdkReading;
  readonly lines: ReadonlyMap<string, Lines>;
  /**
   * Methods called on an object (or on what it holds: `x.node.defaultChild.f()`) and properties set on it, in order.
   */
  readonly methods: ReadonlyMap<number, readonly CdkObject[]>;
  /** What stands for the constructs that aspects visit. */
  readonly visited: readonly CdkObject[];
  /** Assets already emitted. */
  readonly built: Set<string>;
}

export function graphOf(world: World, reading: CdkReading, frame: Frame): Graph {
  return { world, frame, reading, ...indexed(reading), built: new Set() };
}

/** An app is asked again and again what its stacks output. */
const indexed = memo((reading: CdkReading): Pick<Graph, 'lines' | 'methods' | 'visited'> => {
  const methods = new Map<number, CdkObject[]>();
  for (const object of reading.objects) {
    const base = object.target === undefined ? undefined : baseOf(object.target);
    if (base !== undefined) add(methods, base, object);
  }
  return {
    lines: new Map(reading.files.map((file) => [file.file, file.lines])),
    methods,
    visited: reading.objects.filter((object) => object.module === VISITED),
  };
});

/** The object at the root of `taskDefinition.node.defaultChild`. */
export function baseOf(single: CdkSingle): number | undefined {
  let at = single;
  while (at.kind === 'member') at = at.of;
  return at.kind === 'ref' ? at.id : undefined;
}

export function objectOf(graph: Graph, single: CdkSingle): CdkObject | undefined {
  return single.kind === 'ref' ? graph.reading.objects[single.id] : undefined;
}

/**
 * What a class is called, whichever package and import form it came by: service `aws-ecs`, name
 * `ContainerImage.fromAsset`.
 */
export interface Kind {
  readonly service: string;
  readonly name: string;
}

const CORE = /^(?:aws-cdk-lib|aws-cdk-lib\/core|@aws-cdk\/core|monocdk)$/;

export function kindOf({ module, name }: { readonly module: string; readonly name: string }): Kind {
  const parts = name.split('.');
  if (CORE.test(module)) {
    const first = parts[0] ?? '';
    return /^aws_|^alexa_/.test(first)
      ? { service: first.replaceAll('_', '-'), name: parts.slice(1).join('.') }
      : { service: 'core', name };
  }
  const found = /^(?:aws-cdk-lib|monocdk|@aws-cdk)\/((?:aws|alexa)-[\w-]+?)(?:-alpha)?(?:\/.*)?$/.exec(module);
  return { service: found?.[1] ?? module, name };
}

export function is(object: CdkObject, service: RegExp | string, name: RegExp): boolean {
  const kind = kindOf(object);
  return (typeof service === 'string' ? kind.service === service : service.test(kind.service)) && name.test(kind.name);
}

// ── props ──────────────────────────────────────────────────────────────────────────────────────

/** One way a property may be, with the expression that states it. `undefined` when it isn't given. */
export interface Found {
  readonly value: CdkSingle;
  readonly when: When;
  readonly source?: CdkSource;
  /** Of an image's address: where the tag at its end is said. */
  readonly tag?: CdkSource;
}

const ABSENT: CdkSingle = { kind: 'undefined', absent: true };

/** Every way a value may be. */
export function found(value: CdkValue | undefined): readonly Found[] {
  return value === undefined ? [{ value: ABSENT, when: ALWAYS }] : value;
}

/** `props.runtimePlatform.cpuArchitecture`, in all its alternatives. */
export function dig(from: readonly Found[], path: readonly string[]): readonly Found[] {
  let at = from;
  for (const key of path) at = at.flatMap((one) => step(one, key));
  return at;
}

function step(one: Found, key: string): readonly Found[] {
  const { value, when } = one;
  switch (value.kind) {
    case 'object': {
      const entry = value.entries.find((candidate) => candidate.key === key);
      if (entry === undefined)
        return [
          value.open === undefined
            ? { value: ABSENT, when }
            : {
                value: { kind: 'unknown', name: `${key}@${value.open}`, nature: 'unknown' },
                when,
                ...defined({ source: one.source }),
              },
        ];
      return entry.value.flatMap((alternative) => {
        const conditions = both(when, alternative.when);
        const source = alternative.source ?? entry.valueSource;
        return conditions === undefined
          ? []
          : [
              {
                value: alternative.value,
                when: conditions,
                ...defined({ source, tag: alternative.tag }),
              },
            ];
      });
    }
    case 'list': {
      const item = /^\d+$/.test(key) ? value.items[Number(key)] : undefined;
      if (item === undefined)
        return [{ value: value.open ? { kind: 'unknown', name: key, nature: 'unknown' } : ABSENT, when }];
      return item.flatMap((alternative) => {
        const conditions = both(when, alternative.when);
        return conditions === undefined ? [] : [{ ...alternative, when: conditions }];
      });
    }
    case 'undefined':
    case 'literal':
      return [{ value: ABSENT, when }];
    case 'unknown':
      return [
        {
          value: { kind: 'unknown', name: `${key}@${value.name}`, nature: 'unknown' },
          when,
          ...defined({ source: one.source }),
        },
      ];
    default:
      return [
        {
          value: { kind: 'unknown', name: key, nature: 'unknown' },
          when,
          ...defined({ source: one.source }),
        },
      ];
  }
}

export function argument(object: CdkObject, index: number, ...path: string[]): readonly Found[] {
  return dig(found(object.args[index]), path);
}

/** Constructs take their props third. */
export function prop(object: CdkObject, ...path: string[]): readonly Found[] {
  return argument(object, 2, ...path);
}

/** The key of a property as written, for ranges that cover `key: value`. */
export function isGiven(ways: readonly Found[]): boolean {
  return ways.some((one) => one.value.kind !== 'undefined');
}

export function refs(
  graph: Graph,
  ways: readonly Found[],
): readonly { readonly object: CdkObject; readonly when: When }[] {
  return ways.flatMap((one) => {
    const object = objectOf(graph, one.value);
    return object === undefined ? [] : [{ object, when: one.when }];
  });
}

/** Both conditions and the object's own. */
export function meet(...all: readonly When[]): When | undefined {
  let joined: When | undefined = ALWAYS;
  for (const one of all) {
    if (joined === undefined) return undefined;
    joined = both(joined, one);
  }
  return joined;
}

// ── places ─────────────────────────────────────────────────────────────────────────────────────

export function siteAt(graph: Graph, source: CdkSource | undefined, object: CdkObject): Site {
  const at = source ?? object.source;
  const site = sourceSite(graph, at, object.via);
  return object.unmade === true ? { ...site, unmade: true } : site;
}

/** Files that two apps share belong to the reading of the first. */
export function linesOf(graph: Graph, file: string): Lines | undefined {
  return (
    graph.lines.get(file) ??
    graph.world.readings
      .ofKind('cdk')
      .flatMap((reading) => reading.files)
      .find((one) => one.file === file)?.lines
  );
}

export function sourceSite(graph: Graph, { file, range }: CdkSource, via: readonly Hop[]): Site {
  const lines = linesOf(graph, file);
  return lines === undefined ? { file, span: NOWHERE } : siteOf(lines, range, [...graph.frame.via, ...via]);
}

export function originOf(graph: Graph, object: CdkObject): string {
  return `cdk ${graph.reading.file}#${object.id}`;
}

/** `ApiStack/Image`, or what the source calls it. */
export function labelOf(object: CdkObject): string {
  return object.path !== '' ? constructPathOf(object) : (object.className ?? object.name);
}

/** A resource named as the library's own constructs name theirs is told by the construct around it. */
export function constructPathOf(object: CdkObject): string {
  return /^Cfn[A-Z]/.test(kindOf(object).name) ? object.path.replace(/\/(?:Resource|Default)$/, '') : object.path;
}
