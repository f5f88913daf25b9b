/**
 * No absence from ignorance: a finding that says something isn't done asks here what was not understood. Where that may
 * have done it, the finding only may be right, and says what held it back.
 */
import { hasWord, mayRefute } from '../model/blind-spots.ts';
import type { BlindSpot, Effect, Fact, Unfollowed } from '../model/facts.ts';
import type { Absence, HeldBack, Report } from '../model/finding.ts';
import { NOWHERE, type Site } from '../core/site.ts';
import { judged } from '../core/sealed.ts';
import type { Text } from '../core/text.ts';
import type { Project } from './read-project.ts';

export interface Ignorance {
  /** What may refute this report; empty: nothing that we know of. */
  against(report: Pick<Report, 'site' | 'absences'>): readonly HeldBack[];
}

export function ignoranceOf(
  facts: readonly Fact[],
  project: Pick<Project, 'unread' | 'programs' | 'readings'>,
): Ignorance {
  let spots: readonly BlindSpot[] | undefined;
  let bounds: readonly Unfollowed[] | undefined;
  const texts = new UnreadTexts(project);
  return {
    against({ site, absences = [] }) {
      if (absences.length === 0) return [];
      spots ??= facts.filter((fact): fact is BlindSpot => fact.kind === 'blind-spot');
      bounds ??= facts.filter((fact): fact is Unfollowed => fact.kind === 'unfollowed');
      const held: HeldBack[] = [];
      for (const absence of absences) {
        for (const spot of spots) if (mayRefute(spot, absence)) held.push({ by: spot.label, site: spot.site });
        for (const bound of bounds)
          if (bound.run === absence.run && bound.seq >= absence.seq && mattersTo(bound, absence, facts))
            held.push({ by: 'what was not followed', site: bound.site });
        if (absence.within !== true) held.push(...texts.naming(absence, site));
      }
      return distinct(held);
    },
  };
}

const FACTS: Readonly<Record<Effect, readonly Fact['kind'][]>> = {
  build: ['build'],
  tag: ['tag', 'build'],
  push: ['push'],
  'roll out': ['rollout', 'workload'],
  verify: ['confirmation'],
  create: ['repository'],
};

/** The turns of a loop that were followed show what the others do; of a script's later steps nobody knows. */
function mattersTo({ what, site }: Unfollowed, { of }: Absence, facts: readonly Fact[]): boolean {
  // It was followed once; what it does when something fails is no other command.
  if (what === 'rehearsals') return false;
  if (what !== 'turns of a loop' && what !== 'runs of a command') return true;
  return facts.some(
    (fact) =>
      FACTS[of].includes(fact.kind) &&
      fact.site.file === site.file &&
      fact.site.span.start >= site.span.start &&
      fact.site.span.end <= site.span.end,
  );
}

function distinct(held: readonly HeldBack[]): HeldBack[] {
  const seen = new Set<string>();
  return held.filter(({ by, site }) => {
    const key = `${by} ${site.file}:${site.span.start}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** How the SDKs and command lines of AWS spell what makes a workload take an image, or gives an image a name. */
const CALLS: Readonly<Record<Effect, readonly string[]>> = {
  'roll out': [
    'update_service',
    'updateService',
    'UpdateService',
    'update-service',
    'update_function_code',
    'updateFunctionCode',
    'UpdateFunctionCode',
    'update-function-code',
    'start_deployment',
    'startDeployment',
    'StartDeployment',
    'start-deployment',
    'register_task_definition',
    'registerTaskDefinition',
    'RegisterTaskDefinition',
    'run_task',
    'RunTask',
    'runTask',
    'create_deployment',
    'createDeployment',
    'CreateDeployment',
    'update_stack',
    'updateStack',
    'UpdateStack',
    'update_agent_runtime',
    'UpdateAgentRuntime',
  ],
  build: ['docker build', 'buildx', 'images.build', 'from_asset', 'fromAsset', 'DockerImageAsset'],
  tag: ['docker tag', 'put_image', 'PutImage', 'putImage', '.tag('],
  push: ['docker push', 'put_image', 'PutImage', 'putImage', 'images.push'],
  verify: [
    'describe_services',
    'DescribeServices',
    'describe_stacks',
    'DescribeStacks',
    'get_function',
    'GetFunction',
    'get_waiter',
    'wait_for',
  ],
  create: ['create_repository', 'CreateRepository', 'createRepository', 'ecr.Repository'],
};

const MOST_PROGRAMS = 3000;
const LARGEST = 512 * 1024;

/** The texts of files nobody reads, opened only when a finding hangs on them. */
class UnreadTexts {
  private readonly texts = new Map<string, string>();
  private callers: Map<Effect, readonly string[]> = new Map();

  constructor(private readonly project: Pick<Project, 'unread' | 'programs' | 'readings'>) {}

  naming(absence: Absence, site: Site): HeldBack[] {
    const words = wordsOf(absence.names, site);
    if (words.length === 0) return [];
    const found: HeldBack[] = [];
    for (const { file, kind } of this.project.unread)
      if (this.says(file, words)) found.push({ by: `${file} (${kind})`, site: { file, span: NOWHERE } });
    for (const file of this.callersOf(absence.of))
      if (this.says(file, words)) found.push({ by: file, site: { file, span: NOWHERE } });
    return found;
  }

  private says(file: string, words: readonly string[]): boolean {
    const text = this.text(file);
    return words.some((word) => hasWord(text, word));
  }

  private callersOf(effect: Effect): readonly string[] {
    let files = this.callers.get(effect);
    if (files === undefined) {
      files = this.project
        .programs()
        .slice(0, MOST_PROGRAMS)
        .filter((file) => {
          const text = this.text(file);
          return CALLS[effect].some((call) => text.includes(call));
        });
      this.callers.set(effect, files);
    }
    return files;
  }

  private text(file: string): string {
    let text = this.texts.get(file);
    if (text === undefined) {
      text = this.project.readings.text(file) ?? '';
      if (text.length > LARGEST) text = text.slice(0, LARGEST);
      this.texts.set(file, text);
    }
    return text;
  }
}

/** Names of two letters occur everywhere, and so do these. */
const COMMON = new Set([
  'app',
  'api',
  'web',
  'latest',
  'main',
  'default',
  'service',
  'server',
  'worker',
  'lambda',
  'function',
  'image',
  'docker',
  'repo',
  'test',
  'prod',
  'dev',
  'staging',
  'deploy',
  'build',
]);

/**
 * What to look for: the names as far as they are known, and the script that the finding is in, which somebody may call.
 */
function wordsOf(names: readonly Text[], site: Site): string[] {
  const words = names.flatMap((name) => {
    const plain = judged(name);
    if (plain !== undefined) return [plain, ...(plain.includes('/') ? [plain.slice(plain.lastIndexOf('/') + 1)] : [])];
    return name.flatMap((part) =>
      typeof part === 'string' && part.replace(/[^\p{L}\p{N}]/gu, '').length >= LONG_ENOUGH
        ? [part.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')]
        : [],
    );
  });
  const files = [site, ...(site.via ?? [])]
    .map(({ file }) => file.slice(file.lastIndexOf('/') + 1))
    .filter((file) => /\.(?:sh|bash)$/.test(file));
  return [...new Set([...words, ...files])].filter((word) => word.length > 2 && !COMMON.has(word));
}

const LONG_ENOUGH = 6;
