/**
 * `provisioner "local-exec"`: commands that an apply runs on the machine it runs on, where images are often built and
 * pushed.
 */
import { both, type Values } from '../../core/choices.ts';
import type { Hop, Range } from '../../core/site.ts';
import type { HclBlock } from '../../syntax/hcl/reading.ts';
import { parseScript } from '../shell/parse.ts';
import type { Script } from '../shell/reading.ts';
import { revive } from '../github/run-text.ts';
import { runScript } from '../shell/run.ts';
import type { Frame, ShellOptions, World } from '../../project/evaluation.ts';
import { attributeOf } from './module.ts';
import { PastedText } from './pasted.ts';
import { entryOf, envOf, resourcesAt, type Resource } from './resources.ts';
import { projectPath, type Scope } from './scope.ts';
import { knownString, placed, valuesOf, type Value, type Way } from './value.ts';
import { saidWords } from './documents.ts';

export function runProvisioners(scope: Scope): void {
  for (const [local, { block }] of scope.module.resources) {
    const provisioners = block.body.blocks.filter(isLocalExec);
    if (provisioners.length === 0) continue;
    for (const resource of resourcesAt(scope, local))
      for (const provisioner of provisioners) run(resource, provisioner);
  }
}

function isLocalExec(block: HclBlock): boolean {
  const when = attributeOf(block, 'when');
  return (
    block.type === 'provisioner' &&
    block.labels[0]?.text === 'local-exec' &&
    !(when?.kind === 'reference' && when.path[0] === 'destroy')
  );
}

function run(resource: Resource, block: HclBlock): void {
  const { scope } = resource;
  const env = envOf(resource);
  const said = (name: string): Value | undefined => entryOf(block.body, name, env);
  const options = shellOf(said('interpreter'));
  const when = both(scope.frame.when, resource.when);
  if (options === undefined || when === undefined) return;
  const folder = said('working_dir');
  const cwd = folder === undefined ? scope.rootFolder : projectPath(scope, knownString(folder) ?? '/');
  const head: Range = [block.range[0], (block.labels[0]?.range[1] ?? block.range[0]) + 1];
  const { file, span } = placed({ lines: env.lines, range: head }, []);
  const hop: Hop = { label: `local-exec of ${resource.address}`, file, span };
  const onFailure = attributeOf(block, 'on_failure');
  for (const way of said('command') ?? []) {
    const conditions = both(when, way.when);
    if (conditions === undefined) continue;
    const { script, bound } = scriptOf(way);
    const frame: Frame = {
      ...scope.frame,
      via: [...scope.frame.via, hop],
      when: conditions,
      cwd,
      env: new Map([...scope.frame.env, ...environmentOf(said('environment')), ...bound]),
      ...(onFailure?.kind === 'reference' && onFailure.path[0] === 'continue'
        ? {
            fate: {
              ...scope.frame.fate,
              masked: {
                by: 'on_failure = continue',
                why: 'continue-on-error' as const,
                site: placed({ lines: env.lines, range: onFailure.range }, scope.frame.via),
              },
            },
          }
        : {}),
    };
    const world = recorded(scope.world);
    runScript(seeds(resource) ? seeding(world) : world, frame, {
      script,
      name: `${resource.address}@${scope.rootFolder}#${block.range[0]}`,
      lines: way.place.lines,
      options,
      args: [],
      apart: true,
    });
  }
}

/** Without triggers a provisioner runs once, when its resource is made. */
function seeds({ declared: { block } }: Resource): boolean {
  return (
    !block.body.attributes.some(({ name }) => name === 'triggers' || name === 'triggers_replace' || name === 'input') &&
    !block.body.blocks.some(
      ({ type, body }) =>
        type === 'triggers' ||
        (type === 'lifecycle' && body.attributes.some(({ name }) => name === 'replace_triggered_by')),
    )
  );
}

/** A resource whose provisioner ends well is made, and the next apply leaves it alone. */
function recorded(world: World): World {
  return {
    ...world,
    emit: (fact, frame) => world.emit(fact.kind === 'deploy' ? { ...fact, recorded: true } : fact, frame),
  };
}

function seeding(world: World): World {
  return { ...world, emit: (fact, frame) => world.emit({ ...fact, once: true }, frame) };
}

/** `["/bin/sh", "-c"]` unless said otherwise; undefined for what is no shell. */
function shellOf(stated: Value | undefined): ShellOptions | undefined {
  const list = saidWords(stated) ?? ['/bin/sh', '-c'];
  if (list === 'unknown') return undefined;
  const shell = list.findIndex((word) => /(?:^|\/)(?:ba|da|k|z)?sh$/.test(word));
  if (shell === -1) return undefined;
  const flags = list.slice(shell + 1);
  const has = (letter: string): boolean => flags.some((word) => /^-[a-z]+$/.test(word) && word.includes(letter));
  return {
    interpreter: list[shell]!.replace(/^.*\//, ''),
    errexit: has('e') || flags.includes('errexit'),
    pipefail: flags.includes('pipefail'),
    nounset: has('u'),
  };
}

function environmentOf(value: Value | undefined): [string, Values][] {
  const single = value?.length === 1 ? value[0]!.value : undefined;
  return single?.kind === 'object' ? [...single.entries].map(([name, one]) => [name, valuesOf(one)]) : [];
}

function scriptOf(way: Way): { script: Script; bound: readonly [string, Values][] } {
  const pasted = new PastedText('__tf_');
  pasted.way(way);
  const { script } = parseScript(pasted.text, (offset) => pasted.place(offset));
  return { script: revive(script, pasted.places), bound: pasted.bound };
}
