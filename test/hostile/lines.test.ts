/** Long lines and many small things are read in time. */
import { describe } from 'vitest';
import { attack } from './harness.ts';
import { LINES, WIDE } from './projects/bulk.ts';

describe('long lines', () => attack(LINES));
describe('many things', () => attack(WIDE));
