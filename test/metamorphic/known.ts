/** What still differs, and why. A line must go as soon as it holds: the test says so. */
export const KNOWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CRLF: { 'idioms/commands-in-arrays/script-over-several-lines': 'the end of a place in a string of several lines is counted without its carriage returns' },
  'all of it below a folder': { 'deploy-output-hidden/through-npm-run': 'a script in a folder beside package.json is taken to run at the root of the repository' },
  'an unrelated service': { 'docs-fences/dockerfile-beside-its-build': 'a Dockerfile in a document is the one that is built only where the project has no other' },
};
