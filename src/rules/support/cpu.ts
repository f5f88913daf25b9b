/** The CPU that an image is for, as its build decides it. */
import type { BaseImage, Build, Stage } from '../../model/facts.ts';
import { known } from '../../core/text.ts';
import { parsePlatform, showPlatforms, type Cpu, type Platform, type Platforms } from '../../core/platform.ts';
import type { Site } from '../../core/site.ts';

/** A `FROM --platform=<constant>` or an architecture-specific base of the stage that becomes the image. */
export interface Pin {
  readonly platform: Platform;
  readonly by: 'platform flag' | 'base image';
  readonly text: string;
  readonly site: Site;
}

export type ImageCpu =
  | {
      readonly kind: 'decided';
      readonly by: 'stated' | 'pin' | 'host';
      readonly platforms: Extract<Platforms, { kind: 'set' }>;
      readonly site: Site;
      readonly how: string;
    }
  /** Nobody said, and the builder's own CPU isn't known. */
  | { readonly kind: 'open' }
  /** Somebody said, we can't tell what. */
  | { readonly kind: 'unknown' };

/** The stage that the final stage is made from, through `FROM` of earlier stages. */
export function rootStage(base: BaseImage): Stage | undefined {
  return finalChain(base).at(-1);
}

/** The stages whose whole content is in the image: the final one and what it is `FROM`. */
export function finalChain(base: BaseImage): Stage[] {
  const chain: Stage[] = [];
  let stage = base.final === undefined ? undefined : base.stages[base.final];
  while (stage !== undefined && !chain.includes(stage)) {
    chain.push(stage);
    stage = 'stage' in stage.from ? base.stages[stage.from.stage] : undefined;
  }
  return chain;
}

/** The final chain, and every stage that files are copied from on the way. */
export function contributing(base: BaseImage): Stage[] {
  const found = new Set<Stage>();
  const open = finalChain(base);
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    if (found.has(stage)) continue;
    found.add(stage);
    const next = 'stage' in stage.from ? [stage.from.stage, ...stage.copiesFrom] : stage.copiesFrom;
    for (const index of next) {
      const source = base.stages[index];
      if (source !== undefined) open.push(source);
    }
  }
  return base.stages.filter((stage) => found.has(stage));
}

export function pinOf(base: BaseImage | undefined): Pin | undefined {
  const root = base === undefined ? undefined : rootStage(base);
  if (root === undefined) return undefined;
  if (root.platform?.nature === 'constant') {
    const text = known(root.platform.text);
    const platform = text === undefined ? undefined : parsePlatform(text);
    if (text !== undefined && platform !== undefined)
      return { platform, by: 'platform flag', text: `FROM --platform=${text}`, site: root.platform.site };
  }
  if (root.baseCpu === undefined) return undefined;
  const image = 'image' in root.from ? known(root.from.image) : undefined;
  return {
    platform: { os: 'linux', arch: root.baseCpu.cpu },
    by: 'base image',
    text: `FROM ${image ?? '…'}`,
    site: root.baseCpu.site,
  };
}

export function imageCpu(build: Build): ImageCpu {
  const { platforms } = build;
  if (platforms.kind === 'unknown') return { kind: 'unknown' };
  if (platforms.kind === 'set') {
    return {
      kind: 'decided',
      by: 'stated',
      platforms,
      site: build.platformSite ?? build.site,
      how: `${build.label} says ${showPlatforms(platforms)}`,
    };
  }
  if (build.unseen === true) return { kind: 'unknown' };
  const { base } = build;
  const pin = pinOf(base);
  if (pin !== undefined)
    return {
      kind: 'decided',
      by: 'pin',
      platforms: { kind: 'set', list: [pin.platform] },
      site: pin.site,
      how: pin.text,
    };
  if (
    base !== undefined &&
    (base.final === undefined
      ? base.stages.some((stage) => stage.platform?.nature === 'constant')
      : rootStage(base)?.platform?.nature === 'unknown')
  ) {
    return { kind: 'unknown' };
  }
  if (build.host.cpu === undefined) return { kind: build.host.probably === undefined ? 'open' : 'unknown' };
  const host: Platform = { os: 'linux', arch: build.host.cpu };
  return {
    kind: 'decided',
    by: 'host',
    platforms: { kind: 'set', list: [host] },
    site: build.site,
    how: `the builder ${build.host.label ?? build.host.kind} is ${build.host.cpu}`,
  };
}

export function oneCpu(platforms: Platforms): Cpu | undefined {
  if (platforms.kind !== 'set' || platforms.list.length !== 1) return undefined;
  const { arch } = platforms.list[0]!;
  return arch === 'amd64' || arch === 'arm64' ? arch : undefined;
}
