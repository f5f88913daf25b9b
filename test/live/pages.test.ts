/** The examples on the pages of the live rules are evidence; they run like those of the others. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseEvidence } from '../../src/live/evidence-file.ts';
import { RULES } from '../../src/rules/registry.ts';
import { judged, NOW } from './audit.ts';

const FENCE = /^```json evidence(?: finds=(\d+))?\n(.*?)^```$/gms;
const REST = {
  account: '123456789012',
  region: 'eu-west-1',
  partition: 'aws',
  workloads: [],
  repositories: [],
  images: [],
  references: [],
  stacks: [],
  gaps: [],
};

describe.each(RULES.filter((rule) => rule.group === 'live' && rule.id !== 'label-lies').map((rule) => rule.id))(
  'the page of %s',
  (id) => {
    const page = readFileSync(new URL(`../../src/rules/${id}/page.md`, import.meta.url), 'utf8');
    const examples = [...page.matchAll(FENCE)].map(([, finds, text = ''], index) => ({
      index,
      finds: Number(finds ?? 0),
      text,
    }));

    test('has examples of both kinds', () => {
      expect(examples.some((one) => one.finds > 0)).toBe(true);
      expect(examples.some((one) => one.finds === 0)).toBe(true);
    });

    test.each(examples)('example $index is found $finds times', ({ finds, text }) => {
      const part: unknown = JSON.parse(text);
      const evidence = parseEvidence(
        {
          kind: 'plimsoll evidence',
          version: 1,
          collectedAt: NOW.toISOString(),
          complete: true,
          scopes: [Object.assign({}, REST, part)],
        },
        id,
      );
      expect(judged(evidence).filter((one) => one.rule === id)).toHaveLength(finds);
    });
  },
);
