/** Jenkinsfiles, under the names that people give them. */
import type { Language } from '../../project/language.ts';

const NAME = /^jenkinsfile(?:[._-].*)?$|[._-]jenkinsfile$/i;
/** What is written about one, tries one out or is made into one. */
const OTHER =
  /\.(?:md|markdown|txt|rst|adoc|html?|pdf|png|svg|py|rb|go|java|kt|js|ts|sh|ps1|ya?ml|json|xml|tf|j2|tmpl|tpl|template|erb|bak|orig|swp)$/i;

export const language: Language<'jenkins'> = {
  kind: 'jenkins',
  owns: (name) => NAME.test(name) && !OTHER.test(name),
  read: () => import('./read.ts'),
};
