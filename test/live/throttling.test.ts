/** Throttling costs what waiting costs: measured against the SDK's own standard retries, in one run, on one account. */
import { afterEach, describe, expect, test } from 'vitest';
import { Gate } from '../../src/live/gate.ts';
import { image } from '../aws-stand-in/images.ts';
import { account, functionArn, lambda } from '../aws-stand-in/scenarios.ts';
import { startStandIn } from '../aws-stand-in/server.ts';
import type { Fault, LambdaFunction } from '../aws-stand-in/state.ts';
import { collectFrom, named } from './audit.ts';

afterEach(() => void delete process.env['AWS_RETRY_MODE']);

/** 40 functions on 20 repositories, one of them on the wrong CPU. */
const functions: LambdaFunction[] = [];
const repositories = Array.from({ length: 20 }, (_, at) => {
  const name = `service-${at}`;
  const images = Array.from({ length: 2 }, (__, build) =>
    image({ cpu: at === 7 && build === 1 ? 'amd64' : 'arm64', of: `${name} ${build}` }),
  );
  images.forEach((content, build) =>
    functions.push(lambda(`f${at}-${build}`, `v${build}`, content, { repository: name })),
  );
  return {
    name,
    mutability: 'IMMUTABLE' as const,
    images: images.map((content, build) => ({ content, tags: [`v${build}`] })),
  };
});
const full = account({ repositories, functions });

async function timed(faults: readonly Fault[], mode?: string) {
  if (mode === undefined) delete process.env['AWS_RETRY_MODE'];
  else process.env['AWS_RETRY_MODE'] = mode;
  const aws = await startStandIn(full, { faults });
  const start = performance.now();
  const { evidence } = await collectFrom(aws);
  const seconds = (performance.now() - start) / 1000;
  await aws.close();
  return {
    seconds,
    gaps: evidence.scopes.flatMap((scope) => scope.gaps),
    found: named(evidence).filter((one) => !one.startsWith('not-verified')),
    calls: aws.calls.length,
  };
}

test.each<[string, Fault[]]>([
  ['one ECR call in three', [{ action: 'ecr:*', kind: 'throttle', every: 3 }]],
  ['Lambda above 15 calls a second', [{ action: 'lambda:*', kind: 'throttle', above: 15 }]],
])(
  '%s throttled: nothing is lost, and it takes no more than twice as long as the standard SDK',
  async (name, faults) => {
    const standard = await timed(faults, 'standard');
    const own = await timed(faults);
    if (process.env['PLIMSOLL_FIGURES'] !== undefined)
      process.stdout.write(
        `${name}: ${own.seconds.toFixed(1)} s (${own.calls} calls, ${own.gaps.length} gaps), standard SDK ${standard.seconds.toFixed(1)} s (${standard.calls} calls, ${standard.gaps.length} gaps)\n`,
      );
    expect(own.gaps).toEqual([]);
    expect(own.found).toEqual([`arch-mismatch ${functionArn('f7-1')}`]);
    expect(own.seconds).toBeLessThanOrEqual(2 * standard.seconds + 0.5);
  },
  120_000,
);

test('one call in three to anything throttled: nothing is lost', async () => {
  const { gaps, found } = await timed([{ action: '*', kind: 'throttle', every: 3 }]);
  expect(gaps).toEqual([]);
  expect(found).toEqual([`arch-mismatch ${functionArn('f7-1')}`]);
}, 120_000);

test('the only call of its kind is tried for as long as others come through', async () => {
  const { gaps } = await timed([
    { action: 'eks:ListClusters', kind: 'throttle', times: 6 },
    { action: 'lambda:*', kind: 'throttle', every: 3 },
  ]);
  expect(gaps).toEqual([]);
}, 120_000);

test('throttled for ever, an operation is given up after as many tries as the standard SDK makes', async () => {
  const faults: Fault[] = [{ action: 'lambda:GetFunction', kind: 'throttle' }];
  const standard = await timed(faults, 'standard');
  const own = await timed(faults);
  expect(own.gaps.map((gap) => [gap.action, gap.kind])).toEqual([
    ['lambda:GetFunction', 'throttled'],
    ['lambda:GetFunction', 'skipped'],
  ]);
  expect(own.calls).toBeLessThanOrEqual(standard.calls * 1.5);
  expect(own.seconds).toBeLessThanOrEqual(2 * standard.seconds + 0.5);
}, 120_000);

describe('the gate', () => {
  const throttled = (): Promise<never> =>
    Promise.reject(Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }));

  async function most(gate: Gate): Promise<number> {
    let [underWay, peak] = [0, 0];
    await Promise.all(
      Array.from({ length: 100 }, () =>
        gate.pass(async () => {
          peak = Math.max(peak, ++underWay);
          await new Promise((done) => setTimeout(done, 1));
          underWay--;
        }),
      ),
    );
    return peak;
  }

  test('is open until something is throttled, then narrow, and widens as calls succeed', async () => {
    const gate = new Gate();
    expect(await most(gate)).toBe(64);
    for (let time = 0; time < 10; time++) await gate.pass(throttled).catch(() => undefined);
    const narrow = await most(gate);
    expect(narrow).toBeGreaterThan(1);
    expect(narrow).toBeLessThan(20);
    for (let time = 0; time < 30; time++) await most(gate);
    expect(await most(gate)).toBe(64);
  });

  test('those under way when it was narrowed do not narrow it again', async () => {
    const gate = new Gate();
    await Promise.allSettled(Array.from({ length: 40 }, () => gate.pass(throttled)));
    expect(await most(gate)).toBeGreaterThanOrEqual(20);
  });

  test('an error that is no throttling leaves it open; once opened, nobody waits', async () => {
    const gate = new Gate();
    await gate.pass(() => Promise.reject(new Error('denied'))).catch(() => undefined);
    expect(await most(gate)).toBe(64);
    for (let time = 0; time < 10; time++) await gate.pass(throttled).catch(() => undefined);
    gate.open();
    expect(await most(gate)).toBe(100);
  });
});
