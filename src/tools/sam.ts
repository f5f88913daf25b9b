/** `sam build`, `sam deploy` and their kin, with what samconfig says. */
import { judged, likewise } from '../core/sealed.ts';
import { literal, type Text } from '../core/text.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { readParameters } from './aws-cloudformation.ts';
import { isSet, long, rollOut, verbs } from './roll-out.ts';
import { parseOptions, type Options } from './options.ts';
import { environmentOf, samConfigIn, settingsOf, type SamSettings } from '../parsers/sam/run.ts';
import { steering } from './environment.ts';
import { evaluateStack } from './stacks.ts';
import { cut } from './texts.ts';
import { defined } from '../core/optional.ts';

/** Lists of SAM run to the next flag. */
const SAM_LISTS = new Set([
  '--parameter-overrides',
  '--capabilities',
  '--tags',
  '--image-repositories',
  '--notification-arns',
]);

function samWords(args: readonly Arg[]): { readonly rest: readonly Arg[]; readonly overrides: readonly Arg[] } {
  const rest: Arg[] = [];
  const overrides: Arg[] = [];
  let list: string | undefined;
  for (const arg of args) {
    const assigned = cut(arg.text, '=');
    const flag = judged(assigned?.[0] ?? arg.text) ?? '';
    if (SAM_LISTS.has(flag)) {
      list = flag;
      const isAssigned = assigned !== undefined;
      if (isAssigned && flag === '--parameter-overrides') overrides.push({ ...arg, text: assigned[1] });
    } else if (flag.startsWith('--') || /^-[a-z]$/.test(flag)) {
      list = undefined;
      rest.push(arg);
    } else if (list === undefined) rest.push(arg);
    else if (list === '--parameter-overrides') overrides.push(...separate(arg));
  }
  return { rest, overrides };
}

/** `"A=1 B=2"` in one word. */
function separate(arg: Arg): Arg[] {
  const text = judged(arg.text);
  if (text === undefined || !/^\w+=\S*(?:\s+\w+=\S*)+$/.test(text)) return [arg];
  return text.split(/\s+/).map((piece) => ({ ...arg, text: likewise(piece, arg.text) }));
}

export function sam(invocation: Invocation): CommandResult {
  const { rest, overrides } = samWords(invocation.args);
  const options = parseOptions(rest, {
    values: [
      '-t',
      '--template',
      '--template-file',
      '--stack-name',
      '--region',
      '--profile',
      '--s3-bucket',
      '--s3-prefix',
      '--config-file',
      '--config-env',
      '--image-repository',
      '--role-arn',
      '--build-dir',
      '-b',
      '--cache-dir',
      '--base-dir',
      '-s',
      '--build-image',
      '-bi',
      '--container-env-var',
      '--manifest',
      '-m',
      '--hook-name',
      '--skip-prepare-infra',
      '--terraform-project-root-path',
      '--output-template-file',
      '--kms-key-id',
      '--on-failure',
      '--mount-with',
      '--docker-network',
    ],
    aliases: { '-t': '--template', '--template-file': '--template' },
  });
  const [verb] = verbs(options);
  switch (verb) {
    case 'build':
      return long('sam build', 'build');
    case 'package':
      return long('sam package', 'push');
    case 'delete':
      return long('sam delete', 'destroy');
    case 'deploy':
    case 'sync': {
      const configured = configuration(invocation, options, verb);
      const [stackName, region] = [
        options.value('--stack-name') ?? text(configured?.stackName),
        options.value('--region') ?? text(configured?.region),
      ];
      const file = samTemplate(invocation, options.value('--template') ?? text(configured?.template));
      if (file !== undefined) {
        // Overrides on the command line take the place of all that the configuration says.
        const { values, open } = readParameters(invocation, overrides);
        evaluateStack(invocation, {
          file,
          label: `sam ${verb}`,
          parameters:
            overrides.length > 0 || configured === undefined
              ? { values, open }
              : { values: configured.parameters, open: configured.open },
          ...defined({ stackName, region }),
        });
      }
      if (isSet(options, '--no-execute-changeset')) return {};
      return rollOut(invocation, `sam ${verb}`, stackName === undefined ? {} : { name: stackName });
    }
    default:
      return {};
  }
}

function text(value: string | undefined): Text | undefined {
  return value === undefined ? undefined : literal(value);
}

function configuration(invocation: Invocation, options: Options, verb: string): SamSettings | undefined {
  const { readings } = invocation.world;
  const stated = options.value('--config-file');
  const path = stated === undefined ? undefined : invocation.path(stated);
  const named = path === undefined ? undefined : readings.get(path);
  const folder = invocation.path(['.']);
  const reading =
    stated === undefined
      ? folder === undefined
        ? undefined
        : samConfigIn(readings, folder === '.' ? '' : folder)
      : named?.kind === 'samconfig'
        ? named
        : undefined;
  const name = options.value('--config-env') ?? steering(invocation, 'SAM_CLI_CONFIG_ENV') ?? literal('default');
  const environment = reading === undefined ? undefined : environmentOf(reading, judged(name) ?? '');
  return reading === undefined || environment === undefined ? undefined : settingsOf(reading.file, environment, verb);
}

/** `.aws-sam/build/template.yaml` and `packaged.yaml` are made from the template beside them. */
function samTemplate(invocation: Invocation, stated: Text | undefined): string | undefined {
  const { readings } = invocation.world;
  const said = stated === undefined ? undefined : invocation.path(stated);
  if (said !== undefined && readings.get(said)?.kind === 'template') return said;
  if (stated !== undefined && said === undefined) return undefined;
  const folder = invocation.path(['.']) ?? '';
  for (const name of ['template.yaml', 'template.yml', 'template.json']) {
    const path = folder === '' || folder === '.' ? name : `${folder}/${name}`;
    if (readings.get(path)?.kind === 'template') return path;
  }
  return undefined;
}
