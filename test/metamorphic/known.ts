/** What still differs, and why. A line must go as soon as it holds: the test says so. */
export const KNOWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'an unrelated service': { 'docs-fences/dockerfile-beside-its-build': 'a Dockerfile in a document is the one that is built only where the project has no other' },
};
