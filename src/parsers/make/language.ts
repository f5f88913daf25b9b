/** Makefiles. */
import type { Language } from '../../project/language.ts';

const NAME = /^(?:GNUmakefile|[Mm]akefile(?:\.[\w.-]+)?|[^/]+\.mk)$/;
/** Sources, documents and templates that are only called after make. */
const OTHER =
  /\.(?:py[cdio]?|js|mjs|cjs|ts|rb|go|rs|java|php|cmake|md|rst|txt|html|json|toml|lock|am|in|orig|bak|old)$/;

export const language: Language<'makefile'> = {
  kind: 'makefile',
  owns: (name) => NAME.test(name) && !OTHER.test(name),
  read: () => import('./read.ts'),
};
