/** YAML that multiplies, and files without end: each is read in time or told, and starves no other. */
import { describe } from 'vitest';
import { attack } from './harness.ts';
import { MANY, YAML } from './projects/bulk.ts';

describe('YAML', () => attack(YAML));
describe('many files', () => attack(MANY));
