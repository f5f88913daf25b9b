/** What a script only reads, and what looks like a password, comes out nowhere. */
import { describe } from 'vitest';
import { attack } from './harness.ts';
import { READ, SHOWN } from './projects/secrets.ts';

describe('values that are read', () => attack(READ));
describe('values that are written down', () => attack(SHOWN));
