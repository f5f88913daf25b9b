/** What goes wrong in one entry's turn stays there. */
import { expect, it } from 'vitest';
import { Budget, Shares } from '../../src/core/budget.ts';
import type { Fact } from '../../src/model/facts.ts';
import { bounded } from '../../src/project/memory.ts';
import type { World } from '../../src/project/evaluation.ts';
import { read } from '../../src/parsers/make/read.ts';
import { indexLines } from '../../src/core/site.ts';
import { CALLS } from '../../src/parsers/calls.ts';

const reading = read({ file: 'Makefile', text: 'all:\n\ttrue\n', lines: indexLines('Makefile', 'all:\n\ttrue\n') });

function turn(action: (world: World) => void, most = 1_000): Fact[] {
  const facts: Fact[] = [];
  const world: World = {
    readings: { get: () => undefined, ofKind: () => [], exists: () => false, text: () => undefined },
    bindings: new Map(),
    commands: new Map(),
    calls: CALLS,
    budget: new Budget(0),
    called: new Set(),
    emit: (fact, { run }) =>
      void facts.push({ ...fact, when: fact.when ?? [], run, seq: facts.length, origin: fact.origin ?? '' }),
  };
  bounded(
    { shares: new Shares({ total: most, largest: most, most, usual: most, least: most, entries: 1 }) },
    reading,
    world,
    action,
  );
  return facts;
}

it('an exception costs what comes after it in the entry, which is named', () => {
  expect(
    turn(() => {
      throw new Error('no such thing\n  at wall');
    }),
  ).toMatchObject([{ kind: 'unfollowed', what: 'failure', reason: 'no such thing', site: { file: 'Makefile' } }]);
});

it('so does an exhausted stack', () => {
  const deep = (): number => deep() + 1;
  expect(turn(() => void deep())).toMatchObject([{ kind: 'unfollowed', what: 'failure', reason: 'nested too deeply' }]);
});

it('steps that run out are said at the place that was given, else at the file', () => {
  const site = { file: 'deploy.sh', span: { start: 4, end: 9, line: 2, column: 1, endLine: 2, endColumn: 6 } };
  expect(
    turn(({ budget }) => {
      while (budget.spend());
    }),
  ).toMatchObject([{ what: 'steps', most: 1_000, site: { file: 'Makefile' } }]);
  expect(
    turn(({ budget, stopped }) => {
      while (budget.spend());
      if (budget.hasToSay(0)) stopped?.(site, budget.most);
    }),
  ).toMatchObject([{ what: 'steps', site }]);
  expect(turn(({ budget }) => void budget.spend())).toEqual([]);
});

it('a place that yields facts without end yields so many', () => {
  const site = { file: 'a.sh', span: { start: 0, end: 1, line: 1, column: 1, endLine: 1, endColumn: 2 } };
  const facts = turn(({ emit }) => {
    for (let at = 0; at < 2_000; at++)
      emit(
        { kind: 'login', site, label: 'docker login', password: 'stdin' },
        {
          run: 'a',
          via: [],
          env: new Map(),
          cwd: '',
          machine: {
            host: { kind: 'unknown' },
            driver: 'unknown',
            builders: new Map(),
            emulation: 'unknown',
            files: new Map(),
          },
          inCi: false,
          when: [],
          openEnvironment: false,
        },
      );
  }, 100_000);
  expect(facts.filter(({ kind }) => kind === 'login')).toHaveLength(500);
  expect(facts.at(-1)).toMatchObject({ kind: 'unfollowed', what: 'facts of a place' });
});
