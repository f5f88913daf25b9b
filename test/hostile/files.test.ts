/** Nothing outside of the project is opened, and nothing that is no file, whatever names it. */
import { describe } from 'vitest';
import { attack } from './harness.ts';
import { LINKS, NAMED, NO_FILE } from './projects/files.ts';

describe('links', () => attack(LINKS));
describe('what is no file', () => attack(NO_FILE));
describe('paths that files name', () => attack(NAMED));
