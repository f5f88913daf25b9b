/** docker and the tools that take its command line: podman, nerdctl, finch, buildah, depot. */
import { judged } from '../core/sealed.ts';
import type { Text } from '../core/text.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { bake, buildx } from './buildx.ts';
import { compose } from './compose.ts';
import { build, type BuildCommand } from './docker-build.ts';
import { GLOBAL, RUN } from './docker-grammar.ts';
import { login, manifest, pull, push, tag } from './docker-images.ts';
import { answer, line } from './environment.ts';
import { argLike, parseOptions } from './options.ts';
import { either } from './probes.ts';
import { contains } from './texts.ts';
import { defined } from '../core/optional.ts';

interface Line {
  /** The program as its facts name it. */
  readonly tool: BuildCommand['tool'];
  readonly name: string;
  readonly word: Arg;
  readonly args: readonly Arg[];
  readonly builder?: Text;
}

/**
 * A lone hole before the subcommand (`docker $OPTS build …`) may be anything; the subcommand is the first word that is
 * known.
 */
function readLine(invocation: Invocation, tool: BuildCommand['tool'], args: readonly Arg[]): Line | undefined {
  const globals = parseOptions(args, GLOBAL);
  const at = globals.positionals.findIndex((arg) => judged(arg.text) !== undefined);
  const word = globals.positionals[at];
  if (word === undefined) return undefined;
  const builder = globals.value('--builder');
  return {
    tool,
    name: invocation.name,
    word,
    args: globals.positionals.slice(at + 1),
    ...defined({ builder }),
  };
}

export function docker(invocation: Invocation): CommandResult {
  return run(invocation, 'docker', invocation.args);
}

export function podman(invocation: Invocation): CommandResult {
  return run(invocation, 'podman', invocation.args);
}

export function nerdctl(invocation: Invocation): CommandResult {
  return run(invocation, 'nerdctl', invocation.args);
}

export function finch(invocation: Invocation): CommandResult {
  return run(invocation, 'finch', invocation.args);
}

export function buildah(invocation: Invocation): CommandResult {
  return run(invocation, 'buildah', invocation.args);
}

export function depot(invocation: Invocation): CommandResult {
  const line = readLine(invocation, 'depot', invocation.args);
  if (line === undefined) return {};
  switch (judged(line.word.text)) {
    case 'build':
      return build(invocation, { tool: 'depot', label: 'depot build', word: line.word, args: line.args });
    case 'bake':
      return bake(invocation, line.args, { label: 'depot bake', word: line.word, driver: 'cloud' });
    case 'push':
      return push(invocation, { tool: 'depot', label: 'depot push', args: line.args });
    case 'exec':
      return invocation.run(line.args);
    default:
      return {};
  }
}

/** buildx called as a program of its own. */
export function buildxProgram(invocation: Invocation): CommandResult {
  return buildx(invocation, invocation.args);
}

function run(invocation: Invocation, tool: BuildCommand['tool'], args: readonly Arg[]): CommandResult {
  const line = readLine(invocation, tool, args);
  return line === undefined ? {} : dispatch(invocation, line);
}

const GROUPS = new Set(['builder', 'image', 'container', 'system', 'volume', 'network']);

function dispatch(invocation: Invocation, line: Line): CommandResult {
  const { tool, name } = line;
  const first = judged(line.word.text) ?? '';
  if (first === 'buildx') return buildx(invocation, line.args, line.builder);
  if (first === 'compose') return compose(invocation, line.args, `${name} compose`);
  if (first === 'manifest') return manifest(invocation, { tool, name, args: line.args });
  const grouped = GROUPS.has(first) && line.args.length > 0;
  const [word = line.word, ...rest] = grouped ? line.args : [line.word, ...line.args];
  const said = judged(word.text) ?? '';
  const label = grouped ? `${name} ${first} ${said}` : `${name} ${said}`;
  // `docker builder build` follows the selected builder, as buildx does.
  if (first === 'builder')
    return said === 'build'
      ? build(invocation, { tool: tool === 'docker' ? 'buildx' : tool, label, word, args: rest, ...builderOf(line) })
      : {};
  switch (said) {
    case 'build':
    case 'bud':
    case 'build-using-dockerfile':
      return build(invocation, { tool, label, word, args: rest, ...builderOf(line) });
    case 'tag':
      return tag(invocation, { tool, label, args: rest });
    case 'push':
      return push(invocation, { tool, label, args: rest });
    case 'pull':
      return pull({ tool, label, args: rest });
    case 'login':
      return login(invocation, { label, args: rest });
    case 'run':
      return runContainer(invocation, rest);
    case 'context':
      return useContext(invocation, rest);
    case 'images':
      return images(invocation);
    case 'ls':
    case 'list':
      return first === 'image' ? images(invocation) : either({ stdout: answer(invocation, label) });
    case 'info':
    case 'version':
    case 'inspect':
    case 'ps':
    case 'history':
    case 'port':
    case 'search':
      return either({ stdout: answer(invocation, label) });
    default:
      return {};
  }
}

/** A list, be it empty: that it is printed says of no image that it's there. */
function images(invocation: Invocation): CommandResult {
  return { stdout: answer(invocation, 'local images'), status: 'ok' };
}

function builderOf(line: Line): { builder?: Text } {
  return line.builder === undefined ? {} : { builder: line.builder };
}

/**
 * A container that sets up emulation, or one that is the AWS CLI or a deploy tool itself; what other containers do
 * stays inside them.
 */
function runContainer(invocation: Invocation, args: readonly Arg[]): CommandResult {
  const [image, ...command] = parseOptions(args, RUN).positionals;
  if (image === undefined) return {};
  const isImage = (name: string): boolean => contains(image.text, name);
  if (isImage('tonistiigi/binfmt') || isImage('multiarch/qemu-user-static')) {
    if (!command.some((arg) => judged(arg.text) === '--uninstall')) invocation.frame.machine.emulation = 'set up';
    return {};
  }
  if (isImage('amazon/aws-cli') || isImage('aws-cli/aws-cli'))
    return invocation.run([argLike(image, 'aws'), ...command]);
  if (isImage('silintl/ecs-deploy')) return invocation.run([argLike(image, 'ecs-deploy'), ...command]);
  if (isImage('fabfuel/ecs-deploy'))
    return invocation.run([...(judged(command[0]?.text) === 'ecs' ? [] : [argLike(image, 'ecs')]), ...command]);
  return { stdout: answer(invocation, 'docker run') };
}

/** Another engine may have another CPU, or an image store of another kind. */
function useContext(invocation: Invocation, args: readonly Arg[]): CommandResult {
  const [action, name] = args;
  const target = judged(name?.text);
  if (judged(action?.text) === 'show') return { stdout: line(answer(invocation, 'docker context')) };
  if (judged(action?.text) !== 'use' || target === 'default' || target === 'desktop-linux') return {};
  const { machine } = invocation.frame;
  if (machine.emulation === 'not set up') machine.emulation = 'unknown';
  return {};
}
