/** Programs in other languages: what they do is theirs, but some plainly make a workload take a new image. */
import type { Rollout } from '../model/facts.ts';
import { judged } from '../core/sealed.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import { derived } from './filters.ts';
import { contains } from './texts.ts';
import { oneOrNone } from '../core/optional.ts';

/** Calls of the AWS SDKs, in Python's and JavaScript's spelling. */
const CALLS: readonly { readonly spellings: readonly string[]; readonly service: Rollout['service'] }[] = [
  { spellings: ['update_function_code', 'updateFunctionCode', 'UpdateFunctionCodeCommand'], service: 'lambda' },
  { spellings: ['update_service', 'updateService', 'UpdateServiceCommand'], service: 'any' },
  { spellings: ['start_deployment', 'startDeployment', 'StartDeploymentCommand'], service: 'apprunner' },
  { spellings: ['update_agent_runtime', 'updateAgentRuntime', 'UpdateAgentRuntimeCommand'], service: 'agentcore' },
];

/** `python - <<EOF`, `python -c '…'`, `node deploy.mjs`: the text it runs, where it is known. */
export function program(invocation: Invocation): CommandResult {
  const texts = [...oneOrNone(invocation.stdin), ...invocation.args.map((arg) => arg.text)];
  for (const { text } of invocation.args.slice(0, 4)) {
    const path = judged(text);
    const file = path !== undefined && /\.(?:py|[cm]?[jt]s|rb|pl)$/.test(path) ? invocation.file(path) : undefined;
    if (file !== undefined) texts.push(file);
  }
  for (const { spellings, service } of CALLS) {
    const call = spellings.find((one) => texts.some((text) => contains(text, one)));
    if (call !== undefined)
      invocation.emit({
        kind: 'rollout',
        site: invocation.site,
        label: `${invocation.name}: ${call}`,
        service,
        effect: 'unknown',
      });
  }
  return { stdout: derived(invocation) };
}
