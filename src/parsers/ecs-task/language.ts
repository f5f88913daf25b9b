/** Task definitions as plain JSON. */
import type { Language } from '../../project/language.ts';

const DEFINITION = /^\s*\{[\s\S]*"containerDefinitions"\s*:\s*\[/;

export const language: Language<'task-definition'> = {
  kind: 'task-definition',
  inside: {
    among: 'declaration',
    tellTales: ['containerDefinitions'],
    is: (text, path) =>
      path.endsWith('.json') && DEFINITION.test(text) && /"image"\s*:/.test(text) && !/"AWS::/.test(text),
  },
  read: () => import('./read.ts'),
};
