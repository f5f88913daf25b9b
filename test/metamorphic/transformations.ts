/** All of them, in the order in which they are told. */
import { BODIES } from './bodies.ts';
import type { Transformation } from './edits.ts';
import { SHELL } from './shell.ts';
import { TEMPLATES } from './templates.ts';
import { TYPESCRIPT } from './typescript.ts';
import { WHOLE } from './whole.ts';
import { YAML } from './yaml.ts';

export const TRANSFORMATIONS: readonly Transformation[] = [
  ...WHOLE,
  ...SHELL,
  ...BODIES,
  ...YAML,
  ...TEMPLATES,
  ...TYPESCRIPT,
];
