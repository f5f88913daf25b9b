/** CDK apps in TypeScript and JavaScript, and SST. */
import type { Language } from '../../project/language.ts';

const IMPORT =
  /\b(?:from|require\s*\(|import\s*\(|import)\s*['"](?:aws-cdk-lib|@aws-cdk\/|constructs(?:\/|['"])|@aws-solutions-constructs\/|monocdk|sst(?:\/|['"]))/;

export const language: Language<'cdk'> = {
  kind: 'cdk',
  inside: {
    among: 'program',
    tellTales: ['aws-cdk', 'constructs', 'monocdk', 'sst'],
    is: (text) => IMPORT.test(text),
  },
  read: undefined,
};
