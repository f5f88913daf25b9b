/**
 * `provisioner "local-exec"`: commands that an apply runs on the machine it runs on, where images are often built and
 * pushed.
 */
import { both, type Values } from '../../core/choices.ts';
import type { Hop, Range } from '../../core/site.ts';
import { known } from '../../core/text.ts';
import type { HclBlock } from '../../syntax/hcl/reading.ts';
import { parseScript } from '../shell/parse.ts';
import type { Script } from '../shell/reading.ts';
import { revive } from '../github/run-text.ts';
import { runScript } from '../shell/run.ts';
import type { Frame, ShellOptions, World } from '../../project/evaluation.ts';
import { takeApart } from './embedded.ts';
import { describe, evaluate } from './expressions.ts';
import { attributeOf } from './module.ts';
import { entryOf, envOf, resourcesAt, type Resource } from './resources.ts';
import { projectPath, type Scope } from './scope.ts';
import { knownString, placed, textOf, valuesOf, type Value, type Way } from './value.ts';
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
    runScript(seeds(resource) ? seeding(scope.world) : scope.world, frame, {
      script,
      name: `${resource.address}@${scope.rootFolder}#${block.range[0]}`,
      lines: way.place.lines,
      options,
      args: [],
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

/**
 * Terraform pastes what it knows into the text, and the shell reads the result. A value that isn't known becomes a
 * parameter, so that it survives; pasted characters stand where their expression stands.
 */
function scriptOf(way: Way): { script: Script; bound: [string, Values][] } {
  const { written, range } = way.place;
  const embedded = written === undefined ? undefined : takeApart(written.expression, written.env);
  const bound: [string, Values][] = [];
  const places = new Map<string, { range: Range; text: string }>();
  let source = '';
  const map: number[] = [];
  const add = (text: string, offset: (at: number) => number): void => {
    for (let at = 0; at < text.length; at++) map.push(offset(at));
    source += text;
  };
  const paste = (values: Values, at: Range, name: string): void => {
    const whole = values.length === 1 ? known(values[0]?.value) : undefined;
    if (whole !== undefined) {
      add(whole, () => at[0]);
      return;
    }
    const parameter = `__tf_${bound.length}`;
    bound.push([parameter, values]);
    places.set(parameter, { range: at, text: `\${${name}}` });
    add(`\${${parameter}}`, () => at[0]);
  };
  if (embedded === undefined || written === undefined) {
    for (const part of textOf(way.value)) {
      if (typeof part === 'string') add(part, () => range[0]);
      else paste([{ value: [part], when: [] }], range, part.hole);
    }
    map.push(range[1]);
  } else {
    for (const [index, piece] of embedded.pieces.entries()) {
      if (typeof piece === 'string') {
        add(piece, (at) => embedded.offsets[index]?.[at] ?? embedded.end);
        continue;
      }
      // From the `$` to what follows the brace.
      const before = embedded.offsets[index - 1]?.at(-1);
      const after = embedded.offsets[index + 1]?.[0];
      paste(
        valuesOf(evaluate(piece, written.env)),
        [before === undefined ? piece.range[0] - 2 : before + 1, after ?? piece.range[1] + 1],
        describe(piece),
      );
    }
    map.push(embedded.end);
  }
  const { script } = parseScript(source, (offset) => map[Math.min(offset, map.length - 1)] ?? range[0]);
  return { script: revive(script, places), bound };
}
