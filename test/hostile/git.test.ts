/** A stranger's repository may say in its configuration what git should run: it never does through us. */
import { describe } from 'vitest';
import { attack } from './harness.ts';
import { DIFFS, KEYS, LAYOUTS } from './projects/git.ts';

describe('keys that name programs', () => attack(KEYS));
describe('layouts that git takes for repositories', () => attack(LAYOUTS));
describe('comparisons with a revision', () => attack(DIFFS));
