/**
 * Nothing is written through what the project planted, nothing is lost on a full disk, and what can't be written or
 * read is told by the exit code.
 */
import { describe } from 'vitest';
import { attack } from './harness.ts';
import { BASELINES, FIXES, INITS, OUTPUTS, STREAMS, TARGETS } from './projects/writes.ts';

describe('reports', () => attack(OUTPUTS));
describe('fixes', () => attack(FIXES));
describe('baselines', () => attack(BASELINES));
describe('init', () => attack(INITS));
describe('streams', () => attack(STREAMS));
describe('targets', () => attack(TARGETS));
