/** docker/bake-action */
import { known, literal, type Text } from '../../../core/text.ts';
import { bake } from '../../bake/run.ts';
import type { Invocation } from '../../../project/evaluation.ts';
import type { ActionCall } from './action.ts';
import { choices, flag, type Choice } from './alternatives.ts';
import { attestationsOf } from './build-push.ts';
import { deployUnderFate } from './deploys.ts';
import { contentsOf } from '../../../project/contents.ts';
import { defined, oneOrNone } from '../../../core/optional.ts';

export function bakeAction(call: ActionCall): void {
  const lists = [{ name: 'files' }, { name: 'targets' }, { name: 'set', separators: 'lines' as const }];
  for (const choice of choices(call, ['workdir', 'source', 'push', 'load', 'provenance', 'sbom', 'builder'], lists)) {
    const folder = folderOf(call, choice);
    if (folder === undefined) continue;
    const files = choice.items('files').flatMap(({ text }) => {
      const path = known(text);
      const file = path === undefined ? undefined : call.resolve(literal(folder === '' ? path : `${folder}/${path}`));
      return oneOrNone(file);
    });
    const builder = known(choice.input('builder'));
    const driver = builder === undefined ? undefined : call.frame.machine.builders.get(builder);
    bake(asInvocation(call, choice), {
      label: `${call.name}@${call.version}`,
      folder,
      files,
      targets: choice.items('targets').flatMap(({ text }) => known(text) ?? []),
      sets: choice.items('set'),
      attestations: attestationsOf(call, choice, 'bake-action'),
      push: flag(choice.input('push')) ?? false,
      ...(choice.input('load') === undefined ? {} : { load: flag(choice.input('load')) ?? false }),
      ...defined({ driver }),
      tool: 'bake-action',
      toolVersion: call.version,
    });
  }
  deployUnderFate(call, 'build');
}

/**
 * The definition's folder: from version 6 on it is read from the repository at the commit, before that from the working
 * directory.
 */
function folderOf(call: ActionCall, choice: Choice): string | undefined {
  const source = choice.input('source');
  const text: Text = source === undefined ? (choice.input('workdir') ?? []) : source;
  const plain = known(text)?.replace(/^\{\{\s*defaultContext\s*\}\}:?/, '');
  if (plain === undefined || /^(?:[a-z+]+:\/\/|git@)/i.test(plain)) return undefined;
  return call.resolve(literal(plain));
}

/** The evaluator of bake files takes a command's invocation; an action is one without words. */
function asInvocation(call: ActionCall, choice: Choice): Invocation {
  return {
    name: 'docker',
    args: [],
    site: call.site,
    nameSite: call.site,
    world: call.world,
    frame: call.frame,
    env: (name) => call.env(name)?.[0]?.value,
    stdin: undefined,
    file: (path) => contentsOf(call.world.readings, path),
    path: (text) => call.resolve(text),
    emit: (fact) => call.emit(fact, choice.when),
    run: () => ({}),
    shell: () => ({}),
  };
}
