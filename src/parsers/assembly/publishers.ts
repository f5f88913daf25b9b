/**
 * Whoever runs `cdk deploy` builds the app's image assets: known where the project itself runs it, and nobody is seen
 * to do it by hand.
 */
import type { Build, Fact, Publishing } from '../../model/facts.ts';
import { Matcher } from '../../core/linear/matcher.ts';
import { ANYTHING, REST, literalNode } from '../../core/linear/syntax.ts';
import { judged } from '../../core/sealed.ts';
import { dirname } from '../../project/paths.ts';
import type { Readings } from '../../project/readings.ts';

export function joinPublishers(facts: readonly Fact[], readings: Readings): readonly Fact[] {
  const all = facts.flatMap((fact) =>
    fact.kind === 'rollout' && fact.publishes !== undefined ? [fact.publishes] : [],
  );
  const apps = readings.ofKind('cdk');
  if (all.length === 0 || apps.length === 0) return facts;
  const entries = new Map(apps.map((app) => [app.file, all.filter((one) => mayRun(one, app.roots))]));
  const alone = new Set(
    apps
      .filter((app) => !apps.some((other) => other !== app && other.roots[0] === app.roots[0]))
      .map((app) => app.file),
  );
  return facts.map((fact) => {
    if (fact.kind !== 'build' || fact.tool !== 'cdk' || fact.host.kind !== 'developer' || !alone.has(fact.run))
      return fact;
    const publishers = (entries.get(fact.run) ?? []).filter((one) => mayDeploy(one, fact));
    return publishers.length > 0 && publishers.every(isOneKind(publishers[0]!))
      ? published(fact, publishers[0]!)
      : fact;
  });
}

/**
 * What of the project's apps a command deploys. Where it names stacks by names that only a context value makes, which of
 * them are meant can't be told: then all may be.
 */
export function publishedBy(
  publishing: Publishing,
  facts: readonly Fact[],
  readings: Readings,
): (fact: Fact) => boolean {
  const runs = new Set([
    ...readings.ofKind('cdk').flatMap(({ file, roots }) => (mayRun(publishing, roots) ? [file] : [])),
    ...readings.ofKind('assembly').flatMap(({ file, folder }) => (mayRun(publishing, [dirname(folder)]) ? [file] : [])),
  ]);
  const own = facts.filter(({ run }) => runs.has(run));
  const named = new Set(own.filter((fact) => mayDeploy(publishing, { constructPath: pathOf(fact) })));
  const isKnown = own.some((fact) => pathOf(fact) !== undefined && named.has(fact));
  return (fact) => (isKnown ? named.has(fact) : runs.has(fact.run));
}

function pathOf(fact: Fact): string | undefined {
  if (fact.kind === 'repository') return fact.label;
  return fact.kind === 'build' || fact.kind === 'workload' ? fact.constructPath : undefined;
}

/** In the app's own folder, or in one that can't be told. */
function mayRun({ folder }: Publishing, roots: readonly string[]): boolean {
  return folder === undefined || roots[0] === folder;
}

/** `cdk deploy Api`, `cdk deploy '*-prod'`: without names all there are. */
function mayDeploy(
  { stacks }: Publishing,
  { constructPath }: { readonly constructPath?: string | undefined },
): boolean {
  if (stacks.length === 0 || constructPath === undefined || constructPath.includes('${')) return true;
  const parts = constructPath.split('/');
  const ids = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  return stacks.some((stack) => {
    const pattern = judged(stack);
    return pattern === undefined || ids.some((id) => fits(pattern, id));
  });
}

function fits(pattern: string, id: string): boolean {
  const parts = pattern
    .split('*')
    .flatMap((piece, index) => (index === 0 ? [literalNode(piece)] : [ANYTHING, REST, literalNode(piece)]));
  return new Matcher({ kind: 'all', of: parts }).covers(id) === true;
}

/** A machine whose CPU is known, and no other beside it. */
function isOneKind({ host }: Publishing): (one: Publishing) => boolean {
  return (one) =>
    one.folder !== undefined &&
    one.app === undefined &&
    host.cpu !== undefined &&
    host.kind !== 'developer' &&
    one.host.kind === host.kind &&
    one.host.cpu === host.cpu &&
    one.host.label === host.label;
}

function published(build: Build, { host, driver, emulation }: Publishing): Build {
  return { ...build, host, driver, emulation };
}
