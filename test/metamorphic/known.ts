/** What still differs, by transformation and project, and why. A line must go as soon as it holds: the test says so. */
export const KNOWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
