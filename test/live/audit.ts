/** For tests: audits a stand-in through the true SDK clients, and judges with every rule. */
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { judge } from '../../src/engine/judge.ts';
import { collect, type CollectRequest } from '../../src/live/collect.ts';
import type { Evidence } from '../../src/live/evidence.ts';
import { factsOf } from '../../src/live/facts.ts';
import { link } from '../../src/model/link.ts';
import { RULES } from '../../src/rules/registry.ts';
import type { StandIn } from '../aws-stand-in/server.ts';

process.env['AWS_ACCESS_KEY_ID'] = 'AKIAIOSFODNN7EXAMPLE';
process.env['AWS_SECRET_ACCESS_KEY'] = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

export const NOW = new Date('2026-11-20T12:00:00.000Z');

export function collectFrom(aws: StandIn, request: Partial<CollectRequest> = {}) {
  return collect({ regions: ['eu-west-1'], endpoint: aws.url, now: NOW, ...request });
}

export function judged(evidence: Evidence) {
  return judge(link(factsOf(evidence)), RULES, { config: DEFAULT_CONFIG }).filter(
    (one) => one.confidence !== 'possible',
  );
}

/** `rule resource`, sorted, each once. */
export function named(evidence: Evidence): string[] {
  return [...new Set(judged(evidence).map((one) => `${one.rule} ${one.site.resource ?? one.site.file}`))].sort();
}
