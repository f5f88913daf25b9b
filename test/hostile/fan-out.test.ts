/**
 * Declarations that call, nest and repeat each other cost neither minutes nor gigabytes, and what was left out is
 * named.
 */
import { describe } from 'vitest';
import { attack } from './harness.ts';
import { APPS, PIPELINES, TEMPLATES } from './projects/hangs.ts';

describe('pipelines', () => attack(PIPELINES));
describe('templates', () => attack(TEMPLATES));
describe('CDK apps', () => attack(APPS));
