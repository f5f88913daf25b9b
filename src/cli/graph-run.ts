/** `plimsoll graph`: the project's voyages, those that are asked for, with the findings on them. */
import { loadConfig } from '../config/load.ts';
import { nearest } from '../config/nearest.ts';
import { Problem } from '../config/problem.ts';
import { targetOf } from '../config/project.ts';
import { trustWhere } from '../config/trust.ts';
import { openFolder, tryRead } from '../discover/files.ts';
import { check } from '../engine.ts';
import { projectsAt, statTyped } from '../files/typed.ts';
import { called, namesOf, together, touching } from '../picture/choose.ts';
import type { Picture } from '../picture/picture.ts';
import { PICTURES } from '../report/formats.ts';
import { placed } from '../report/graph/placed.ts';
import { NOTHING_TO_DRAW } from '../report/graph/words.ts';
import { RULES } from '../rules/registry.ts';
import { knownRules, reportInput, withLevels } from './check.ts';
import type { JudgingOptions } from './judging-options.ts';
import { emit, planOn } from './output.ts';

export async function graphCommand(what: readonly string[], options: JudgingOptions): Promise<number> {
  const plan = planOn(PICTURES, 'text', options.format, options.output ?? []);
  const paths = what.filter((one) => statTyped(one) !== undefined);
  const names = what.filter((one) => !paths.includes(one));
  const { root, only } = targetOf(paths);
  const loaded = await loadConfig(root, RULES, { file: options.config, trust: trustWhere(options.trust === true) });
  const config = withLevels(loaded, options.rule ?? []);
  const files = await openFolder(root);
  const result = await check({
    files,
    config,
    plugins: loaded.plugins,
    pedantic: options.pedantic ?? config.pedantic ?? false,
    picture: true,
    ...(options.only === undefined ? {} : { onlyRules: knownRules(options.only, loaded) }),
  });
  const whole = result.picture ?? { voyages: [] };
  const picture = chosen(whole, names, only);
  // What is found elsewhere was not asked for.
  const onIt = new Set([...placed(picture, result.findings).on.values()].flat());
  const findings = picture === whole ? result.findings : result.findings.filter((one) => onIt.has(one));
  const input = {
    ...reportInput({ ...result, findings }, { root, read: (path) => tryRead(files, path), known: undefined, loaded }),
    picture,
  };
  if (picture.voyages.length === 0 && plan.stdout !== 'text') process.stderr.write(`plimsoll: ${NOTHING_TO_DRAW}\n`);
  await emit(plan, input, projectsAt(root), { color: options.color, quiet: options.quiet ?? false });
  return 0;
}

function chosen(whole: Picture, names: readonly string[], only: readonly string[] | undefined): Picture {
  if (names.length === 0 && only === undefined) return whole;
  const byName = names.map((name) => {
    const found = called(whole, name);
    if (found.voyages.length === 0) throw new Problem(nobodyCalled(name, whole));
    return found;
  });
  const byPath = (only ?? []).map((path) => {
    const found = touching(whole, [path]);
    if (found.voyages.length === 0 && path !== '') throw new Problem(`no image's way leads through ${path}`);
    return found;
  });
  return together(whole, [...byName, ...byPath]);
}

const MOST_NAMED = 5;

function nobodyCalled(name: string, { voyages }: Picture): string {
  if (voyages.length === 0) return `there is no file or folder ${name}, and no image here that could be called so`;
  const names = [...new Set(voyages.flatMap(namesOf))];
  const start = `nothing here is called ${name}: no file, image, repository or workload`;
  const meant = nearest(name, [...names, ...names.flatMap((one) => one.split(/[/:]/))]);
  if (meant !== undefined) return `${start}; did you mean '${meant}'?`;
  const some = names.slice(0, MOST_NAMED).join(', ');
  return `${start}; there ${names.length === 1 ? 'is' : 'are'} ${some}${names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''}`;
}
