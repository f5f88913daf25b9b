/** How a check's answer comes about: from an earlier run, where it still stands, or from the engine. */
import { tryRead, type Files, type Folder } from '../discover/files.ts';
import type { CheckRequest, CheckResult } from '../engine.ts';
import { shown, type Answer } from '../engine/answer.ts';
import { staleOutputs } from '../engine/stale.ts';
import { forTerminal } from '../report/escape.ts';
import { openStore, type Store, type Stored } from '../store/answers.ts';
import { placeFor } from '../store/place.ts';
import { programNow } from '../store/program.ts';
import type { CheckOptions } from './check.ts';

/** What of a run is printed. */
export type Printed = Omit<CheckResult, 'model'>;

export interface Checked extends Pick<Stored, 'made'> {
  readonly files: Files;
  /** What `--fix-dry-run` would change. */
  readonly diff: string;
  /** Put together only when it's needed. */
  result(): Printed;
  /** What is true of the files at this moment, whenever they were judged. */
  readonly now: unknown;
}

export interface Prepared extends CheckRequest {
  readonly folder: Folder;
}

export async function run(options: CheckOptions, prepare: () => Promise<Prepared>): Promise<Checked> {
  if (options.fix === true || options.fixDryRun === true) {
    const [{ fixProject }, request] = await Promise.all([import('./fix.ts'), prepare()]);
    const { result, files, diff } = await fixProject(request, options.fixDryRun !== true);
    return withoutStore(result, files, diff);
  }
  const request = await prepare();
  const store = request.files === request.folder ? storeFor(options, request) : undefined;
  if (store !== undefined) return throughStore(store, request);
  const { check } = await import('../engine.ts');
  return withoutStore(await check(request), request.files);
}

export function withoutStore(result: Printed, files: Files, diff = ''): Checked {
  return { files, diff, result: () => result, now: null, made: (_, make) => make((path) => tryRead(files, path)) };
}

async function throughStore(store: Store, request: Prepared): Promise<Checked> {
  const { folder: files } = request;
  const started = performance.now();
  let timings: Printed['timings'] | undefined;
  const stored = await store.answer(files, async (watched, late, again): Promise<Answer> => {
    const { answerTo } = await import('../engine.ts');
    const found = await answerTo({ ...request, files: watched, late, again });
    timings = found.timings;
    return found.answer;
  });
  timings ??= { 'answer kept': performance.now() - started };
  const dated: Files = { ...files, modified: (path) => stored.modified(path) ?? files.modified?.(path) };
  let result: Printed | undefined;
  return {
    files,
    diff: '',
    result: () => (result ??= { ...shown(stored.answer(), { ...request, files: dated }), timings: timings ?? {} }),
    now: [
      request.only ?? null,
      request.within ?? null,
      request.pedantic === true,
      staleOutputs(dated, stored.gist.outputs),
    ],
    made: stored.made,
  };
}

/** Where a plug-in judges, or somebody looks for a fault of ours, nothing is taken from an earlier run. */
function storeFor(options: CheckOptions, request: CheckRequest): Store | undefined {
  const { config, onlyRules, plugins = [], files, typed, picture } = request;
  if (options.cache === false || plugins.length > 0 || process.env['PLIMSOLL_DEBUG'] === '1') return undefined;
  // What the listing has to say is true of this run alone.
  if (files.notices !== undefined) return undefined;
  const { cacheDir: named, quiet } = options;
  let told = false;
  const say = (reason: string): void => {
    // Whoever named no folder is not told that the usual one can't be used.
    if (named !== undefined && quiet !== true && !told)
      process.stderr.write(
        `plimsoll: ${forTerminal(`nothing is kept in ${named === '' ? "''" : named}: ${reason}`)}\n`,
      );
    told = true;
  };
  const program = programNow();
  const { folder, refused } = placeFor(files.root, named);
  if (refused !== undefined) say(refused);
  if (folder === undefined || program === undefined) return undefined;
  return openStore({
    folder,
    program,
    judgedBy: [
      config,
      onlyRules ?? null,
      ...(typed === undefined ? [] : [typed]),
      ...(picture === true ? ['picture'] : []),
    ],
    say,
  });
}
