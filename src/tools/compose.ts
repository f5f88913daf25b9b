/**
 * `docker compose`, `docker-compose`, `podman-compose`: which files, which services, and what the command line adds.
 */
import { judged } from '../core/sealed.ts';
import { known, literal } from '../core/text.ts';
import { buildCompose } from '../parsers/compose/run.ts';
import type { ComposeRequest } from '../parsers/compose/build-request.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { readAttestations } from './attestations.ts';
import { pathsOf } from './buildx.ts';
import { COMPOSE, COMPOSE_BUILD } from './docker-grammar.ts';
import { driverNamed, insertionPoint } from './docker-build.ts';
import { steering, switched } from './environment.ts';
import { parseOptions } from './options.ts';
import { cut, isOn, isOpaque, split } from './texts.ts';
import { defined } from '../core/optional.ts';

/** `docker compose push`: the exit status is 0 although images were not pushed. */
const IGNORES = /^--ignore-push-failures(?:=(?:true|1|t))?$/i;

export function dockerCompose(invocation: Invocation): CommandResult {
  return compose(invocation, invocation.args, invocation.name);
}

export function compose(invocation: Invocation, args: readonly Arg[], label: string): CommandResult {
  const globals = parseOptions(args, COMPOSE);
  const [word, ...rest] = globals.positionals;
  const action = known(word?.text);
  if (
    word === undefined ||
    (action !== 'build' && action !== 'push' && action !== 'up' && action !== 'run' && action !== 'create')
  ) {
    return {};
  }
  const options = parseOptions(rest, COMPOSE_BUILD);
  const builds = action === 'build' || (action !== 'push' && options.has('--build') && isOn(options.value('--build')));
  if (!builds && action !== 'push') return {};

  const directory = globals.value('--project-directory');
  const folder = invocation.path(directory ?? literal('.')) ?? '';
  const said = pathsOf(invocation, globals);
  const services = options.positionals.flatMap(({ text }) => judged(text) ?? []);
  const builder = options.value('--builder') ?? steering(invocation, 'BUILDX_BUILDER');
  const projectName =
    globals.value('-p') ?? globals.value('--project-name') ?? steering(invocation, 'COMPOSE_PROJECT_NAME');
  const insertFlagAt = action === 'build' ? insertionPoint(invocation, word) : undefined;
  const request: ComposeRequest = {
    label: `${label} ${action}`,
    folder,
    files: said.length > 0 ? said : filesFromEnvironment(invocation),
    services: action === 'run' ? services.slice(0, 1) : services,
    profiles: globals.all('--profile').flatMap(({ value }) => judged(value) ?? []),
    via: 'compose',
    action: action === 'push' ? 'push' : 'build',
    ...(action === 'up' || action === 'run' || action === 'create' ? { runsHere: true } : {}),
    attestations: readAttestations(options, {
      hidden: options.unknown.length > 0 || options.positionals.some(({ text }) => isOpaque(text)),
      noDefault: switched(invocation, 'BUILDX_NO_DEFAULT_ATTESTATIONS'),
    }),
    buildArgs: options.all('--build-arg').flatMap(({ value, valueArg }) => {
      const assigned = value === undefined ? undefined : cut(value, '=');
      const name = judged(assigned === undefined ? value : assigned[0]);
      if (name === undefined) return [];
      const passed = assigned === undefined ? invocation.env(name) : assigned[1];
      return [{ name, ...defined({ value: passed }), site: valueArg.site }];
    }),
    ...defined({ projectName }),
    ...(builder === undefined ? {} : { driver: driverNamed(invocation, builder) }),
    push: options.has('--push') && isOn(options.value('--push')),
    ...defined({ insertFlagAt }),
  };
  buildCompose(invocation, request);
  if (action === 'up' || action === 'run' || action === 'create') return {};
  const ignoring = action === 'push' ? rest.find(({ text }) => IGNORES.test(judged(text) ?? '')) : undefined;
  return {
    long: {
      what: action === 'push' ? 'push' : 'build',
      label: request.label,
      ...(action === 'push' || !byBuildKit(invocation, label) ? {} : { onErrors: true }),
      ...(ignoring === undefined ? {} : { ignores: { by: '--ignore-push-failures', site: ignoring.site } }),
    },
  };
}

/** It shows how a build goes on standard error. */
function byBuildKit(invocation: Invocation, label: string): boolean {
  return /^docker[- ]compose$/.test(label) && switched(invocation, 'DOCKER_BUILDKIT') !== 'off';
}

function filesFromEnvironment(invocation: Invocation): string[] {
  const said = steering(invocation, 'COMPOSE_FILE');
  return said === undefined ? [] : split(said, ':').flatMap((path) => invocation.path(path) ?? []);
}
