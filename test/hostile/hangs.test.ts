/** A few lines cost neither minutes nor gigabytes, and what stands beside them is judged all the same. */
import { describe } from 'vitest';
import { attack } from './harness.ts';
import { LOOPS, MATCHERS } from './projects/hangs.ts';

describe('matchers', () => attack(MATCHERS));
describe('loops', () => attack(LOOPS));
