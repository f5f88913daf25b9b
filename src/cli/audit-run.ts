/** `plimsoll audit`: account → evidence → facts, joined with the project's, judged by the same rules. */
import { dirname } from 'node:path';
import { configIn, loadConfig } from '../config/load.ts';
import { configNotices } from '../config/near-miss.ts';
import { Problem } from '../config/problem.ts';
import { trustWhere } from '../config/trust.ts';
import { memoryFiles, openFolder, tryRead } from '../discover/files.ts';
import { check, type CheckRequest, type CheckResult } from '../engine.ts';
import { foldersWithin, gitRootOf, hasEntry, realOf } from '../files/boundary.ts';
import { reasonOf } from '../files/text.ts';
import { follow, isWritable, projectsAt, type Typed } from '../files/typed.ts';
import { anchored, referencesOf } from '../live/local.ts';
import { changesSince } from '../live/changes.ts';
import type { Evidence } from '../live/evidence.ts';
import { EvidenceError, loadEvidence, saveEvidence } from '../live/evidence-file.ts';
import { factsOf } from '../live/facts.ts';
import { ALL_REGIONS, accountOfRole, partitionOf } from '../live/uri.ts';
import type { Role } from '../live/roles.ts';
import type { Organization } from '../live/targets.ts';
import { describeEvidence } from '../live/summary.ts';
import { unverifiedLine } from '../live/verified.ts';
import type { Fact } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import { wildcards } from '../core/linear/matcher.ts';
import { forJson, forTerminal } from '../report/escape.ts';
import { RULES } from '../rules/registry.ts';
import { inTheAccount } from '../picture/choose.ts';
import type { AuditOptions } from './audit.ts';
import { exitCode, knownRules, reportInput, withLevels, worstOf } from './check.ts';
import { endpointOf } from './endpoint.ts';
import { inOneFinding } from './one-voyage.ts';
import { draws, emit, planOutputs } from './output.ts';
import { print } from './print.ts';
import { showProgress } from './progress.ts';
import { defined, oneOrNone } from '../core/optional.ts';

const INTERRUPTED = 130;

export async function auditCommand(options: AuditOptions): Promise<number> {
  const organization = organizationOf(options);
  const roles = organization === undefined ? rolesOf(options) : undefined;
  if (options.printPolicy === true) {
    const { policyDocument } = await import('../live/policy.ts');
    const into =
      organization === undefined
        ? roles?.map((one) => one.arn)
        : [`arn:${partitionFor(options)}:iam::*:role/${organization.roleName}`];
    print(
      `${forJson(policyDocument({ allRegions: options.region?.includes(ALL_REGIONS) === true, organization: organization !== undefined, ...defined({ roles: into }) }))}\n`,
    );
    return 0;
  }
  if (options.from !== undefined && options.save !== undefined)
    throw new Problem('--save writes what is collected, and with --from nothing is: leave one of them out');
  const plan = planOutputs(options.format, options.output ?? []);
  const root = options.project ? projectRoot(process.cwd()) : undefined;
  const projects = projectsAt(root);
  if (options.save !== undefined) checkTarget(options.save, projects);
  const loaded = await loadConfig(root ?? process.cwd(), RULES, {
    file: options.config,
    trust: trustWhere(options.trust === true),
  });
  const config = withLevels(loaded, options.rule ?? []);
  const before = options.since === undefined ? undefined : read(options.since, projects);
  const files = root === undefined ? memoryFiles({}, process.cwd()) : await openFolder(root);
  let evidence: Evidence | undefined;
  let unsaved: Problem | undefined;
  const request: CheckRequest = {
    files,
    config,
    plugins: loaded.plugins,
    pedantic: options.pedantic ?? config.pedantic ?? false,
    picture: draws(plan),
    ...(options.only === undefined ? {} : { onlyRules: knownRules(options.only, loaded) }),
    moreFacts: async (local) => {
      evidence =
        options.from !== undefined
          ? read(options.from, projects)
          : await gather(options, { ...defined({ roles, organization }) }, local);
      // What was found is worth telling, though it can't be kept.
      if (options.save !== undefined) unsaved = save(options.save, evidence, projects);
      return anchored(factsOf(evidence), local);
    },
  };
  const result = liveOnly(await check(request));
  if (before !== undefined && evidence !== undefined)
    printChanges(changesSince(before, evidence), plan.stdout === 'pretty');
  const input = {
    ...reportInput(result, {
      root: files.root,
      read: (path) => tryRead(files, path),
      known: undefined,
      loaded,
      notices: configNotices(loaded, files.root),
    }),
    ...(evidence === undefined ? {} : { audited: describeEvidence(evidence) }),
  };
  await emit(plan, input, projects, options);
  const interrupted = evidence?.complete === false && options.from === undefined;
  const unknown = evidence === undefined || interrupted ? undefined : unverifiedLine(evidence);
  const problems = [...(unsaved === undefined ? [] : [unsaved.message]), ...oneOrNone(unknown)];
  if (problems.length > 0) throw new Problem(problems.join('; '));
  if (interrupted) return INTERRUPTED;
  const unverified = options.failOnUnverified === true && input.findings.some((one) => one.rule === 'not-verified');
  return unverified ? 1 : exitCode(worstOf(input.findings), options.failOn ?? config.failOn ?? 'warning');
}

/** `--organization`: the role of one name in each of its accounts. */
function organizationOf({
  organization,
  roleName,
  roleArn,
  accounts,
  externalId,
}: AuditOptions): Organization | undefined {
  if (organization !== true) return undefined;
  if (roleName === undefined)
    throw new Problem('--organization needs --role-name: the role of that name is assumed in each account');
  if (accounts !== undefined || roleArn !== undefined)
    throw new Problem('--organization is all accounts: leave out --accounts and --role-arn');
  checkRole(`arn:aws:iam::000000000000:role/${roleName}`);
  return { roleName, ...defined({ externalId }) };
}

function rolesOf(options: AuditOptions): Role[] | undefined {
  const { roleArn, roleName, accounts, externalId } = options;
  if ((roleName === undefined) !== (accounts === undefined))
    throw new Problem(
      '--role-name and --accounts belong together: the role of that name is assumed in each of the accounts (or in those of the --organization)',
    );
  const unlike = accounts?.find((one) => !/^\d{12}$/.test(one));
  if (unlike !== undefined) throw new Problem(`--accounts ${unlike}: an account id has 12 digits`);
  const arns = [
    ...(roleArn ?? []),
    ...(accounts ?? []).map((account) => `arn:${partitionFor(options)}:iam::${account}:role/${roleName ?? ''}`),
  ];
  arns.forEach(checkRole);
  if (arns.length === 0) {
    if (externalId !== undefined)
      throw new Problem('--external-id is for roles: give --role-arn, or --role-name with --accounts');
    return undefined;
  }
  return [...new Set(arns)].map((arn) => ({ arn, ...defined({ externalId }) }));
}

function checkRole(arn: string): void {
  if (accountOfRole(arn) === undefined)
    throw new Problem(`${arn} is no role's ARN: arn:aws:iam::123456789012:role/NAME`);
}

function partitionFor({ region }: AuditOptions): string {
  return partitionOf(
    region?.find((one) => one !== ALL_REGIONS) ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? '',
  );
}

/** The project around a folder, if it lies in one, up to the git root: a home folder full of other things is none. */
function projectRoot(from: string): string | undefined {
  const folder = realOf(from);
  return (
    foldersWithin(folder).find((one) => configIn(one) !== undefined || hasEntry(one, 'package.json')) ??
    gitRootOf(folder)
  );
}

async function gather(
  options: AuditOptions,
  accounts: { readonly roles?: readonly Role[]; readonly organization?: Organization },
  local: readonly Fact[],
): Promise<Evidence> {
  const { collect } = await import('../live/collect.ts');
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  const progress = showProgress(options.quiet === true);
  try {
    const { evidence, nothing } = await collect({
      regions: options.region ?? [],
      ...defined({ profile: options.profile }),
      ...(options.endpointUrl === undefined ? {} : { endpoint: endpointOf(options.endpointUrl) }),
      ...accounts,
      ...defined({ functions: options.function, services: options.service, repositories: options.repository }),
      ...(options.tagFilter === undefined ? {} : { tags: tagMatcher(options.tagFilter) }),
      references: (account, region) => referencesOf(local, account, region),
      signal: stop.signal,
      progress: progress.step,
    });
    progress.end();
    if (nothing !== undefined && !stop.signal.aborted)
      throw new Problem(`nothing could be verified: ${nothing.reason}${advice(nothing.kind, options.profile)}`);
    return evidence;
  } finally {
    progress.end();
    process.removeListener('SIGINT', interrupt);
  }
}

function advice(kind: string, profile: string | undefined): string {
  switch (kind) {
    case 'credentials':
      return profile === undefined
        ? '; log in (`aws sso login`) or name a --profile'
        : `; log in to it (\`aws sso login --profile ${profile}\`), or see whether the AWS configuration has a profile of that name`;
    case 'denied':
      return '; `plimsoll audit --print-policy` prints what it needs';
    case 'unreachable':
      return '; look at --region, --endpoint-url and the network';
    default:
      return '';
  }
}

/** `release-*`: `*` stands for anything, all else for itself. */
function tagMatcher(patterns: readonly string[]): (tag: string) => boolean {
  const matchers = patterns.map((pattern) => wildcards(pattern));
  return (tag) => matchers.some((one) => one.covers(tag) === true);
}

function read(path: string, projects: readonly string[]): Evidence {
  try {
    return loadEvidence(path, projects);
  } catch (error) {
    throw error instanceof EvidenceError ? new Problem(error.message) : error;
  }
}

/** Known before the account is asked, which may take minutes. */
function checkTarget(path: string, projects: readonly string[]): void {
  let target: Typed;
  try {
    target = follow(path, projects);
  } catch (error) {
    throw new Problem(`--save ${path}: ${reasonOf(error)}`);
  }
  if (target.crossed !== undefined)
    throw new Problem(
      `--save ${path}: ${target.crossed.link} is a symbolic link of the project, and none of those is written through`,
    );
  const isSpecial = target.stat !== undefined && !target.stat.isFile();
  if (!isSpecial && !isWritable(dirname(target.at)))
    throw new Problem(`--save ${path}: its folder does not exist or may not be written to`);
}

function save(path: string, evidence: Evidence, projects: readonly string[]): Problem | undefined {
  try {
    saveEvidence(path, evidence, projects);
    return undefined;
  } catch (error) {
    if (error instanceof EvidenceError) return new Problem(error.message);
    throw error;
  }
}

/** An audit speaks of the account; what the files alone say is `check`'s to report. */
function liveOnly(result: CheckResult): CheckResult {
  const live = ({ site, related }: Finding): boolean =>
    site.resource !== undefined || related.some((one) => one.site.resource !== undefined);
  return {
    ...result,
    findings: inOneFinding(result.findings.filter(live)),
    suppressed: result.suppressed.filter(({ finding }) => live(finding)),
    unreadable: [],
    ...(result.picture === undefined ? {} : { picture: inTheAccount(result.picture) }),
  };
}

function printChanges(lines: readonly string[], onStdout: boolean): void {
  const text =
    lines.length === 0
      ? 'Nothing is different from the evidence before.\n'
      : `Different from the evidence before:\n${lines.map((line) => `  ${forTerminal(line)}\n`).join('')}`;
  if (onStdout) print(`${text}\n`);
  else process.stderr.write(`${text}\n`);
}
