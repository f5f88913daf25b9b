import { WILL_NOT_START, always, type ServiceDescription } from './describe.ts';
import { only, type Running, type View } from './view.ts';

export const AGENT_CORE = {
  noun: ['AgentCore runtime', 'AgentCore runtimes'],
  unsaidCpu: always('arm64'),
  wrongCpu: WILL_NOT_START,
} as const satisfies ServiceDescription;

export function readRuntime(view: View): Running | undefined {
  const images = view.images('AgentRuntimeArtifact', 'ContainerConfiguration', 'ContainerUri');
  if (images.length === 0) return undefined;
  return { service: 'agentcore', names: view.get('AgentRuntimeName'), images, cpus: only(AGENT_CORE.unsaidCpu) };
}
