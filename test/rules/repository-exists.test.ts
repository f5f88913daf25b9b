/** A stack's repository beside commands and deploys that are told to refer to it, and beside other stacks of its name. */
import { describe, expect, test } from 'vitest';
import { byDefault, given, when } from '../../src/core/choices.ts';
import { literal } from '../../src/core/text.ts';
import type { Fact, Repository, Rollout } from '../../src/model/facts.ts';
import { rule } from '../../src/rules/repository-exists/rule.ts';
import { at, model, repository, rollout, run, text } from './facts.ts';

const byHand = (name: string, said: Partial<Repository> = {}) =>
  repository(name, {
    by: 'command',
    label: 'aws ecr create-repository',
    site: at('scripts/ship.sh:3:1', 'aws'),
    run: 'ship',
    seq: 1,
    ...said,
  });

const deploy = (context: Readonly<Record<string, string>>, stacks: readonly string[] = []): Rollout =>
  rollout({
    service: 'any',
    run: 'ship',
    seq: 2,
    gives: Object.entries(context).map(([name, value]) => ({ name: `${name}@context`, value: literal(value) })),
    publishes: {
      host: { kind: 'developer' },
      driver: 'docker',
      emulation: 'unknown',
      folder: '',
      stacks: stacks.map(text),
    },
  });

const net = repository('gateway', {
  label: 'Net/Repo',
  stack: 'Net',
  site: at('infra/api.ts:30:5', 'new ecr.Repository'),
});

const made = when('refers@context === "true"', 'false');

describe('a deploy that is told to refer to the repository', () => {
  test('makes no error of a creation ahead of it', () => {
    const found = run(rule, model([repository('api', { when: made }), byHand('api'), deploy({ refers: 'true' })]));
    expect(found).toMatchObject([{ severity: 'warning', confidence: 'likely' }]);
    expect(found[0]?.message).toContain("creates it too: if a deploy isn't told to refer to it, the deploy fails with");
    expect(
      run(
        rule,
        model([repository('api', { when: made }), byHand('api', { guarded: true }), deploy({ refers: 'true' })]),
      ),
    ).toMatchObject([{ severity: 'warning', confidence: 'likely' }]);
  });
  test('one that is not told so does', () => {
    for (const context of [{}, { refers: 'false' }])
      expect(
        run(rule, model([repository('api', { when: made }), byHand('api', { guarded: true }), deploy(context)])),
      ).toMatchObject([{ severity: 'error' }]);
  });
  test('what only a caller makes is silent where all callers refer to it', () => {
    const named = repository('{stage@context}-orders-pages', { when: [...made, ...given('stage@context')] });
    const refers = deploy({ stage: 'live', refers: 'true' }, ['ApiStack']);
    const other = deploy({ stage: 'live' }, ['Net']);
    expect(run(rule, model([named, byHand('live-orders-pages'), net, other, refers]))).toEqual([]);
    expect(run(rule, model([named, byHand('live-orders-pages'), other, refers]))).toHaveLength(1);
    expect(
      run(rule, model([named, byHand('live-orders-pages'), deploy({ stage: 'live' }, ['ApiStack'])])),
    ).toHaveLength(1);
  });
});

describe('a deploy behind a creation of what is missing', () => {
  const severityOf = (asked: string, stack: Partial<Repository>, ...besides: readonly Fact[]) =>
    run(
      rule,
      model([repository('api', stack), byHand('api', { guarded: true }), deploy({}, [asked]), ...besides]),
    ).find(({ message }) => message.includes('`api`'))?.severity;
  const renamed = { stack: 'acme-orders-prod', label: 'Orders/Repo' };
  test('names the stack by its name, or by the path of its construct', () => {
    expect(severityOf('Orders', renamed)).toBe('error');
    expect(severityOf('acme-orders-prod', renamed)).toBe('error');
    const staged = { stack: 'Prod-Orders', label: 'Prod/Orders/Repo' };
    expect(severityOf('Prod/Orders', staged)).toBe('error');
    expect(severityOf('Prod-Orders', staged)).toBe('error');
  });
  test('may name one that needs the stack, where nobody knows what it names', () => {
    expect(severityOf('Web', renamed)).toBe('error');
    expect(severityOf('{STACK}', renamed)).toBe('error');
  });
  test('names another stack of the app', () => {
    expect(severityOf('Net', renamed, net)).toBe('warning');
  });
  test('makes it by its id, where another is told to refer to it', () => {
    const chosen = repository('api', { ...renamed, when: made });
    const asked = [deploy({ refers: 'true' }, ['Orders']), deploy({}, ['Orders'])];
    expect(run(rule, model([chosen, byHand('api', { guarded: true }), ...asked]))).toMatchObject([
      { severity: 'error' },
    ]);
  });
});

test("one side's default may be what the other is told to be, or anything else", () => {
  const byStage = repository('test-orders', { when: byDefault('stage@context') });
  expect(run(rule, model([byStage, byHand('{STAGE}-orders')]))).toMatchObject([{ confidence: 'possible' }]);
  const inRegion = byHand('test-orders', { when: byDefault('AWS_REGION', { value: literal('eu-north-1') }) });
  expect(run(rule, model([repository('{Stage}-orders'), inRegion]))).toMatchObject([{ confidence: 'likely' }]);
});

describe('two stacks and a command of one name', () => {
  const first = repository('api', { label: 'Shop/Repo', stack: 'Shop' });
  const second = repository('api', { label: 'Stall/Repo', stack: 'Stall', site: at('infra/stall.ts:3:1') });
  test('are told as both pairs, and say each stack once', () => {
    const found = run(rule, model([first, second, byHand('api', { guarded: true })]));
    expect(found).toMatchObject([
      { severity: 'error', related: ['infra/stall.ts:3:1 created here too', 'scripts/ship.sh:3:1 created here too'] },
      { severity: 'warning', at: 'infra/stall.ts:3:1' },
    ]);
    expect(found[0]?.message).toContain('but `Stall/Repo` creates it too');
  });
  test('without the command they are one finding', () => {
    expect(run(rule, model([first, second]))).toHaveLength(1);
  });
});
