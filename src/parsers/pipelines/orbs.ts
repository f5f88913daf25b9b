/**
 * CircleCI's orbs: jobs and commands that come from elsewhere. Those for Amazon ECR and ECS are known by the commands
 * that they run; what others do, nobody here knows.
 */
import type { Range } from '../../core/site.ts';
import { get, scalarText, type YamlNode, type YamlScalar } from '../../syntax/yaml.ts';
import { ECR_COMMANDS } from './orb-ecr.ts';
import { ECS_COMMANDS } from './orb-ecs.ts';
import { filled, type Parameters } from './circle-parameters.ts';
import type { Word } from './composed.ts';
import { entriesOf, type PipelineSource } from './source.ts';

interface Orb {
  /** `circleci/aws-ecr`. */
  readonly name: string;
  /** Undefined where the newest is meant, or it can't be told. */
  readonly major: number | undefined;
}

/** A job or command of an orb, and what it was given. */
export interface OrbCall {
  readonly orb: Orb;
  /** As it is written: `aws-ecr/build-and-push-image`. */
  readonly label: string;
  readonly range: Range;
  /** Orbs have spelled their names with `-`, and later with `_`: here all have `-`. */
  readonly command: string;
  readonly given: ReadonlyMap<string, YamlScalar>;
}

export type OrbCommand = (call: OrbCall) => readonly (readonly Word[])[];

/** Undefined where the name is no orb's. `around`: the parameters of the job or command that calls it. */
export function orbCall(
  from: PipelineSource,
  name: YamlScalar,
  given: YamlNode | undefined,
  around: Parameters,
): OrbCall | undefined {
  const [alias, command, ...more] = name.value.split('/');
  if (alias === undefined || command === undefined || more.length > 0) return undefined;
  const said = scalarText(get(from.root, 'orbs', alias));
  const [orb = '', version = ''] = (said ?? '').split('@');
  const major = /^\d+/.exec(version)?.[0];
  return {
    orb: { name: orb, major: major === undefined ? undefined : Number(major) },
    label: name.value,
    range: name.range,
    command: dashed(command),
    given: new Map(
      entriesOf(given).flatMap(({ key, value }) =>
        value.kind === 'scalar' ? [[dashed(key.value), { ...value, value: filled(value.value, around) }] as const] : [],
      ),
    ),
  };
}

function dashed(name: string): string {
  return name.replaceAll('_', '-');
}

/** The commands it runs; undefined where nobody here knows. */
export function commandsOf(call: OrbCall): readonly (readonly Word[])[] | undefined {
  return KNOWN.get(call.orb.name)?.get(call.command)?.(call);
}

const KNOWN: ReadonlyMap<string, ReadonlyMap<string, OrbCommand>> = new Map([
  ['circleci/aws-ecr', ECR_COMMANDS],
  ['circleci/aws-ecs', ECS_COMMANDS],
]);

/** They neither build nor push nor deploy anything, whatever they are given. */
export function isHarmless({ orb, command }: OrbCall): boolean {
  return HARMLESS.has(orb.name) || (KNOWN.has(orb.name) && HARMLESS_COMMANDS.test(command));
}

/** With their publishers: anybody may publish a `node` of their own. */
const HARMLESS: ReadonlySet<string> = new Set([
  'circleci/aws-cli',
  'circleci/browser-tools',
  'circleci/github-cli',
  'circleci/go',
  'circleci/jira',
  'circleci/jq',
  'circleci/node',
  'circleci/php',
  'circleci/python',
  'circleci/ruby',
  'circleci/shellcheck',
  'circleci/slack',
  'circleci/windows',
  'codecov/codecov',
  'coveralls/coveralls',
  'cypress-io/cypress',
  'snyk/snyk',
  'sonarsource/sonarcloud',
]);

const HARMLESS_COMMANDS = /(?:^|-)(?:login|install|setup|policy|verify|cli)(?:-|$)/;
