/** The AWS CLI: its option grammar, and which operations mean something here. */
import { judged } from '../core/sealed.ts';
import { known, type Text } from '../core/text.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { AGENTCORE, APPRUNNER, BATCH, OTHERS } from './aws-services.ts';
import { CLOUDFORMATION } from './aws-cloudformation.ts';
import { CODEBUILD } from './aws-codebuild.ts';
import { ECR, ECR_PUBLIC } from './aws-ecr.ts';
import { ECS } from './aws-ecs.ts';
import { LAMBDA } from './aws-lambda.ts';
import { ANSWERS } from './aws-answers.ts';
import { answer, line, steering } from './environment.ts';
import { either } from './probes.ts';
import { cut, head, isOpaque } from './texts.ts';
import { defined } from '../core/optional.ts';

interface AwsOption {
  readonly name: string;
  readonly flagArg: Arg;
  /** `--parameters A B C` takes all words up to the next flag. */
  readonly values: readonly Arg[];
}

export interface AwsCall {
  readonly service: string;
  readonly operation: string;
  /** Words after the operation that belong to no option. */
  readonly positionals: readonly Arg[];
  readonly options: ReadonlyMap<string, AwsOption>;
  /** `--region`, or what the project's environment says. */
  readonly region?: Text;
  value(name: string): Arg | undefined;
  has(name: string): boolean;
}

export type AwsHandler = (invocation: Invocation, call: AwsCall) => CommandResult;
export type AwsHandlers = ReadonlyMap<string, AwsHandler>;

/** Options of every operation that take exactly one word, and those that take none. */
const ONE = new Set([
  '--region',
  '--profile',
  '--output',
  '--query',
  '--endpoint-url',
  '--color',
  '--ca-bundle',
  '--cli-read-timeout',
  '--cli-connect-timeout',
  '--cli-binary-format',
  '--page-size',
  '--max-items',
  '--starting-token',
  '--cli-error-format',
]);
const NONE = new Set([
  '--debug',
  '--no-cli-pager',
  '--no-paginate',
  '--no-verify-ssl',
  '--no-sign-request',
  '--no-cli-auto-prompt',
  '--cli-auto-prompt',
  '--version',
  '--force',
  '--publish',
  '--dry-run',
  '--force-new-deployment',
  '--no-force-new-deployment',
  '--no-fail-on-empty-changeset',
  '--fail-on-empty-changeset',
  '--no-execute-changeset',
  '--disable-rollback',
  '--no-disable-rollback',
  '--use-previous-template',
  '--no-include-email',
  '--include-email',
  '--no-publish',
  '--no-dry-run',
  '--enable-execute-command',
  '--include-nested-stacks',
  '--retain-except-on-create',
  '--auto-deployments-enabled',
]);

function readCall(invocation: Invocation): AwsCall | undefined {
  const options = new Map<string, AwsOption>();
  const positionals: Arg[] = [];
  let open: { name: string; flagArg: Arg; values: Arg[]; most: number } | undefined;
  for (const arg of invocation.args) {
    const start = head(arg.text);
    if (start.startsWith('--')) {
      const assigned = cut(arg.text, '=');
      const name = judged(assigned === undefined ? arg.text : assigned[0]);
      if (name === undefined) {
        open = undefined;
        continue;
      }
      // Before the service there are only global options, which take one word at most.
      const most =
        assigned !== undefined || NONE.has(name)
          ? 0
          : ONE.has(name) || positionals.length < 2
            ? 1
            : Number.POSITIVE_INFINITY;
      open = { name, flagArg: arg, values: assigned === undefined ? [] : [{ ...arg, text: assigned[1] }], most };
      options.set(name, open);
    } else if (open !== undefined && open.values.length < open.most) {
      open.values.push(arg);
    } else if (positionals.length > 0 || !isOpaque(arg.text)) {
      positionals.push(arg);
    }
  }
  const [service, operation] = positionals.slice(0, 2).map((arg) => known(arg.text));
  if (service === undefined || operation === undefined) return undefined;
  const value = (name: string): Arg | undefined => options.get(name)?.values[0];
  const region =
    value('--region')?.text ?? steering(invocation, 'AWS_REGION') ?? steering(invocation, 'AWS_DEFAULT_REGION');
  return {
    service,
    operation,
    positionals: positionals.slice(2),
    options,
    ...defined({ region }),
    value,
    has: (name) => options.has(name),
  };
}

const SERVICES: ReadonlyMap<string, AwsHandlers> = new Map([
  ['ecr', ECR],
  ['ecr-public', ECR_PUBLIC],
  ['lambda', LAMBDA],
  ['ecs', ECS],
  ['cloudformation', CLOUDFORMATION],
  ['apprunner', APPRUNNER],
  ['batch', BATCH],
  ['codebuild', CODEBUILD],
  ['bedrock-agentcore-control', AGENTCORE],
]);

export function aws(invocation: Invocation): CommandResult {
  const call = readCall(invocation);
  if (call === undefined) return { stdout: answer(invocation, 'aws') };
  const key = `${call.service} ${call.operation}`;
  const handler = SERVICES.get(call.service)?.get(call.operation) ?? OTHERS.get(key) ?? ANSWERS.get(key);
  if (handler !== undefined) return handler(invocation, call);
  const result = { stdout: line(answer(invocation, `aws ${key}`)) };
  // Looking something up may find it or not.
  return /^(?:describe|get|list|head|batch-get|lookup|search)-/.test(call.operation) ? either(result) : result;
}
