import type { Repository } from '../../model/facts.ts';
import type { Confidence, Fix, Report } from '../../model/finding.ts';
import { compatible, defaultsIn, restsOnCaller, restsOnDefault, restsOnFile } from '../../core/choices.ts';
import { TextIndex } from '../../core/text-index.ts';
import { judged, opened } from '../../core/sealed.ts';
import { closeness, match, show, type Text } from '../../core/text.ts';
import { fills } from '../../core/unify.ts';
import type { Model } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo, siteKey } from '../support/places.ts';
import { code } from '../support/words.ts';
import { comesFirst, isDeclined } from './deploys.ts';

interface Conflict {
  readonly stack: Repository;
  readonly other: Repository;
  readonly confidence: Confidence;
}

export const rule = defineRule({
  id: 'repository-exists',
  summary: 'A stack will create an ECR repository whose name is, or will be, taken',
  severity: 'error',
  services: ['any'],
  group: 'repositories',
  reach: 'tied',
  check(model, report) {
    const { repositories } = model;
    const declared = repositories.filter(
      (one) => one.role === 'created' && (one.by === 'cdk' || one.by === 'cloudformation' || one.by === 'terraform'),
    );
    const live = repositories.filter((one) => one.role === 'live');
    const named = new TextIndex(repositories, (one) => one.name);
    const conflicts = declared.flatMap((stack) =>
      (stack.name === undefined ? [] : named.near(stack.name)).flatMap((other) => {
        const confidence = collide(model, stack, other);
        return confidence === undefined || owned(live, stack) ? [] : [{ stack, other, confidence }];
      }),
    );
    const told = new Set<string>();
    for (const group of bySite(conflicts, ({ stack }) => placeOf(stack))) {
      const ranked = [...group].sort((a, b) => rank(a) - rank(b));
      // Two stacks that claim one name are one finding, at the later of the two; a command that takes it too is another.
      const untold = told.has(pairOf(ranked[0]!))
        ? ranked.find((one) => one.other.by === 'command' && one.confidence !== 'possible' && !told.has(pairOf(one)))
        : ranked[0];
      if (untold === undefined) continue;
      told.add(pairOf(untold));
      const others = ranked.filter((one) => one.confidence !== 'possible' && one.other !== untold.other);
      report(reportOf(untold, others, orderOf(model, untold)));
    }
  },
});

/** Letters and digits that a name shares with the pattern it is meant by. */
const SURE_RESEMBLANCE = 12;

/** Sure ones first, and of the likely ones those that fail whoever comes first. */
function rank({ confidence, other }: Conflict): number {
  return confidence === 'certain' ? 0 : confidence === 'possible' ? 3 : stepsBack(other) ? 2 : 1;
}

function pairOf({ stack, other }: Conflict): string {
  return [siteKey(placeOf(stack)), siteKey(placeOf(other))].sort().join(' ');
}

function placeOf(repository: Repository): Repository['site'] {
  return repository.nameSite ?? repository.site;
}

/** How sure it is that the other one takes the name of this stack's; undefined when it doesn't. */
function collide(model: Model, stack: Repository, other: Repository): Confidence | undefined {
  if (other === stack || stack.name === undefined || other.name === undefined) return undefined;
  if (!compatible(stack.when, other.when) || apart(stack.region, other.region) || apart(stack.account, other.account))
    return undefined;
  const strength = match(stack.name, other.name);
  if (strength === 'not at all') return undefined;
  const declined = other.by === 'command' && isDeclined(model, stack);
  if (declined && (strength === 'by pattern' || restsOnCaller(stack.when))) return undefined;
  // `${project}-${stage}-app`, which has a name of its own by default, may come to be anybody's `…-app` if somebody
  // calls it so.
  if (
    strength === 'by pattern' &&
    restsOnCaller([...stack.when, ...other.when]) &&
    (closeness(stack.name, other.name)?.shared ?? 0) < SURE_RESEMBLANCE
  )
    return 'possible';
  if (restsOnFile([...stack.when, ...other.when])) return 'possible';
  if (strength === 'by pattern' && !isMeant(opened(stack.name), opened(other.name))) return 'possible';
  // What one side is by default, the other may be told to be, or anything else.
  if (strength === 'by pattern' && (isOnlyDefault(stack) || isOnlyDefault(other))) return 'possible';
  const defaulted = restsOnDefault(stack.when) || restsOnDefault(other.when);
  const sure = strength === 'exactly' && !defaulted && !declined ? 'certain' : 'likely';
  if (other.role === 'live')
    return isOwner(stack, other) || (other.ownerStack === undefined && other.ownerKnown === false) ? undefined : sure;
  if (other.role !== 'created') return undefined;
  if (other.by === 'command') return stepsBack(other) ? 'likely' : sure;
  if (!rivals(stack, other)) return undefined;
  return mayBeApart(stack.root, other.root) || mayBeLeftOver(stack.root, other.root) ? 'possible' : 'likely';
}

/**
 * Patterns are one name where they have their unknowns in the same places. What an unknown stands for in a name that is
 * known may be anything, unless it says what it is: a stage in one word, a region, an account.
 */
function isMeant(a: Text, b: Text): boolean {
  const [first, second] = [judged(a), judged(b)];
  if (first === undefined && second === undefined) return frameOf(a) === frameOf(b);
  const [pattern, whole] = first === undefined ? [a, second] : [b, first];
  const found = whole === undefined ? undefined : fills(pattern, whole);
  return pattern.every((part) => {
    if (typeof part === 'string' || part.nature === 'region' || part.nature === 'account') return true;
    return STAGE.test(part.hole.replace(/@.*$/s, '')) && /^[a-z\d]+$/.test(found?.get(part.hole) ?? '');
  });
}

const STAGE = /(?:env|environment|stage|workspace)(?:[._-]?(?:name|type|suffix|id|tag))?$/i;

function frameOf(text: Text): string {
  return text.map((part) => (typeof part === 'string' ? part : '\u0001')).join('');
}

/** A whole name that somebody who chooses makes another; not by a region, which is no part of it. */
function isOnlyDefault({ name, when }: Repository): boolean {
  const whole = judged(name);
  return (
    whole !== undefined &&
    defaultsIn(when).some(({ default: by }) => by === undefined || whole.includes(judged(by.value) ?? whole))
  );
}

/** A command that creates only what is missing collides where it comes first, and nowhere else. */
function stepsBack(other: Repository): boolean {
  return other.by === 'command' && other.guarded === true;
}

/** `declined`: the deploys that are seen are told to refer to it; whoever deploys otherwise fails. */
type Order = 'first' | 'late' | 'declined';

function orderOf(model: Model, { stack, other }: Conflict): Order {
  if (other.by === 'command' && isDeclined(model, stack)) return 'declined';
  return stepsBack(other) && !comesFirst(model, other, stack) ? 'late' : 'first';
}

/**
 * Two stacks with one literal name; instances of one class for several environments, and source beside its synthesized
 * form, are no rivals.
 */
function rivals(a: Repository, b: Repository): boolean {
  if (a.by !== b.by || judged(a.name) === undefined || judged(a.name) !== judged(b.name)) return false;
  const sameResource = siteKey(a.site) === siteKey(b.site) || (a.id !== undefined && a.id === b.id);
  // A stack that can be deployed from either of two templates has one of them at a time.
  const variants =
    a.by === 'cloudformation' && a.stack !== undefined && a.stack === b.stack && a.site.file !== b.site.file;
  if (sameResource || variants || isMoved(a, b) || isMoved(b, a)) return false;
  return a.stack !== b.stack || a.site.file !== b.site.file;
}

function apart(a: Text | undefined, b: Text | undefined): boolean {
  const left = judged(a);
  const right = judged(b);
  return left !== undefined && right !== undefined && left !== right;
}

/** Each account has names of its own. A root that declares no backend is anybody's, also the one that makes the bucket. */
function mayBeApart(a: Repository['root'], b: Repository['root']): boolean {
  if (a === undefined || b === undefined) return false;
  return (a.state !== undefined && b.state !== undefined && a.state !== b.state) || a.signsIn !== b.signsIn;
}

/** A folder that nothing says is applied, beside a root: what was there before, or code to copy from. */
function mayBeLeftOver(a: Repository['root'], b: Repository['root']): boolean {
  return a?.idle !== b?.idle;
}

/** The resource of the one is that of the other since it was moved into a module. */
function isMoved(from: Repository, to: Repository): boolean {
  return to.root?.movedFrom?.includes(from.label) === true;
}

function owned(live: readonly Repository[], stack: Repository): boolean {
  return live.some(
    (one) =>
      isOwner(stack, one) &&
      one.name !== undefined &&
      stack.name !== undefined &&
      match(one.name, stack.name) !== 'not at all',
  );
}

/**
 * Does the live repository belong to this very resource? A template alone doesn't say its stack's name, but its logical
 * id is the same.
 */
function isOwner(stack: Repository, { ownerStack, ownerLogicalId }: Repository): boolean {
  if (ownerStack === undefined) return false;
  if (ownerStack === stack.stack) return true;
  const own = (stack.label.split('/').at(-1) ?? '').replace(/[^A-Za-z0-9]/g, '');
  const id = ownerLogicalId ?? '';
  // The CDK appends a hash of the construct's path.
  return own !== '' && (id === own || new RegExp(`${own}[0-9A-F]{8}$`).test(id));
}

function reportOf({ stack, other, confidence }: Conflict, others: readonly Conflict[], order: Order): Report {
  const site = placeOf(stack);
  const name = show(stack.name ?? []);
  const otherName = show(other.name ?? []);
  const taken =
    other.role === 'live'
      ? `${code(otherName)} exists already${other.ownerStack === undefined ? '' : ` (stack ${code(other.ownerStack)} owns it)`}`
      : `${makerOf(other)} creates ${name === otherName ? 'it too' : `${code(otherName)}`}`;
  const fails =
    stack.by === 'terraform'
      ? 'the apply fails with `RepositoryAlreadyExistsException`'
      : "the deploy fails with `Resource of type 'AWS::ECR::Repository' with identifier … already exists` and rolls back";
  const where = stepsBack(other) ? ' where it is missing' : '';
  const condition = {
    first: ':',
    late: `${where}: if that runs before the first deploy,`,
    declined: `${where}: if a deploy isn't told to refer to it,`,
  }[order];
  return {
    site,
    message: `The stack will create the ECR repository ${code(name)}, but ${taken}${condition} ${fails}`,
    ...(order === 'first' ? {} : { severity: 'warning' as const }),
    confidence,
    help:
      stack.by === 'cdk'
        ? `Refer to it with ${code('ecr.Repository.fromRepositoryName(…)')}, or let the stack alone create it.`
        : 'Let one side alone create it: drop the resource and refer to the repository by name, or import it into the stack.',
    related: relatedTo(site, [
      {
        message: other.role === 'live' ? 'the existing repository' : 'created here too',
        site: placeOf(other),
      },
      ...bySite(others, (one) => placeOf(one.other))
        .slice(0, MOST_OTHERS)
        .map(([one]) => ({ message: 'created here too', site: placeOf(one!.other) })),
    ]),
    fixes: refer(stack),
  };
}

/** Of the others that create it, as many are shown. */
const MOST_OTHERS = 3;

/** A construct's path begins with its stack. */
function makerOf({ by, label, stack }: Repository): string {
  if (by === 'command' || (stack !== undefined && label.startsWith(`${stack}/`))) return code(label);
  return `${code(label)} of ${stack === undefined ? 'another stack' : code(stack)}`;
}

/**
 * `new ecr.Repository(this, 'Repo', {…})` → `ecr.Repository.fromRepositoryName(this, 'Repo', <name>)`; what the props
 * set besides is lost, so it's for a person to accept.
 */
function refer(stack: Repository): Fix[] {
  const { construct } = stack;
  if (construct === undefined) return [];
  const { call, newSpan, nameSpan, scope, id, name } = construct;
  const { file } = stack.site;
  const made = `.fromRepositoryName(${scope}, ${id}, `;
  // The name stays as it is written: it may follow a stage that other alternatives of this stack set otherwise.
  const rest =
    nameSpan === undefined
      ? [{ file, start: newSpan.end, end: call.end, text: `${made}${name})` }]
      : [
          { file, start: newSpan.end, end: nameSpan.start, text: made },
          { file, start: nameSpan.end, end: call.end, text: ')' },
        ];
  return [
    {
      title: 'Refer to the existing repository',
      safe: false,
      edits: [{ file, start: newSpan.start, end: newSpan.start + 'new '.length, text: '' }, ...rest],
    },
  ];
}
