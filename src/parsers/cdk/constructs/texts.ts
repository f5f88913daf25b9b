/** Values as text, with what stands for a library object put in: a repository's URI, an asset's. */
import { concatAll, hole, literal, known, type Text } from '../../../core/text.ts';
import type { When } from '../../../core/choices.ts';
import { cpuOf, parsePlatforms, HOST, UNKNOWN_PLATFORMS, type Cpu, type Platforms } from '../../../core/platform.ts';
import { parseObjectHole, type CdkObject, type CdkSingle, type CdkSource } from '../reading.ts';
import type { Said } from '../../../services/start.ts';
import { argument, isGiven, kindOf, meet, objectOf, prop, type Found, type Graph } from './graph.ts';
import { defined } from '../../../core/optional.ts';

export interface TextWay {
  readonly text: Text;
  readonly when: When;
  readonly source?: CdkSource;
}

/** A property's text in all its alternatives; those that aren't given fall out. */
export function textWays(ways: readonly Found[]): TextWay[] {
  return ways.flatMap((one) => {
    const text = plainText(one.value);
    return text === undefined ? [] : [{ text, when: one.when, ...defined({ source: one.source }) }];
  });
}

export function plainText(value: CdkSingle): Text | undefined {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'literal':
      return value.value === null ? undefined : literal(String(value.value));
    case 'unknown':
      return hole(value.name, value.nature);
    case 'member':
      return hole(value.name);
    default:
      return undefined;
  }
}

export function knownWay(ways: readonly Found[]): string | undefined {
  return ways.length === 1 && ways[0]!.value.kind === 'text' ? known(ways[0]!.value.text) : undefined;
}

/** The library object and member that a text is nothing but. */
export function soleObject(graph: Graph, text: Text): { object: CdkObject; member?: string } | undefined {
  const part = text.length === 1 ? text[0] : undefined;
  return part === undefined || typeof part === 'string' ? undefined : objectInHole(graph, part.hole);
}

function objectInHole(graph: Graph, name: string): { object: CdkObject; member?: string } | undefined {
  const parsed = parseObjectHole(name);
  const object = parsed === undefined ? undefined : graph.reading.objects[parsed.id];
  if (parsed === undefined || object === undefined) return undefined;
  return parsed.member === undefined ? { object } : { object, member: parsed.member };
}

/** Puts in what an object's text is, where somebody can tell. */
export function substituted(
  graph: Graph,
  text: Text,
  tell: (object: CdkObject, member: string | undefined) => Text | undefined,
): Text {
  return concatAll(
    text.map((part): Text => {
      if (typeof part === 'string') return [part];
      const inside = objectInHole(graph, part.hole);
      return (inside === undefined ? undefined : tell(inside.object, inside.member)) ?? [part];
    }),
  );
}

// ── architectures and platforms ────────────────────────────────────────────────────────────────

export interface CpuWay {
  /** Absent when it's stated but can't be told. */
  readonly cpu?: Cpu;
  readonly stated: boolean;
  readonly when: When;
  readonly source?: CdkSource;
}

export function cpuWays(graph: Graph, ways: readonly Found[]): CpuWay[] {
  return ways.map((one): CpuWay => {
    if (one.value.kind === 'undefined' || (one.value.kind === 'list' && one.value.items.length === 0))
      return { stated: false, when: one.when };
    const cpu = cpuIn(graph, one.value);
    return {
      stated: true,
      when: one.when,
      ...defined({ cpu, source: one.source }),
    };
  });
}

export function cpuIn(graph: Graph, value: CdkSingle, depth = 0): Cpu | undefined {
  if (depth > 8) return undefined;
  switch (value.kind) {
    case 'symbol': {
      for (let index = value.path.length - 1; index >= 0; index--) {
        const cpu = cpuOf(value.path[index]!);
        if (cpu !== undefined) return cpu;
      }
      return undefined;
    }
    case 'text': {
      const whole = known(value.text);
      return whole === undefined ? undefined : cpuOf(whole);
    }
    case 'list':
      return value.items.length === 1 && value.items[0]!.length === 1
        ? cpuIn(graph, value.items[0]![0]!.value, depth + 1)
        : undefined;
    case 'ref': {
      const object = objectOf(graph, value);
      return object !== undefined && /(?:Architecture)\.(?:custom|of)$/.test(object.name)
        ? only(argument(object, 0), (single) => cpuIn(graph, single, depth + 1))
        : undefined;
    }
    case 'member': {
      const object = objectOf(graph, value.of);
      if (value.name !== 'architecture' || object === undefined) return undefined;
      const ways = prop(object, 'architecture');
      return ways.length === 1 && ways[0]!.value.kind === 'undefined' && /Function$/.test(kindOf(object).name)
        ? 'amd64'
        : only(ways, (single) => cpuIn(graph, single, depth + 1));
    }
    default:
      return undefined;
  }
}

function only<T>(ways: readonly Found[], read: (value: CdkSingle) => T | undefined): T | undefined {
  return ways.length === 1 ? read(ways[0]!.value) : undefined;
}

export interface PlatformWay {
  readonly platforms: Platforms;
  readonly when: When;
  readonly source?: CdkSource;
}

export function platformWays(graph: Graph, ways: readonly Found[]): PlatformWay[] {
  return ways.map((one) => {
    const platforms = platformIn(graph, one.value);
    return {
      platforms,
      when: one.when,
      ...(platforms.kind === 'host' || one.source === undefined ? {} : { source: one.source }),
    };
  });
}

function platformIn(graph: Graph, value: CdkSingle): Platforms {
  switch (value.kind) {
    case 'undefined':
      return HOST;
    case 'text': {
      const whole = known(value.text);
      return whole === undefined ? UNKNOWN_PLATFORMS : parsePlatforms(whole);
    }
    case 'symbol': {
      const named = value.path.find((part) => /^LINUX_/.test(part));
      if (named !== undefined) return parsePlatforms(named.toLowerCase().replace('_', '/'));
      const cpu = value.path.includes('dockerPlatform') ? cpuIn(graph, value) : undefined;
      return cpu === undefined ? UNKNOWN_PLATFORMS : parsePlatforms(`linux/${cpu}`);
    }
    case 'ref': {
      const object = objectOf(graph, value);
      if (object === undefined || !/Platform\.(?:custom|of)$/.test(object.name)) return UNKNOWN_PLATFORMS;
      return only(argument(object, 0), (single) => platformIn(graph, single)) ?? UNKNOWN_PLATFORMS;
    }
    case 'member': {
      const cpu = value.name === 'dockerPlatform' ? cpuIn(graph, value.of) : undefined;
      return cpu === undefined ? UNKNOWN_PLATFORMS : parsePlatforms(`linux/${cpu}`);
    }
    default:
      return UNKNOWN_PLATFORMS;
  }
}

export function together<A extends { readonly when: When }, B extends { readonly when: When }>(
  a: readonly A[],
  b: readonly B[],
  limit = 16,
): { a: A; b: B; when: When }[] {
  const pairs: { a: A; b: B; when: When }[] = [];
  for (const x of a) {
    for (const y of b) {
      const when = meet(x.when, y.when);
      if (when !== undefined && pairs.length < limit) pairs.push({ a: x, b: y, when });
    }
  }
  return pairs;
}

/** `command: ['app.handler']` as words. */
export function saidWords(ways: readonly Found[]): Said {
  return isGiven(ways) ? (wordsOf(ways) ?? 'unknown') : undefined;
}

function wordsOf(ways: readonly Found[]): readonly string[] | undefined {
  const single = ways.length === 1 ? ways[0]!.value : undefined;
  if (single?.kind !== 'list' || single.open || single.items.length === 0) return undefined;
  const words = single.items.map((item) => {
    const value = item.length === 1 ? item[0]!.value : undefined;
    return value?.kind === 'text' && value.text.every((part) => typeof part === 'string')
      ? value.text.join('')
      : undefined;
  });
  return words.every((word) => word !== undefined) ? words.filter((word) => word !== undefined) : undefined;
}
