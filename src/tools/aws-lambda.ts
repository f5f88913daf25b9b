/** `aws lambda …`: functions made of images, and what makes them take a new one. */
import type { Workload } from '../model/facts.ts';
import { parseImageRef } from '../core/image-ref.ts';
import { cpuOf, type Cpu } from '../core/platform.ts';
import type { Site } from '../core/site.ts';
import { judged } from '../core/sealed.ts';
import { show } from '../core/text.ts';
import { startOf, type Said } from '../services/start.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { SERVICES } from '../services/index.ts';
import type { AwsCall, AwsHandler, AwsHandlers } from './aws.ts';
import { field, jsonOf, nameFromArn } from './aws-values.ts';
import { answer, line } from './environment.ts';
import { at, saidWords, textAt } from './json-text.ts';
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

/** `--image-config Command=app.handler`, or the same as JSON. */
function started(invocation: Invocation, call: AwsCall): Pick<Workload, 'startsWith'> {
  const config = call.value('--image-config');
  const json = jsonOf(invocation, config) ?? at(jsonOf(invocation, call.value('--cli-input-json')), 'ImageConfig');
  const said = (key: string): Said => {
    if (json !== undefined) return saidWords(at(json, key));
    const word = field(invocation, config, key);
    return word === undefined ? undefined : listed(judged(word));
  };
  return startOf(said('EntryPoint'), said('Command'));
}

/** In shorthand a list of several stands in brackets, between the commas of which nobody splits here. */
function listed(word: string | undefined): Said {
  return word === undefined || word.startsWith('[') ? 'unknown' : [word];
}

const createFunction: AwsHandler = (invocation, call) => {
  const code = call.value('--code');
  const input = call.value('--cli-input-json');
  const uri = field(invocation, code, 'ImageUri') ?? textAt(jsonOf(invocation, input), 'Code', 'ImageUri');
  const imageSite = code?.site ?? input?.site ?? invocation.site;
  if (uri === undefined && judged(call.value('--package-type')?.text) !== 'Image') return UNKNOWN;
  const name = nameOf(call);
  const said = architecture(call);
  const cpu: Pick<Workload, 'cpu' | 'cpuSite' | 'cpuBasis'> =
    said === undefined ? (input === undefined ? SERVICES.lambda.unsaidCpu : {}) : { ...said, cpuBasis: 'stated' };
  invocation.emit({
    kind: 'workload',
    site: invocation.site,
    service: 'lambda',
    declared: false,
    imageSite,
    label: name === undefined ? 'aws lambda create-function' : show(name.text),
    ...(name === undefined ? {} : { name: name.text }),
    image: uri === undefined ? { kind: 'unknown' } : { kind: 'ref', ref: parseImageRef(uri) },
    ...started(invocation, call),
    ...cpu,
    ...defined({ region: call.region }),
  });
  // No long command: a creation that fails because the function is there already is how scripts stay repeatable.
  return { stdout: line(answer(invocation, 'aws lambda create-function')) };
};

const updateCode: AwsHandler = (invocation, call) => {
  const uri = call.value('--image-uri');
  // A zip: no image sails.
  if (uri === undefined || call.has('--dry-run')) return UNKNOWN;
  const label = 'aws lambda update-function-code';
  const name = nameOf(call);
  const said = architecture(call);
  invocation.emit({
    kind: 'rollout',
    site: invocation.site,
    label,
    service: 'lambda',
    effect: 'forced',
    ...(name === undefined ? {} : { name: name.text }),
    image: parseImageRef(uri.text),
    imageSite: uri.site,
    ...defined({ region: call.region }),
    ...(said ?? {}),
  });
  return {
    stdout: line(answer(invocation, label)),
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
