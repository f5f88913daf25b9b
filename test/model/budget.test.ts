import { expect, it } from 'vitest';
import { Budget, Shares } from '../../src/core/budget.ts';

const drain = (budget: Budget): number => {
  let steps = 0;
  while (budget.spend()) steps++;
  return steps;
};

it('gives so many steps, and no more', () => {
  const budget = new Budget(10);
  expect(budget.spend(8)).toBe(true);
  expect(budget.spend(3)).toBe(false);
  expect(drain(budget)).toBe(2);
  expect(budget.left).toBe(0);
});

it('takes the steps of a part from the whole as well', () => {
  const whole = new Budget(100);
  expect(drain(whole.part(30))).toBe(30);
  expect(whole.left).toBe(70);
  expect(drain(whole.part(500))).toBe(70);
  expect(whole.short).toBe(true);
});

it('keeps steps for what follows a part that takes all it gets, also inside a part with less than it may have', () => {
  for (const budget of [new Budget(40_000), new Budget(40_000).part(60_000)]) {
    const before = budget.keep(9);
    expect(drain(budget)).toBe(31_000);
    budget.release(before);
    const taken = Array.from({ length: 9 }, (_, index) => {
      const kept = budget.keep(8 - index);
      const steps = drain(budget);
      budget.release(kept);
      return steps;
    });
    expect(Math.min(...taken)).toBeGreaterThan(90);
    expect(budget.left).toBe(0);
  }
});

it('shares out evenly, and what is left to those for whom it was too little', () => {
  const shares = new Shares({ total: 1_000, largest: 1_000, most: 800, usual: 1, least: 1, entries: 10 });
  for (let at = 0; at < 9; at++) shares.for(`small ${at}`).spend(10);
  expect(drain(shares.for('large'))).toBe(96);
  const again = shares.again();
  expect(again?.allowance('small 0')).toBe(96);
  expect(again?.allowance('large')).toBe(800);
  expect(again?.again()).toBeUndefined();
});

it('gives more again to those for whom more was still too little, while there is any', () => {
  const shares = new Shares({ total: 10_000, largest: 10_000, most: 9_000, usual: 1, least: 1, entries: 100 });
  const allowances: number[] = [];
  for (let round: Shares | undefined = shares; round !== undefined; round = round.again()) {
    allowances.push(round.allowance('large'));
    for (let at = 0; at < 10; at++) {
      const budget = round.for(at < 3 ? `large${at === 0 ? '' : at}` : `middle ${at}`);
      // For most a little more is enough; much of what the others have is kept for parts that follow.
      if (at >= 3) budget.spend(300);
      else if (budget.spend(Math.floor(budget.most / 4))) budget.spend(budget.most);
    }
  }
  expect(allowances).toEqual([96, 1024, 3072]);
});

it('may take longer for very many entries, but not without end', () => {
  const of = { total: 1_000, largest: 5_000, most: 800, usual: 100, least: 10 };
  expect([2, 10, 40, 50, 100, 10_000].map((entries) => new Shares({ ...of, entries }).allowance('any'))).toEqual([
    448, 96, 96, 96, 48, 10,
  ]);
});

it('has no second round where nobody was short, or nothing is left', () => {
  const quiet = new Shares({ total: 100, largest: 100, most: 100, usual: 1, least: 1, entries: 2 });
  quiet.for('a').spend(40);
  expect(quiet.again()).toBeUndefined();
  const full = new Shares({ total: 128, largest: 128, most: 128, usual: 1, least: 1, entries: 2 });
  for (const entry of ['a', 'b']) drain(full.for(entry));
  expect(full.again()).toBeUndefined();
});

it('looks at the clock now and then', () => {
  let looks = 0;
  const budget = new Budget(100_000, undefined, () => ++looks === 3);
  expect(drain(budget)).toBeLessThan(20_000);
});
