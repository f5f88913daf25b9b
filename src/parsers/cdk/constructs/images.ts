/** What a workload's image expression stands for: an asset, an image in a repository, an address. */
import type { ImageSource } from '../../../model/facts.ts';
import { parseImageRef, type ImageRef } from '../../../core/image-ref.ts';
import type { When } from '../../../core/choices.ts';
import { hole, literal, type Text } from '../../../core/text.ts';
import type { CdkObject, CdkSource } from '../reading.ts';
import { emitBuild, type Asset } from './builds.ts';
import {
  argument,
  dig,
  found,
  is,
  isGiven,
  kindOf,
  meet,
  objectOf,
  prop,
  siteAt,
  type Found,
  type Graph,
} from './graph.ts';
import { repositoryText, repositoryWays } from './repository-addresses.ts';
import { localised } from './stacks.ts';
import { plainText, soleObject, substituted, type CpuWay } from './texts.ts';
import type { StatedImage } from '../../../services/view.ts';
import { defined } from '../../../core/optional.ts';

export interface ImageWay {
  readonly source: ImageSource;
  readonly when: When;
  /** Where the image is named: the tag if it's said, else the expression that makes the reference. */
  readonly at?: CdkSource;
  readonly tagDefaulted?: boolean;
  /** An address given as text: nobody grants the pull by it. */
  readonly address?: boolean;
}

export interface ImageContext {
  /** The construct that runs the image. */
  readonly owner: CdkObject;
  /** `DockerImageCode.fromImageAsset` takes the platform from these. */
  readonly derive?: readonly CpuWay[];
}

const UNKNOWN: ImageSource = { kind: 'unknown' };

/** `new DockerImageAsset(...args)`: there are options, but they can't be told. */
const UNSEEN: readonly Found[] = [{ value: { kind: 'unknown', name: 'props', nature: 'unknown' }, when: [] }];

export function imageWays(graph: Graph, ways: readonly Found[], context: ImageContext): ImageWay[] {
  return ways.flatMap((one): ImageWay[] => {
    const object = objectOf(graph, one.value);
    if (object !== undefined) return ofObject(graph, object, one, context);
    const text =
      one.value.kind === 'text' ? one.value.text : one.value.kind === 'member' ? plainText(one.value) : undefined;
    if (one.value.kind === 'member') return ofMember(graph, one, context);
    if (text !== undefined) return ofText(graph, text, one, context);
    return one.value.kind === 'undefined' ? [] : [{ source: UNKNOWN, when: one.when, ...defined({ at: one.source }) }];
  });
}

function ofObject(graph: Graph, object: CdkObject, one: Found, context: ImageContext): ImageWay[] {
  const when = meet(one.when, object.when) ?? one.when;
  const at = object.source;
  const { name } = kindOf(object);
  const last = name.split('.').at(-1) ?? name;
  const asset = assetOf(graph, object);
  if (asset !== undefined)
    return [
      {
        source: { kind: 'asset', asset: emitBuild(graph, asset, context.owner, derivedFor(object, context)) },
        when,
        at,
      },
    ];
  switch (last) {
    case 'fromDockerImageAsset':
      return imageWays(graph, argument(object, 0), context);
    case 'fromEcr':
    case 'fromEcrImage':
    case 'fromEcrRepository':
    case 'EcrImage':
      return ofRepository(graph, object, when);
    case 'fromRegistry':
    case 'RepositoryImage':
    case 'fromImageUri':
      return argument(object, 0).flatMap((way) => {
        const conditions = meet(when, way.when);
        if (conditions !== undefined && way.value.kind === 'member')
          return ofMember(graph, { ...way, when: conditions }, context);
        const text = plainText(way.value);
        return conditions === undefined
          ? []
          : text === undefined
            ? [{ source: UNKNOWN, when: conditions, at }]
            : ofText(graph, text, { ...way, when: conditions }, context).map((image) => ({
                ...image,
                at: way.tag ?? way.source ?? at,
              }));
      });
    case 'fromEcrPublic':
      return argument(object, 0, 'imageIdentifier').flatMap((way) => {
        const conditions = meet(when, way.when);
        const text = plainText(way.value);
        return conditions === undefined || text === undefined
          ? []
          : ofText(graph, text, { ...way, when: conditions }, context);
      });
    case 'toLambdaDockerImageCode':
    case 'toEcsDockerImageCode': {
      const built = object.target === undefined ? undefined : objectOf(graph, object.target);
      const own = built === undefined ? undefined : assetOf(graph, built);
      return [{ source: own === undefined ? UNKNOWN : { kind: 'asset', asset: emitBuild(graph, own) }, when, at }];
    }
    default: {
      const text = repositoryText(graph, object, undefined);
      return text === undefined ? [{ source: UNKNOWN, when, at }] : ofText(graph, text, { ...one, when }, context);
    }
  }
}

function derivedFor(object: CdkObject, context: ImageContext): Parameters<typeof emitBuild>[3] {
  return context.derive !== undefined && object.name.endsWith('fromImageAsset')
    ? { cpus: context.derive, owner: context.owner }
    : undefined;
}

const ASSET_CALLS = /(?:^|\.)(?:fromImageAsset|fromAssetImage|fromAsset|fromTarball)$/;

/** The asset an object is or asks for. */
export function assetOf(graph: Graph, object: CdkObject): Asset | undefined {
  const kind = kindOf(object);
  if (object.how === 'call' && ASSET_CALLS.test(kind.name)) {
    const tarball = kind.name.endsWith('fromTarball');
    // App Runner's takes one object that holds an asset or its directory.
    if (kind.service === 'aws-apprunner') {
      const inner = argument(object, 0, 'asset')
        .map((one) => objectOf(graph, one.value))
        .find((one) => one !== undefined);
      return inner === undefined ? undefined : assetOf(graph, inner);
    }
    return {
      object,
      label: kind.name,
      directory: argument(object, 0),
      options: found(object.args[1]),
      ...(tarball ? { tarball } : {}),
    };
  }
  if (object.how !== 'new') return undefined;
  if (kind.service === 'aws-ecs' && kind.name === 'AssetImage')
    return { object, label: 'AssetImage', directory: argument(object, 0), options: found(object.args[1]) };
  if (/^(?:DockerImageAsset|TarballImageAsset)$/.test(kind.name)) {
    const tarball = kind.name === 'TarballImageAsset';
    return {
      object,
      label: kind.name,
      directory: prop(object, 'directory'),
      options: object.args.length < 3 ? UNSEEN : found(object.args[2]),
      ...(tarball ? { tarball } : {}),
    };
  }
  if (/deploy-time-build$/.test(kind.service) && kind.name === 'ContainerImageBuild') {
    return {
      object,
      label: kind.name,
      directory: prop(object, 'directory'),
      options: found(object.args[2]),
      onCodeBuild: true,
    };
  }
  return undefined;
}

function ofRepository(graph: Graph, object: CdkObject, when: When): ImageWay[] {
  const props = kindOf(object).service === 'aws-apprunner' ? found(object.args[0]) : undefined;
  const repository = props === undefined ? argument(object, 0) : dig(props, ['repository']);
  const tags =
    props === undefined
      ? tagWays(object)
      : (given(dig(props, ['tagOrDigest'])) ?? given(dig(props, ['tag'])) ?? dig(props, ['tagOrDigest']));
  const shared = repository
    .map((one) =>
      one.value.kind === 'member' && one.value.name === 'repository' ? objectOf(graph, one.value.of) : undefined,
    )
    .find((one) => one !== undefined);
  const asset = shared === undefined ? undefined : assetOf(graph, shared);
  if (asset !== undefined)
    return [{ source: { kind: 'asset', asset: emitBuild(graph, asset) }, when, at: object.source }];
  return repositoryWays(graph, repository).flatMap((way) =>
    tags.flatMap((tag): ImageWay[] => {
      const conditions = meet(when, way.when, tag.when);
      if (conditions === undefined) return [];
      const address = { repository: way.repository, ...defined({ registry: way.registry }) };
      if (tag.value.kind === 'undefined')
        return [
          {
            source: { kind: 'ref', ref: { ...address, tag: literal('latest') } },
            when: conditions,
            at: object.source,
            tagDefaulted: true,
          },
        ];
      const text = plainText(tag.value);
      const source = tag.source ?? object.source;
      if (text === undefined)
        return [{ source: { kind: 'ref', ref: { ...address, tag: hole('tag') } }, when: conditions, at: source }];
      const digest = typeof text[0] === 'string' && text[0].startsWith('sha256:');
      return [
        {
          source: { kind: 'ref', ref: { ...address, ...(digest ? { digest: text } : { tag: text }) } },
          when: conditions,
          at: source,
        },
      ];
    }),
  );
}

const given = (ways: readonly Found[]): readonly Found[] | undefined => (isGiven(ways) ? ways : undefined);

/** ECS takes the tag second; Lambda takes it in an object. */
function tagWays(object: CdkObject): readonly Found[] {
  const second = found(object.args[1]);
  return second.flatMap((one): readonly Found[] => {
    if (one.value.kind !== 'object')
      return one.value.kind === 'unknown' && kindOf(object).service === 'aws-lambda'
        ? [{ ...one, value: { kind: 'unknown', name: `tag@${one.value.name}`, nature: 'unknown' } }]
        : [one];
    return given(dig([one], ['tagOrDigest'])) ?? dig([one], ['tag']);
  });
}

function ofMember(graph: Graph, one: Found, context: ImageContext): ImageWay[] {
  if (one.value.kind !== 'member') return [];
  const object = objectOf(graph, one.value.of);
  const asset = object === undefined || one.value.name !== 'imageUri' ? undefined : assetOf(graph, object);
  if (asset !== undefined)
    return [
      {
        source: { kind: 'asset', asset: emitBuild(graph, asset) },
        when: one.when,
        ...defined({ at: one.source }),
      },
    ];
  const text = object === undefined ? undefined : repositoryText(graph, object, one.value.name);
  return text === undefined
    ? [{ source: UNKNOWN, when: one.when, ...defined({ at: one.source }) }]
    : ofText(graph, text, one, context);
}

function ofText(graph: Graph, text: Text, one: Found, { owner }: ImageContext): ImageWay[] {
  const named = one.tag ?? one.source;
  const at = named === undefined ? {} : { at: named };
  const sole = soleObject(graph, text);
  const asset =
    sole === undefined || (sole.member !== 'imageUri' && sole.member !== undefined)
      ? undefined
      : assetOf(graph, sole.object);
  if (asset !== undefined)
    return [{ source: { kind: 'asset', asset: emitBuild(graph, asset) }, when: one.when, ...at }];
  const ref = parseImageRef(
    localised(
      graph,
      substituted(graph, text, (object, member) => repositoryText(graph, object, member)),
      owner,
    ),
  );
  return [{ source: { kind: 'ref', ref }, when: one.when, ...at, address: true }];
}

/** The reference an address expression stands for, outside workloads (an `ECRDeployment`'s two ends). */
export function refWays(graph: Graph, ways: readonly Found[]): { ref: ImageRef; when: When; at?: CdkSource }[] {
  return ways.flatMap((one) => {
    const object = objectOf(graph, one.value);
    if (object !== undefined && is(object, /.*/, /(?:DockerImageName|S3ArchiveName)$/))
      return refWays(graph, argument(object, 0));
    const text = plainText(one.value);
    if (one.value.kind === 'member') {
      const base = objectOf(graph, one.value.of);
      const asset = base === undefined || one.value.name !== 'imageUri' ? undefined : assetOf(graph, base);
      if (asset !== undefined)
        return [
          {
            ref: { repository: hole(emitBuild(graph, asset)) },
            when: one.when,
            ...defined({ at: one.source }),
          },
        ];
    }
    if (text === undefined) return [];
    const whole = substituted(graph, text, (inner, member) => {
      const asset = member === 'imageUri' ? assetOf(graph, inner) : undefined;
      return asset === undefined ? repositoryText(graph, inner, member) : hole(emitBuild(graph, asset));
    });
    return [{ ref: parseImageRef(whole), when: one.when, ...defined({ at: one.source }) }];
  });
}

/** As services take it. */
export function imageIn(graph: Graph, object: CdkObject, { source, when, at, tagDefaulted }: ImageWay): StatedImage {
  const { toolkit } = graph.reading;
  return {
    image: source,
    when,
    site: siteAt(graph, at, object),
    more: {
      ...(tagDefaulted === true ? { tagDefaulted } : {}),
      ...(source.kind === 'asset' ? defined({ toolkitVersion: toolkit }) : {}),
    },
  };
}
