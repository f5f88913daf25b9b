import { WILL_NOT_START, always, type ServiceDescription } from './describe.ts';

export const AGENT_CORE = {
  noun: ['AgentCore runtime', 'AgentCore runtimes'],
  unsaidCpu: always('arm64'),
  wrongCpu: WILL_NOT_START,
} as const satisfies ServiceDescription;
