/** CloudFormation and SAM templates. */
import type { Language } from '../../project/language.ts';

const TYPE = /["']?Type["']?\s*:\s*["']?AWS::[A-Z]/;

export const language: Language<'template'> = {
  kind: 'template',
  inside: {
    among: 'declaration',
    tellTales: ['AWS::'],
    is: (text) => TYPE.test(text) && text.includes('Resources'),
  },
  read: () => import('./read.ts'),
};
