/**
 * Whoever runs `cdk deploy` builds the app's image assets: known where the project itself runs it, and nobody is seen
 * to do it by hand.
 */
import type { Build, Fact, Publishing } from '../../model/facts.ts';
import { Matcher } from '../../core/linear/matcher.ts';
import { ANYTHING, REST, literalNode } from '../../core/linear/syntax.ts';
import { judged } from '../../core/sealed.ts';
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

/** In the app's own folder, or in one that can't be told. */
function mayRun({ folder }: Publishing, roots: readonly string[]): boolean {
  return folder === undefined || roots[0] === folder;
}

/** `cdk deploy Api`, `cdk deploy '*-prod'`: without names all there are. */
function mayDeploy({ stacks }: Publishing, { constructPath }: Build): boolean {
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
