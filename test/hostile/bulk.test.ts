/** Files that nest without end, hold no text or break off end no run, and what could not be read is named. */
import { describe } from 'vitest';
import { attack } from './harness.ts';
import { DEEP, DEPTH, ODD } from './projects/bulk.ts';

describe('nesting', () => attack([...DEEP, ...DEPTH]));
describe('odd files', () => attack(ODD));
