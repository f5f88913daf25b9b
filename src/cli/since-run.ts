/** `--since`: both trees judged whole, by the gate of the old one; what is told is the difference. */
import { configAmong, isCode, type LoadedConfig } from '../config/load.ts';
import { baselineIn } from '../config/baseline.ts';
import type { Config } from '../config/config.ts';
import { DEFAULT_CONFIG } from '../config/config.ts';
import { Problem } from '../config/problem.ts';
import { takenOff } from '../config/taken-off.ts';
import { RevisionError, commitFiles, mergeBase, stagedFiles } from '../diff/git.ts';
import { since } from '../diff/since.ts';
import { openFolder, tryRead, type Files } from '../discover/files.ts';
import { answerTo, type CheckRequest } from '../engine.ts';
import { deadline } from '../engine/deadline.ts';
import { shown, type Answer, type Asked } from '../engine/answer.ts';
import { UnreadableError } from '../files/text.ts';
import { below } from '../files/boundary.ts';
import type { SinceShown, TakenOff } from '../report/report.ts';
import type { Rule } from '../rules/define.ts';
import { RULES } from '../rules/registry.ts';
import { commitAnswer } from '../store/commits.ts';
import { placeFor } from '../store/place.ts';
import { programNow } from '../store/program.ts';
import type { Printed } from './check-run.ts';

export interface SinceRequest {
  readonly root: string;
  readonly revision: string;
  readonly staged: boolean;
  readonly loaded: LoadedConfig;
  /** The user's own words on levels, laid over any configuration. */
  withLevels(config: Config): Config;
  /** The user named the configuration: it holds for both sides. */
  readonly configNamed: boolean;
  /** The baseline that the user named, as a path. */
  readonly baseline: string | undefined;
  readonly onlyRules: readonly string[] | undefined;
  readonly asked: Asked;
  readonly cache: { readonly use: boolean; readonly folder?: string | undefined };
}

export interface SinceChecked {
  readonly result: Printed;
  readonly files: Files;
  readonly shown: SinceShown;
  /** By the old side's configuration. */
  readonly failOn: Config['failOn'];
}

export async function sinceRun(request: SinceRequest): Promise<SinceChecked> {
  const { root, revision, loaded, onlyRules, asked } = request;
  const { base, before, after } = await trees(request);
  const textIn = (files: Files) => (name: string) => (files.exists(name) ? tryRead(files, name) : undefined);
  const gate = await gateOf(request, before, after);
  const judgedBy = { config: gate.config, plugins: loaded.plugins, ...(onlyRules === undefined ? {} : { onlyRules }) };
  const old = await oldAnswer(request, base, { ...judgedBy, files: before });
  const late = deadline();
  const { answer, timings } = await answerTo({ ...judgedBy, files: after, late });
  const paths = [request.baseline ?? gate.config.baseline].flatMap((path) => path ?? []);
  const [beforeList, afterList] = [before, after].map(
    (files) => new Set(paths.flatMap((path) => [...baselineIn(textIn(files)(inRoot(root, path)))])),
  );
  const compared = since(
    { answer: old, files: before, known: beforeList ?? new Set() },
    { answer, files: after, known: afterList ?? new Set() },
    { ...asked, pedantic: asked.pedantic ?? gate.config.pedantic },
  );
  const added = [...(afterList ?? [])].filter((one) => beforeList?.has(one) !== true).length;
  const off: TakenOff[] = [
    ...gate.takenOff.map((what) => ({ kind: 'configuration' as const, what })),
    ...(added === 0
      ? []
      : [
          {
            kind: 'baseline' as const,
            what: `${added} new ${added === 1 ? 'entry' : 'entries'} in ${paths.join(', ')}`,
          },
        ]),
    ...compared.suppressions.map((what) => ({ kind: 'suppression' as const, what })),
  ];
  return {
    files: after,
    failOn: gate.config.failOn,
    result: { ...shown(answer, { ...asked, files: after }), findings: compared.fresh, suppressed: [], timings },
    shown: { against: revision, base, fixed: compared.fixed, takenOff: off },
  };
}

/** As a path of the tree; what lies elsewhere is in neither. */
function inRoot(root: string, path: string): string {
  return below(root, path) ?? path.replace(/^\.\//, '');
}

async function trees({ root, revision, staged }: SinceRequest): Promise<{ base: string; before: Files; after: Files }> {
  try {
    const base = await mergeBase(root, revision);
    const before = await commitFiles(root, base);
    return { base, before, after: staged ? await stagedFiles(root) : listedOnly(await openFolder(root)) };
  } catch (error) {
    if (error instanceof RevisionError) throw new Problem(`--since ${revision}: ${error.message}`);
    throw error;
  }
}

/** A commit holds nothing that git ignores (a `cdk.out`, an `.env`), so it is left out on this side as well. */
function listedOnly(files: Files): Files {
  // Git lists what was deleted until that is staged.
  const listed = files.list().filter((path) => files.isFile?.(path) !== false);
  const paths = new Set(listed);
  const folders = new Set<string>();
  for (const path of paths)
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) folders.add(path.slice(0, at));
  return {
    ...files,
    list: () => listed,
    read: (path) => {
      if (!paths.has(path)) throw new UnreadableError('the file does not exist');
      return files.read(path);
    },
    exists: (path) => (paths.has(path) || folders.has(path)) && files.exists(path),
    isFile: (path) => paths.has(path) && (files.isFile?.(path) ?? true),
  };
}

interface Gate {
  readonly config: Config;
  readonly takenOff: readonly string[];
}

/** The old side's configuration, so that a change has to pass what it found; what it takes off that is listed. */
async function gateOf(request: SinceRequest, before: Files, after: Files): Promise<Gate> {
  const { loaded, configNamed, withLevels } = request;
  const own = withLevels(loaded.config);
  if (configNamed) return { config: own, takenOff: [] };
  const rules: readonly Rule[] = [...RULES, ...loaded.plugins];
  const read = (files: Files) => (name: string) => (files.exists(name) ? tryRead(files, name) : undefined);
  const old = await configAmong(read(before), rules);
  const now = await configAmong(read(after), rules);
  const text = (files: Files, name: string | undefined): string | undefined =>
    name === undefined ? undefined : read(files)(name);
  if (old?.name === now?.name && text(before, old?.name) === text(after, now?.name))
    return { config: own, takenOff: [] };
  if (old !== undefined && isCode(old.name))
    return { config: own, takenOff: [`${old.name} is changed, and code of the old revision is not run`] };
  const config = withLevels(old?.config ?? DEFAULT_CONFIG);
  return { config, takenOff: takenOff(config, now?.config === undefined ? own : withLevels(now.config), rules) };
}

/** Kept by the commit's id: of the next runs, only the new side has to be judged. */
async function oldAnswer(
  { root, cache, loaded, onlyRules }: SinceRequest,
  commit: string,
  judged: Omit<CheckRequest, 'only' | 'within' | 'pedantic'>,
): Promise<Answer> {
  const late = deadline();
  let wasLate = false;
  const judge = async (): Promise<{ answer: Answer; isSure: boolean }> => {
    const { answer } = await answerTo({ ...judged, late: () => (wasLate ||= late()) });
    return { answer, isSure: !wasLate };
  };
  const program = programNow();
  const { folder } = cache.use ? placeFor(root, cache.folder) : {};
  if (folder === undefined || program === undefined || loaded.plugins.length > 0) return (await judge()).answer;
  return commitAnswer({ folder, program, commit, judgedBy: [root, judged.config, onlyRules ?? null], judge });
}
