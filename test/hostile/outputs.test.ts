/** What the project calls things is shown as such, and is never an instruction to what reads the output. */
import { describe } from 'vitest';
import { attack } from './harness.ts';
import { CONTENTS, ERRORS, NAMES } from './projects/outputs.ts';

describe('names of files', () => attack(NAMES));
describe('texts of files', () => attack(CONTENTS));
describe('what is said on standard error', () => attack(ERRORS));
