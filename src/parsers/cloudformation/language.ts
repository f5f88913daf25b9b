/** CloudFormation and SAM templates. */
import type { Language } from '../../project/language.ts';

const TYPE = /["']?Type["']?\s*:\s*["']?AWS::[A-Z]/;
const VERSION = 'AWSTemplateFormatVersion';
const STARTS = /^\s*(?:---\s+)?\{?\s*["']?AWSTemplateFormatVersion["']?\s*:/;

export const language: Language<'template'> = {
  kind: 'template',
  inside: {
    among: 'declaration',
    tellTales: ['AWS::', VERSION],
    // One that is broken may not come as far as its resources.
    is: (text) => (TYPE.test(text) && text.includes('Resources')) || STARTS.test(text),
  },
  read: () => import('./read.ts'),
};
