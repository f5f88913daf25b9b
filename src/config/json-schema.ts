/**
 * The configuration file's JSON schema, from the rules themselves. Published as schema.json, so that editors complete
 * and check.
 */
import type { Rule } from '../rules/define.ts';

export function configurationSchema(rules: readonly Rule[]): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Plimsoll configuration',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      rules: {
        description: "The level of each rule, or its level and options. A plug-in's rules are named too.",
        type: 'object',
        properties: Object.fromEntries(rules.map((rule) => [rule.id, ruleSchema(rule)])),
        additionalProperties: { anyOf: [LEVEL, WITH_OPTIONS] },
      },
      ignores: { description: 'Files that take no part, as in .gitignore.', type: 'array', items: { type: 'string' } },
      variables: {
        description: 'What variables, parameters and context keys may be: `"stage": ["dev", "prod"]`.',
        type: 'object',
        additionalProperties: {
          anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
        },
      },
      links: {
        description: "Images that go to workloads where that can't be inferred.",
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['image', 'workload'],
          properties: {
            image: {
              description: "The image's name without tag; `*` stands for anything.",
              type: 'string',
              minLength: 1,
            },
            workload: {
              description: "The workload's physical name, logical id or construct path.",
              type: 'string',
              minLength: 1,
            },
          },
        },
      },
      architecture: {
        description: "The CPU that each service's workloads shall have; switches architecture-policy on.",
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(SERVICES.map((service) => [service, { enum: ['arm64', 'amd64'] }])),
      },
      requireReasons: {
        description: 'Suppressions without a reason have no effect and are reported.',
        type: 'boolean',
      },
      pedantic: { description: 'Also show findings that only may be right.', type: 'boolean' },
      failOn: {
        description: 'The least severity that makes the exit code 1.',
        enum: ['error', 'warning', 'note', 'never'],
      },
      baseline: { description: 'File with the findings that were there before.', type: 'string', minLength: 1 },
      tests: { description: 'Judge test files, test data and vendored code too.', type: 'boolean' },
      docs: {
        description:
          'Markdown documents whose code fences are judged too: true for all of them, or patterns as in .gitignore; false: not even the commands in instructions of coding agents.',
        anyOf: [{ type: 'boolean' }, { type: 'array', items: { type: 'string', minLength: 1 } }],
      },
      plugins: {
        description: 'Modules with more rules: paths from this file, or package names.',
        type: 'array',
        items: { type: 'string', minLength: 1 },
      },
    },
  };
}

export const SERVICES = ['lambda', 'ecs', 'apprunner', 'batch', 'codebuild', 'eks', 'agentcore', 'sagemaker'] as const;

const LEVEL = { enum: ['off', 'note', 'warning', 'error'] };
const WITH_OPTIONS = {
  type: 'object',
  additionalProperties: false,
  properties: { level: LEVEL, options: { type: 'object' } },
};

export function takesOptions(rule: Rule): boolean {
  return rule.optionsSchema !== undefined || rule.defaults !== undefined;
}

function ruleSchema(rule: Rule): object {
  const options =
    rule.optionsSchema ?? (takesOptions(rule) ? { type: 'object' } : { type: 'object', maxProperties: 0 });
  return {
    description: `${rule.summary} (${rule.experimental === true ? 'off unless configured' : rule.severity})`,
    anyOf: [LEVEL, { type: 'object', additionalProperties: false, properties: { level: LEVEL, options } }],
  };
}
