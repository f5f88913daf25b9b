/** Image references: `registry/repository:tag@digest`, each piece a Text or absent. */
import { judged, likewise, respelled, spelled } from './sealed.ts';
import {
  concat,
  canBeOne,
  concatAll,
  equalTexts,
  mayBeOne,
  hole,
  literal,
  match,
  show,
  textKey,
  type MatchStrength,
  type Part,
  type Text,
} from './text.ts';
import { defined } from './optional.ts';
import { memo } from './memo.ts';

export interface ImageRef {
  /**
   * `123456789012.dkr.ecr.eu-north-1.amazonaws.com`, `ghcr.io`, `localhost:5000`; absent for a local or Docker Hub
   * name.
   */
  readonly registry?: Text;
  /** May be a bare hole that also holds the registry (`$REPO_URI`). */
  readonly repository: Text;
  readonly tag?: Text;
  readonly digest?: Text;
}

export interface EcrRegistry {
  readonly account: Text;
  readonly region: Text;
}

/**
 * Splits a reference as Docker does: the first component is a registry when it has a `.` or `:`, or is `localhost`, or
 * is a hole before `/`.
 */
export function parseImageRef(text: Text): ImageRef {
  let rest = placeholders(text);
  let digest: Text | undefined;
  const at = find(rest, '@');
  if (at !== undefined) {
    digest = after(rest, at);
    rest = before(rest, at);
  }
  const slash = find(rest, '/');
  let registry: Text | undefined;
  if (slash !== undefined) {
    const head = before(rest, slash);
    if (isRegistry(head)) {
      registry = head;
      rest = after(rest, slash);
    }
  }
  const colon = findLast(rest, ':');
  let tag: Text | undefined;
  if (colon !== undefined && !hasAfter(rest, colon, '/')) {
    tag = after(rest, colon);
    rest = before(rest, colon);
  }
  return {
    ...defined({ registry }),
    repository: rest,
    ...defined({ tag, digest }),
  };
}

/** `{{project-name}}` of a project that is itself a template: a hole of that name, since no reference has braces. */
function placeholders(text: Text): Text {
  if (!text.some((part) => typeof part === 'string' && part.includes('{{'))) return text;
  return concatAll(
    text.map(
      (part): Text =>
        typeof part !== 'string'
          ? [part]
          : concatAll(
              part
                .split(/\{\{\s*([^{}\s](?:[^{}]*[^{}\s])?)\s*\}\}/)
                .map((piece, index) => (index % 2 === 0 ? literal(piece) : hole(piece))),
            ),
    ),
  );
}

function isRegistry(head: Text): boolean {
  const whole = judged(head);
  if (whole !== undefined) return whole === 'localhost' || whole.includes('.') || whole.includes(':');
  const literals = head.map((part) => spelled(part) ?? '').join('');
  // `${account}.dkr.ecr…` or a lone `${ECR_REGISTRY}/name`; `${stage}-team/name` is a repository path.
  return literals === '' || /[.:]/.test(literals);
}

export const showRef = memo((ref: ImageRef) => show(refText(ref)));

export function refText(ref: ImageRef): Text {
  return concat(
    ref.registry === undefined ? [] : concat(ref.registry, literal('/')),
    ref.repository,
    ref.tag === undefined ? [] : concat(literal(':'), ref.tag),
    ref.digest === undefined ? [] : concat(literal('@'), ref.digest),
  );
}

export const refKey = memo((ref: ImageRef) => textKey(refText(ref)));

const registryOf = memo((registry: Text) => addressIn(registry) ?? ('another' as const));

/** Account and region of an ECR private registry address; undefined when it is another registry or can't be told. */
export function ecrRegistry(registry: Text | undefined): EcrRegistry | undefined {
  if (registry === undefined) return undefined;
  const found = registryOf(registry);
  return found === 'another' ? undefined : found;
}

function addressIn(registry: Text): EcrRegistry | undefined {
  const whole = judged(registry);
  if (whole !== undefined) {
    const found = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/.exec(whole);
    return found === null
      ? undefined
      : { account: likewise(found[1]!, registry), region: likewise(found[2]!, registry) };
  }
  const marker = findString(registry, '.dkr.ecr.');
  if (marker === undefined) return undefined;
  const tail = after(registry, { part: marker.part, offset: marker.offset + '.dkr.ecr.'.length - 1 });
  const end = findString(tail, '.amazonaws.com');
  // `Fn::Sub "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}"`
  const region =
    end === undefined ? before(tail, find(tail, '.') ?? { part: tail.length, offset: 0 }) : before(tail, end);
  return { account: before(registry, marker), region };
}

/** Is this, as far as is known, an address in Amazon ECR (private)? A wholly unknown registry is `maybe`. */
export function inEcr(ref: ImageRef): 'yes' | 'no' | 'maybe' {
  if (ref.registry === undefined)
    return ref.repository.length > 0 && spelled(ref.repository[0]) === undefined ? 'maybe' : 'no';
  if (ecrRegistry(ref.registry) !== undefined) return 'yes';
  return judged(ref.registry) === undefined && !ref.registry.some((part) => spelled(part)?.includes('.') === true)
    ? 'maybe'
    : 'no';
}

const latestKey = memo((ref: ImageRef) => textKey(refText({ ...ref, tag: LATEST })));

/** Which image a reference is for Docker: `api` and `api:latest` are one. */
export function imageKey(ref: ImageRef): string {
  if (ref.tag !== undefined || ref.digest !== undefined) return refKey(ref);
  return latestKey(ref);
}

const LATEST = literal('latest');

/** The tag Docker would use: `latest` when neither tag nor digest is given. */
export function effectiveTag(ref: ImageRef): Text | undefined {
  return ref.tag ?? (ref.digest === undefined ? LATEST : undefined);
}

/**
 * How surely two references name the same repository, whatever the tag. A registry only one side knows doesn't part
 * them.
 */
export function matchRepository(a: ImageRef, b: ImageRef): MatchStrength {
  const repository = match(a.repository, b.repository);
  if (repository === 'not at all') return matchAcrossSplit(a, b);
  if (a.registry === undefined || b.registry === undefined)
    return a.registry === b.registry ? repository : weaker(repository, 'by pattern');
  if (equalTexts(a.registry, b.registry)) return repository;
  const left = judged(a.registry);
  const right = judged(b.registry);
  if (left !== undefined && right !== undefined) return 'not at all';
  const x = ecrRegistry(a.registry);
  const y = ecrRegistry(b.registry);
  if (x !== undefined && y !== undefined)
    return differ(x.region, y.region) || differ(x.account, y.account) || inChina(a.registry) !== inChina(b.registry)
      ? 'not at all'
      : repository;
  return weaker(repository, 'by pattern');
}

/**
 * Can nobody rule out that they name one repository? `$IMAGE_URI` may be any, and is matched to none; what is known of
 * two names, or of their registries, may contradict.
 */
export function mayBeOneRepository(a: ImageRef, b: ImageRef): boolean {
  return matchRepository(a, b) !== 'not at all' || canBeOne(address(a), address(b));
}

/** China's registries are a world of their own: `….amazonaws.com.cn`. */
function inChina(registry: Text): boolean {
  return spelled(registry.at(-1))?.endsWith('.cn') === true;
}

function differ(a: Text, b: Text): boolean {
  const left = judged(a);
  const right = judged(b);
  return left !== undefined && right !== undefined && left !== right;
}

/** `$REPO_URI:tag` on one side, `$HOST/name:tag` on the other: the same only when the whole address is the same. */
function matchAcrossSplit(a: ImageRef, b: ImageRef): MatchStrength {
  if ((a.registry === undefined) === (b.registry === undefined)) return 'not at all';
  return equalTexts(address(a), address(b)) ? 'exactly' : 'not at all';
}

/** Registry and repository as one Text. */
export const address = memo(({ registry, repository }: ImageRef) =>
  registry === undefined ? repository : concat(registry, literal('/'), repository),
);

function weaker(a: MatchStrength, b: MatchStrength): MatchStrength {
  if (a === 'exactly') return b;
  return b === 'not at all' ? b : a;
}

/** Can both references carry one image? Different known tags or digests part them. */
export function matchTag(a: ImageRef, b: ImageRef): MatchStrength {
  if (a.digest !== undefined || b.digest !== undefined) {
    if (a.digest !== undefined && b.digest !== undefined)
      return equalTexts(a.digest, b.digest)
        ? 'exactly'
        : judged(a.digest) !== undefined && judged(b.digest) !== undefined
          ? 'not at all'
          : 'by pattern';
    return 'by pattern';
  }
  const left = effectiveTag(a)!;
  const right = effectiveTag(b)!;
  if (equalTexts(left, right)) return 'exactly';
  return (judged(left) === undefined || judged(right) === undefined) && mayBeOne(left, right)
    ? 'by pattern'
    : 'not at all';
}

/** How surely two references name one image, repository and tag. */
export function sameImage(a: ImageRef, b: ImageRef): MatchStrength {
  return weaker(matchRepository(a, b), matchTag(a, b));
}

// ── cutting a Text at a character ──────────────────────────────────────────────────────────────

interface Cut {
  readonly part: number;
  readonly offset: number;
}

function find(text: Text, char: string): Cut | undefined {
  return findString(text, char);
}

function findString(text: Text, wanted: string): Cut | undefined {
  for (const [part, piece] of text.entries()) {
    const offset = spelled(piece)?.indexOf(wanted) ?? -1;
    if (offset !== -1) return { part, offset };
  }
  return undefined;
}

function findLast(text: Text, char: string): Cut | undefined {
  for (let part = text.length - 1; part >= 0; part--) {
    const offset = spelled(text[part])?.lastIndexOf(char) ?? -1;
    if (offset !== -1) return { part, offset };
  }
  return undefined;
}

const clean = (parts: readonly Part[]): Text => concat(parts.filter((part) => part !== ''));

function before(text: Text, cut: Cut): Text {
  const piece = text[cut.part];
  return clean([...text.slice(0, cut.part), ...cutPart(piece, 0, cut.offset)]);
}

function after(text: Text, cut: Cut): Text {
  const piece = text[cut.part];
  return clean([...cutPart(piece, cut.offset + 1), ...text.slice(cut.part + 1)]);
}

function cutPart(part: Part | undefined, from: number, to?: number): Text {
  const value = spelled(part);
  return part === undefined || value === undefined ? [] : respelled(part, value.slice(from, to));
}

function hasAfter(text: Text, cut: Cut, char: string): boolean {
  return find(after(text, cut), char) !== undefined;
}
