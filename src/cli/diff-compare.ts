/** The comparison behind `plimsoll diff`: which stacks there are on both sides, and what is said of what differs. */
import { relative, resolve } from 'node:path';
import { Problem } from '../config/problem.ts';
import { AgainstError, openAgainst, type Against } from '../diff/against.ts';
import { changesBetween } from '../diff/changes.ts';
import { deployedSide, wantedOf, wantsExpanded } from '../diff/deployed.ts';
import { pairUp, type Pairs } from '../diff/pair.ts';
import { givenParameters, sideOf, type Side, type SideStack } from '../diff/side.ts';
import { targetsOf, type StackOptions, type Targets } from '../diff/targets.ts';
import { concernsImages, describeChange, remarksOn } from '../diff/words.ts';
import { SettingError } from '../live/network.ts';
import type { Fact, StackChange } from '../model/facts.ts';
import { shorten } from '../core/shorten.ts';
import type { Site } from '../core/site.ts';
import type { Readings } from '../project/readings.ts';
import type { ChangesShown } from '../report/report.ts';
import type { DiffOptions } from './diff.ts';
import { defined } from '../core/optional.ts';

export interface Compared {
  readonly changes: readonly StackChange[];
  /** Against what is deployed: the stacks' state and what the registry holds. */
  readonly live: readonly Fact[];
  /** Where the images stand that this deploy brings in. */
  readonly images: readonly Site[];
  readonly shown: ChangesShown;
}

export interface CompareRequest {
  readonly options: DiffOptions;
  readonly root: string;
  readonly only: readonly string[] | undefined;
  readonly local: readonly Fact[];
  readonly readings: Readings;
  readonly bindings: ReadonlyMap<string, readonly string[]>;
}

interface TwoSides {
  readonly before: Side;
  readonly after: Side;
  readonly pairs: Pairs;
  readonly against: Against;
  readonly live: readonly Fact[];
  readonly remarks: readonly string[];
}

export async function compare(request: CompareRequest): Promise<Compared> {
  const { options, root, only, local, readings, bindings } = request;
  const whole = sideOf(readings, bindings);
  const other = options.against === 'deployed' ? undefined : await orProblem(() => openAgainst(options.against, root));
  const stacks = whole.stacks.filter(
    ({ reading: { file } }) =>
      (only === undefined || only.some((path) => inside(file, path))) &&
      (other?.path === undefined || !inside(file, relative(root, other.path))),
  );
  if (stacks.length === 0)
    throw new Problem(
      'there is no template here to deploy: no cdk.out and no CloudFormation template; synthesize first, or use --synth',
    );
  const after: Side = { ...whole, stacks };
  const { before, pairs, against, live, remarks } =
    other === undefined ? await withDeployed(request, after) : withOther(request, after, other);
  const { changes, notCompared } = changesBetween({ before, after, pairs, local });
  const shown: ChangesShown = {
    against: against.label,
    remarks: [
      ...remarksOn({
        added: names(pairs.added),
        gone: names(pairs.gone),
        notCompared,
        nothingInCommon: pairs.both.length === 0 && pairs.gone.length > 0,
      }),
      ...remarks,
      ...against.unreadable.map(({ file, line, reason }) => `Not read on the other side: ${file}:${line}: ${reason}.`),
    ].map(shorten),
    list: changes.map((change) => ({
      stack: change.stack,
      logicalId: change.logicalId,
      resourceType: change.resourceType,
      change: change.change,
      description: shorten(describeChange(change)),
      concerns: concernsImages(change) || change.change === 'replace',
      properties: change.properties,
      site: change.site,
    })),
  };
  const changed = new Set(
    changes.filter((one) => one.workload !== undefined || one.change === 'add').map((one) => one.logicalId),
  );
  const images = local.flatMap((fact) =>
    fact.kind === 'workload' && fact.resource !== undefined && changed.has(fact.resource.logicalId)
      ? [fact.imageSite]
      : [],
  );
  return { changes, shown, live, images };
}

function names(stacks: readonly SideStack[]): string[] {
  return stacks.map((one) => one.name);
}

function inside(file: string, path: string): boolean {
  return path === '' || file === path || file.startsWith(`${path}/`);
}

// ── a file, a folder, a revision ────────────────────────────────────────────────────────────────

function withOther({ options, root, only, readings, bindings }: CompareRequest, all: Side, against: Against): TwoSides {
  const { names: byFile, wanted } = stackOptions(options, root, readings);
  const called = all.stacks.map((one) => {
    const [name] = byFile.get(one.reading.file) ?? [];
    return name === undefined ? one : { ...one, name, known: [name, ...one.known] };
  });
  const stacks = wanted.length === 0 ? called : called.filter((one) => wanted.includes(one.name));
  noneMissing(wanted, called);
  const given = parametersGiven(options);
  const after = givenParameters({ ...all, stacks }, given);
  const before = givenParameters(sideOf(against.readings, bindings), given);
  const matched = pairUp(before.stacks, after.stacks);
  const partial = only !== undefined || wanted.length > 0;
  const pairs = { ...matched, ...(against.single === true ? { added: [] } : {}), ...(partial ? { gone: [] } : {}) };
  if (against.single === true && pairs.both.length === 0)
    throw new Problem(
      `none of the ${stacks.length} templates here has anything in common with ${against.label}; name the one that is meant`,
    );
  return { before, after, pairs, against, live: [], remarks: [] };
}

// ── what is deployed ────────────────────────────────────────────────────────────────────────────

async function withDeployed(request: CompareRequest, all: Side): Promise<TwoSides> {
  const { options, root, only, local, readings } = request;
  const stated = stackOptions(options, root, readings);
  const targets = targetsOf({ stacks: all.stacks, local, readings, options: stated });
  noneMissing(stated.wanted, targets.stacks);
  if (targets.stacks.length === 0 || (only !== undefined && targets.nameless.length > 0))
    throw new Problem(namelessProblem(targets));
  const wanted = wantedOf(targets.stacks);
  const { readTemplates } = await import('../live/templates.ts');
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    const connection = {
      signal: stop.signal,
      ...defined({ region: options.region, profile: options.profile, endpoint: options.endpointUrl }),
    };
    const { found, failed, elsewhere, account, remarks } = await readTemplates({
      stacks: wanted,
      connection,
      expanded: wantsExpanded,
    });
    // A stack that could not be read is no new stack.
    if (failed.length > 0)
      throw new Problem(
        `what is deployed could not be read: ${failed.join('; ')}${failed.some((one) => one.includes('credentials were not accepted')) ? '; log in (`aws sso login`) or name another --profile' : ''}`,
      );
    const others = elsewhere.map((one) => `\`${one.name}\` (account ${one.account ?? 'unknown'})`).join(', ');
    if (found.length === 0)
      throw new Problem(
        `the credentials are of account ${account ?? 'unknown'}, but the stacks are of others: ${others.replaceAll('`', '')}; choose another --profile`,
      );
    const { before, pairs, against } = deployedSide(found, parametersGiven(options));
    const { readSurroundings } = await import('../live/deployed.ts');
    const live = await readSurroundings(
      found.map((one) => one.wanted),
      local,
      connection,
    );
    return {
      before,
      after: all,
      pairs,
      against,
      live,
      remarks: [
        ...(elsewhere.length === 0 ? [] : [`Not compared, being of another account than the credentials': ${others}.`]),
        ...namelessRemark(targets),
        ...remarks.map((one) => `${one}.`),
      ],
    };
  } catch (error) {
    if (error instanceof SettingError) throw new Problem(error.message);
    if (error instanceof Error && error.message === 'Region is missing')
      throw new Problem('no region is set: give --region, or set AWS_REGION or a profile that has one');
    throw error;
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

const SHOWN = 3;

function namelessProblem({ nameless }: Targets): string {
  const some = nameless.slice(0, SHOWN);
  const hint = some.find((one) => one.hint !== undefined)?.hint;
  const more = nameless.length - some.length;
  return (
    `no file here says which stack ${nameless.length === 1 ? 'the template is' : 'the templates are'} deployed as${hint === undefined ? '' : ` (${hint.replaceAll('`', '')})`}: add ${some.map(({ stack }) => `--stack ${stack.reading.file}=NAME`).join(' ')}` +
    `${more > 0 ? ` (and ${more} more, or name the templates that are meant)` : ''}, or name what to compare with (--against DIR, FILE or git:REVISION)`
  );
}

function namelessRemark({ nameless }: Targets): string[] {
  if (nameless.length === 0) return [];
  const some = nameless
    .slice(0, SHOWN)
    .map(({ stack, hint }) => `\`${stack.reading.file}\`${hint === undefined ? '' : ` (${hint})`}`);
  const more = nameless.length - some.length;
  return [
    `Not compared, as nothing says which stack it is: ${some.join(', ')}${more > 0 ? ` and ${more} more` : ''}; \`--stack FILE=NAME\` does.`,
  ];
}

// ── options ─────────────────────────────────────────────────────────────────────────────────────

/** `--stack infra/api.yaml=shop-api`, `--stack shop-api` */
function stackOptions({ stack: given = [] }: DiffOptions, root: string, readings: Readings): StackOptions {
  const byFile = new Map<string, string[]>();
  const wanted: string[] = [];
  for (const one of given) {
    const equals = one.lastIndexOf('=');
    const name = one.slice(equals + 1).trim();
    if (name === '') throw new Problem(`--stack ${one}: write FILE=NAME, or the NAME of a stack`);
    if (equals === -1) {
      wanted.push(name);
      continue;
    }
    const path = one.slice(0, equals);
    const file = [relative(root, resolve(path)).replaceAll('\\', '/'), path].find(
      (candidate) => readings.get(candidate)?.kind === 'template',
    );
    if (file === undefined) throw new Problem(`--stack ${one}: ${path} is no template of this project`);
    byFile.set(file, [...(byFile.get(file) ?? []), name]);
  }
  return { names: byFile, wanted };
}

function noneMissing(wanted: readonly string[], stacks: readonly SideStack[]): void {
  const missing = wanted.find((name) => !stacks.some((one) => one.name === name));
  if (missing === undefined) return;
  const known = stacks.map((one) => one.name);
  throw new Problem(
    `--stack ${missing}: there is no such stack here${known.length === 0 ? '' : `; there ${known.length === 1 ? 'is' : 'are'} ${known.slice(0, 10).join(', ')}${known.length > 10 ? ' …' : ''}`}`,
  );
}

function parametersGiven({ parameters = [] }: DiffOptions): Map<string, string> {
  return new Map(
    parameters.map((one) => {
      const equals = one.indexOf('=');
      if (equals <= 0) throw new Problem(`--parameters ${one}: write NAME=VALUE`);
      return [one.slice(0, equals), one.slice(equals + 1)];
    }),
  );
}

async function orProblem<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AgainstError ? new Problem(error.message) : error;
  }
}
