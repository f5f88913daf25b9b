import { expect, test } from 'vitest';
import { SCENARIOS } from '../aws-stand-in/scenarios.ts';
import { startStandIn } from '../aws-stand-in/server.ts';
import { collectFrom, named } from './audit.ts';

test.each(SCENARIOS)('$name', async ({ account, finds }) => {
  const aws = await startStandIn(account);
  try {
    const { evidence } = await collectFrom(aws);
    expect(named(evidence)).toEqual([...finds].sort());
  } finally {
    await aws.close();
  }
});
