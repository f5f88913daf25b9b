/** `plimsoll diff`: the project's templates and another side's → changes as facts, judged with the project's own. */
import { relative } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { Problem } from '../config/problem.ts';
import { AgainstError, deployedTemplates, openAgainst, type Against } from '../diff/against.ts';
import { changesBetween } from '../diff/changes.ts';
import { pairUp } from '../diff/pair.ts';
import { sideOf, type Side, type SideStack } from '../diff/side.ts';
import { concernsImages, describeChange, remarksOn } from '../diff/words.ts';
import { openFolder } from '../discover/files.ts';
import { check, type CheckResult } from '../engine.ts';
import type { Fact, StackChange } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import type { Site } from '../model/site.ts';
import type { Readings } from '../parsers/reading.ts';
import type { ChangesShown } from '../report/report.ts';
import { RULES } from '../rules/registry.ts';
import { exitCode, knownRules, reportInput, withLevels } from './check.ts';
import type { DiffOptions } from './diff.ts';
import { emit, planOutputs } from './output.ts';
import { targetOf } from '../config/project.ts';

interface Compared {
  readonly changes: readonly StackChange[];
  /** Against what is deployed: the stacks' state and what the registry holds. */
  readonly live: readonly Fact[];
  /** Where the images stand that this deploy brings in. */
  readonly images: readonly Site[];
  readonly shown: ChangesShown;
}

export async function diffCommand(paths: readonly string[], options: DiffOptions): Promise<number> {
  const plan = planOutputs(options.format, options.output ?? []);
  const { root, only } = targetOf(paths);
  const loaded = await loadConfig(root, RULES, options.config);
  const config = withLevels(loaded, options.rule ?? []);
  const bindings = new Map(Object.entries(config.variables));
  if (options.synth === true) {
    const { synthesize } = await import('./synth.ts');
    await synthesize(await openFolder(root), options.quiet === true);
  }
  const files = await openFolder(root);
  let compared: Compared | undefined;
  const result = await check({
    files,
    config,
    plugins: loaded.plugins,
    pedantic: options.pedantic ?? config.pedantic ?? false,
    ...(options.only === undefined ? {} : { onlyRules: knownRules(options.only, loaded.plugins) }),
    moreFacts: async (local, readings) => {
      compared = await compare({ options, root, only, local, readings, bindings });
      return [...compared.changes, ...compared.live];
    },
  });
  if (compared === undefined) throw new Problem('nothing was compared');
  const own = ofTheDiff(result, compared);
  const input = { ...reportInput(own, { root, files, known: undefined, plugins: loaded.plugins }), changes: compared.shown };
  await emit(plan, input, { color: options.color, quiet: options.quiet ?? false });
  return exitCode(input.findings, options.failOn ?? config.failOn ?? 'warning');
}

interface CompareRequest {
  readonly options: DiffOptions;
  readonly root: string;
  readonly only: readonly string[] | undefined;
  readonly local: readonly Fact[];
  readonly readings: Readings;
  readonly bindings: ReadonlyMap<string, readonly string[]>;
}

async function compare({ options, root, only, local, readings, bindings }: CompareRequest): Promise<Compared> {
  const whole = sideOf(readings, bindings);
  const other = options.against === 'deployed' ? undefined : await orProblem(() => openAgainst(options.against, root));
  const stacks = whole.stacks.map((one) => named(one, options.stack ?? []))
    .filter(({ reading: { file } }) => (only === undefined || only.some((path) => inside(file, path))) && (other?.path === undefined || !inside(file, relative(root, other.path))));
  if (stacks.length === 0) throw new Problem('there is no template here to deploy: no cdk.out and no CloudFormation template; synthesize first, or use --synth');
  const after: Side = { ...whole, stacks };
  const { against, live } = other === undefined ? await deployed(after.stacks, local, options) : { against: other, live: [] };
  const before = sideOf(against.readings, bindings);
  const matched = pairUp(before.stacks, after.stacks);
  const pairs = { ...matched, ...(against.single === true ? { added: [] } : {}), ...(only === undefined ? {} : { gone: [] }) };
  if (against.single === true && pairs.both.length === 0) throw new Problem(`none of the ${stacks.length} templates here has anything in common with ${against.label}; name the one that is meant`);
  const changes = changesBetween({ before, after, pairs, local });
  const shown: ChangesShown = {
    against: against.label,
    remarks: [
      ...remarksOn(pairs.added.map((one) => one.name), pairs.gone.map((one) => one.name)),
      ...against.unreadable.map(({ file, line, reason }) => `Not read on the other side: ${file}:${line}: ${reason}.`),
    ],
    list: changes.map((change) => ({
      stack: change.stack, logicalId: change.logicalId, resourceType: change.resourceType, change: change.change,
      description: describeChange(change), concerns: concernsImages(change), properties: change.properties, site: change.site,
    })),
  };
  const changed = new Set(changes.filter((one) => one.workload !== undefined || one.change === 'add').map((one) => one.logicalId));
  const images = local.flatMap((fact) => (fact.kind === 'workload' && fact.resource !== undefined && changed.has(fact.resource.logicalId) ? [fact.imageSite] : []));
  return { changes, shown, live, images };
}

function inside(file: string, path: string): boolean {
  return path === '' || file === path || file.startsWith(`${path}/`);
}

/** `--stack infra/api.yaml=shop-api` */
function named(stack: SideStack, given: readonly string[]): SideStack {
  const setting = given.find((one) => relative(process.cwd(), one.slice(0, one.lastIndexOf('='))) === stack.reading.file || one.slice(0, one.lastIndexOf('=')) === stack.reading.file);
  if (setting === undefined) return stack;
  const name = setting.slice(setting.lastIndexOf('=') + 1);
  return { ...stack, name, deployedAs: name, known: [name, ...stack.known] };
}

async function deployed(stacks: readonly SideStack[], local: readonly Fact[], options: DiffOptions): Promise<{ against: Against; live: readonly Fact[] }> {
  const wanted = stacks.flatMap((one) => (one.deployedAs === undefined ? [] : [{ name: one.deployedAs, ...(one.region === undefined ? {} : { region: one.region }) }]));
  const nameless = stacks.filter((one) => one.deployedAs === undefined).map((one) => one.reading.file);
  if (nameless.length > 0) throw new Problem(`a template doesn't say which stack it's deployed as: add ${nameless.slice(0, 3).map((file) => `--stack ${file}=NAME`).join(' ')}, or name what to compare with (--against DIR, FILE or git:REVISION)`);
  const { readTemplates } = await import('../live/templates.ts');
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    const connection = {
      signal: stop.signal,
      ...(options.region === undefined ? {} : { region: options.region }),
      ...(options.profile === undefined ? {} : { profile: options.profile }),
      ...(options.endpointUrl === undefined ? {} : { endpoint: options.endpointUrl }),
    };
    const { texts, failed } = await readTemplates(wanted, connection);
    // A stack that could not be read is no new stack.
    if (failed.length > 0) throw new Problem(`what is deployed could not be read: ${failed.join('; ')}`);
    const { readSurroundings } = await import('../live/deployed.ts');
    return { against: deployedTemplates(texts), live: await readSurroundings(wanted, local, connection) };
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

async function orProblem<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AgainstError ? new Problem(error.message) : error;
  }
}

/** Of what the rules find, the part that this deploy brings about or runs into; the rest is `check`'s to report. */
const OF_THE_ACCOUNT: ReadonlySet<string> = new Set(['stack-stuck', 'not-verified']);
const OF_ADDED_REPOSITORIES: ReadonlySet<string> = new Set(['repository-exists', 'repository-name-fixed']);

function ofTheDiff(result: CheckResult, { changes, live, images }: Compared): CheckResult {
  const diffRules = new Set(RULES.filter((rule) => rule.group === 'diff').map((rule) => rule.id));
  const at = (chosen: readonly { readonly site: Site }[]): ((site: Site) => boolean) => {
    const keys = new Set(chosen.map((one) => keyOf(one.site)));
    return (site) => keys.has(keyOf(site));
  };
  const repositories = at(changes.filter((one) => one.resourceType === 'AWS::ECR::Repository' && (one.change === 'add' || one.change === 'orphan')));
  const workloads = at(changes.filter((one) => one.workload !== undefined || (one.change === 'add' && concernsImages(one))));
  const broughtIn = at(images.map((site) => ({ site })));
  const stacks = new Set(live.flatMap((one) => (one.kind === 'stack-state' || one.kind === 'unverified' ? [one.site.resource] : [])));
  const belongs = ({ rule, site, related }: Finding): boolean => diffRules.has(rule)
    || (OF_THE_ACCOUNT.has(rule) && site.file === '' && stacks.has(site.resource))
    || (rule === 'image-missing' && broughtIn(site))
    || (OF_ADDED_REPOSITORIES.has(rule) && repositories(site))
    || (rule === 'arch-mismatch' && [site, ...related.map((one) => one.site)].some(workloads));
  return { ...result, findings: result.findings.filter(belongs), suppressed: result.suppressed.filter(({ finding }) => belongs(finding)) };
}

function keyOf({ file, span }: Site): string {
  return `${file}:${span.start}-${span.end}`;
}
