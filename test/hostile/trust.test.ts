/** Configuration that is code runs only where the user trusts it; the rest is read only where it belongs. */
import { describe } from 'vitest';
import { attack } from './harness.ts';
import { CODE, DATA, PROGRAMS } from './projects/trust.ts';

describe('code', () => attack(CODE));
describe('programs of the same name', () => attack(PROGRAMS));
describe('data', () => attack(DATA));
