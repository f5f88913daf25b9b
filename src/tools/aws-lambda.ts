/** `aws lambda …`: functions made of images, and what makes them take a new one. */
import { parseImageRef } from '../core/image-ref.ts';
import { cpuOf, type Cpu } from '../core/platform.ts';
import type { Site } from '../core/site.ts';
import { judged } from '../core/sealed.ts';
import type { Arg, CommandResult } from '../project/evaluation.ts';
import { readFunction } from '../services/lambda.ts';
import type { Running } from '../services/view.ts';
import type { AwsCall, AwsHandler, AwsHandlers } from './aws.ts';
import { nameFromArn } from './aws-values.ts';
import { emitRunning, viewOf } from './aws-view.ts';
import { answer, line } from './environment.ts';
import { look, wait } from './probes.ts';
import { defined } from '../core/optional.ts';

const UNKNOWN: CommandResult = {};

function nameOf(call: AwsCall): Arg | undefined {
  const arg = call.value('--function-name');
  return arg === undefined ? undefined : { ...arg, text: nameFromArn(arg.text) };
}

/** `--architectures arm64`; a hole is stated, and unknown. */
function architecture(call: AwsCall): { readonly cpu?: Cpu; readonly cpuSite: Site } | undefined {
  const arg = call.value('--architectures');
  if (arg === undefined) return undefined;
  const cpu = cpuOf((judged(arg.text) ?? '').replace(/[[\]"'\s]/g, ''));
  return { ...defined({ cpu }), cpuSite: arg.site };
}

/** Lambda looks the image up at once: the call fails where the registry hasn't got it. */
function taking({ images: [first, ...others] }: Running): CommandResult {
  return first?.image.kind === 'ref' && others.length === 0 ? { takes: first.image.ref } : {};
}

const createFunction: AwsHandler = (invocation, call) => {
  const running = readFunction(viewOf(invocation, call));
  if (running === undefined) return UNKNOWN;
  emitRunning(invocation, call, running);
  // No long command: a creation that fails because the function is there already is how scripts stay repeatable.
  return { stdout: line(answer(invocation, 'aws lambda create-function')), ...taking(running) };
};

const updateCode: AwsHandler = (invocation, call) => {
  const uri = call.value('--image-uri');
  // A zip: no image sails.
  if (uri === undefined || call.has('--dry-run')) return UNKNOWN;
  const label = 'aws lambda update-function-code';
  const name = nameOf(call);
  const said = architecture(call);
  const image = parseImageRef(uri.text);
  invocation.emit({
    kind: 'rollout',
    site: invocation.site,
    label,
    service: 'lambda',
    effect: 'forced',
    ...(name === undefined ? {} : { name: name.text }),
    image,
    imageSite: uri.site,
    ...defined({ region: call.region }),
    ...(said ?? {}),
  });
  return {
    stdout: line(answer(invocation, label)),
    takes: image,
    long: {
      what: 'rollout',
      label,
      ...(call.has('--publish') ? {} : { unconfirmed: { site: invocation.site } }),
    },
  };
};

/** Waiting for a function, looking at it or calling it shows whether it took its image. */
const confirms =
  (how: string): AwsHandler =>
  (invocation, call) => {
    const name = nameOf(call);
    const waitsFor = judged(call.positionals[0]?.text);
    const label = how === 'wait' ? `aws lambda wait ${waitsFor ?? ''}`.trimEnd() : `aws lambda ${how}`;
    invocation.emit({
      kind: 'confirmation',
      site: invocation.site,
      what: 'lambda',
      label,
      ...(name === undefined ? {} : { name: name.text }),
    });
    const result = { stdout: line(answer(invocation, label)) };
    return how.startsWith('get-') ? look(invocation, result) : how === 'wait' ? wait(invocation, result) : result;
  };

export const LAMBDA: AwsHandlers = new Map<string, AwsHandler>([
  ['create-function', createFunction],
  ['update-function-code', updateCode],
  ...['wait', 'get-function', 'get-function-configuration', 'invoke', 'publish-version'].map(
    (how): [string, AwsHandler] => [how, confirms(how)],
  ),
]);
