/** However it is written, AWS means the same by it: the facts are equal, field by field. */
import { describe, expect, it } from 'vitest';
import type { Fact, LifecycleRule, Repository, Workload } from '../../src/model/facts.ts';
import { show, type Text } from '../../src/core/text.ts';
import { factsFrom, type Dialect } from './projects.ts';
import { ALWAYS, OF_REPOSITORIES, REPOSITORY, TABLE, WORKLOAD, type Property, type State } from './table.ts';

type Plain = Record<string, unknown>;

function textOf(value: Text): string {
  return value.every((part) => typeof part === 'string') ? show(value) : '?';
}

function comparedFields(fact: Workload | Repository): [string, unknown][] {
  const fields: Readonly<Record<string, string>> = fact.kind === 'workload' ? WORKLOAD : REPOSITORY;
  return Object.entries(fact).filter(([name, value]) => fields[name] === 'compared' && value !== undefined);
}

/** Without places, which say only that it was written, and in plain words. */
function plain(fact: Workload | Repository): Plain {
  return Object.fromEntries(
    comparedFields(fact).map(([name, value]): [string, unknown] => {
      if (name.endsWith('Site')) return [name, true];
      if (name === 'image') return [name, imageOf(value as Workload['image'])];
      if (name === 'startsWith' || name === 'exclusions') return [name, value];
      if (name === 'lifecycle') return [name, (value as readonly LifecycleRule[]).map(ruleOf)];
      return [name, isText(value) ? textOf(value) : value];
    }),
  );
}

function isText(value: unknown): value is Text {
  return Array.isArray(value);
}

function imageOf(image: Workload['image']): string {
  if (image.kind !== 'ref') return image.kind;
  const { repository, tag = [] } = image.ref;
  return `${textOf(repository)}:${textOf(tag)}`;
}

function ruleOf({ site: _, order: __, ...rule }: LifecycleRule): Plain {
  return rule;
}

/** What a later command settles belongs to the repository that an earlier one makes. */
function found(facts: readonly Fact[], { fact }: Property): Plain {
  return Object.assign(
    {},
    ...facts.flatMap((one) =>
      one.kind === fact && (one.kind !== 'repository' || textOf(one.name ?? []) === 'f')
        ? [plain(one as Workload | Repository)]
        : [],
    ),
  );
}

describe.each(TABLE)('$service $property', (property) => {
  const states = Object.keys(property.says) as State[];
  const cases = Object.keys(property.in).flatMap((dialect) =>
    states.map((state) => [dialect as Dialect, state] as const),
  );
  it.each(cases)('%s, %s', async (dialect, state) => {
    const written = property.in[dialect]?.(state);
    if (written === undefined || (dialect === 'live' && state === 'unknown')) return;
    const facts = await factsFrom(dialect, written);
    const expected = {
      ...(property.fact === 'workload' ? { service: property.service } : {}),
      ...ALWAYS[property.service],
      ...(property.fact === 'repository' ? OF_REPOSITORIES[dialect] : {}),
      ...property.says[state],
      ...property.but?.[dialect]?.[state],
    };
    expect(found(facts, property)).toEqual(expected);
  });
});

/** Without it there is no such workload. */
const ONLY_STATED = new Set(['AgentRuntimeArtifact']);

it('asks each field for its row, and each property for what is stated and unsaid', () => {
  for (const [kind, fields] of [
    ['workload', WORKLOAD],
    ['repository', REPOSITORY],
  ] as const) {
    const rows = TABLE.filter(({ fact }) => fact === kind);
    const said = rows.flatMap(({ says, service }) => [
      ...Object.keys(ALWAYS[service] ?? {}),
      ...Object.values(says).flatMap((one) => Object.keys(one)),
    ]);
    const compared = Object.entries(fields).flatMap(([name, how]) => (how === 'compared' ? [name] : []));
    expect(compared.filter((name) => !said.includes(name) && name !== 'service')).toEqual([]);
  }
  for (const { property, says, in: written } of TABLE) {
    expect(Object.keys(says), property).toEqual(
      expect.arrayContaining(ONLY_STATED.has(property) ? ['stated'] : ['stated', 'unsaid']),
    );
    expect(Object.keys(written).length, property).toBeGreaterThan(1);
  }
});
