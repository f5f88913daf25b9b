// The ledger's two files: which repositories were read, and what was judged in them. README.md says what each field
// means.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const VERDICTS = ['right', 'wrong', 'debatable', 'missed'];
const HOW = ['whole', 'sample', 'expectations first'];
const SURE = ['high', 'medium'];
const SEVERITIES = ['note', 'warning', 'error'];
const CONFIDENCES = ['possible', 'likely', 'certain'];
const ORDER = ['repo', 'commit', 'path', 'line', 'rule', 'verdict', 'sure', 'most', 'why', 'cause', 'also', 'found'];

/**
 * @typedef {{ at: string, severity: string, confidence: string, shared?: true }} Found  a finding of the last recorded run; shared: it belongs to another entry first
 * @typedef {{ repo: string, commit: string, path: string, line: number, rule: string, verdict: string, sure: string, most?: string,
 *   why: string, cause?: string, also?: string[], found?: Found[] }} Entry
 * @typedef {{ rule: string, severity: string, confidence: string, message: string, file: string | null, line?: number, endLine?: number,
 *   related?: { file: string | null, line?: number, endLine?: number }[] }} Finding  as the command line's JSON has it
 * @typedef {{ repo: string, commit: string, read: string, how: string }} Repository
 * @typedef {{ repositories: Repository[], entries: Entry[] }} Ledger
 */

/** @param {string} folder @returns {Ledger} */
export function readLedger(folder) {
  const repositories = readLines(join(folder, 'repositories.jsonl'), repositoryProblem);
  const entries = readLines(join(folder, 'ledger.jsonl'), entryProblem);
  const commits = new Map(repositories.map(({ repo, commit }) => [repo, commit]));
  for (const { repo, commit, path, line } of entries) {
    if (commits.get(repo) === commit) continue;
    throw new Error(
      `ledger.jsonl: ${repo} ${path}:${line} was judged at ${commit}, but repositories.jsonl has ${commits.get(repo) ?? 'no such repository'}`,
    );
  }
  return { repositories, entries };
}

/** @param {string} folder @param {readonly Entry[]} entries */
export function writeEntries(folder, entries) {
  const lines = [...entries]
    .sort(byPlace)
    .map((entry) => JSON.stringify(entry, ORDER.concat('at', 'severity', 'confidence', 'shared')));
  writeFileSync(join(folder, 'ledger.jsonl'), `${lines.join('\n')}\n`);
}

/** Spelled `path:line`; a line of 0 stands for the whole file. */
export function placesOf({ path, line, also = [] }) {
  return [{ path, line }, ...also.map(placeOf)];
}

export function placeOf(text) {
  const colon = text.lastIndexOf(':');
  return { path: text.slice(0, colon), line: Number(text.slice(colon + 1)) };
}

/** What should be said, whether it is or not. */
export function isDefect({ verdict }) {
  return verdict === 'right' || verdict === 'missed';
}

export function severityRank(severity) {
  return SEVERITIES.indexOf(severity);
}

function byPlace(a, b) {
  return (
    compare(a.repo, b.repo) ||
    compare(a.path, b.path) ||
    a.line - b.line ||
    compare(a.rule, b.rule) ||
    compare(a.why, b.why)
  );
}

/** By code units, so that every machine writes the same order. */
function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}

function readLines(file, problemOf) {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, index) => {
      if (text === '') return [];
      const value = JSON.parse(text);
      const problem = problemOf(value);
      if (problem !== undefined) throw new Error(`${file}:${index + 1}: ${problem}`);
      return [value];
    });
}

function repositoryProblem({ repo, commit, read, how }) {
  if (!isName(repo)) return 'repo is owner/name';
  if (!isCommit(commit)) return 'commit is a whole commit hash';
  if (!/^\d{4}-\d\d-\d\d$/.test(read)) return 'read is the date of reading';
  if (!HOW.includes(how)) return `how is one of ${HOW.join(', ')}`;
  return undefined;
}

function entryProblem(entry) {
  const unknown = Object.keys(entry).find((key) => !ORDER.includes(key));
  if (unknown !== undefined) return `unknown field ${unknown}`;
  if (!isName(entry.repo)) return 'repo is owner/name';
  if (!isCommit(entry.commit)) return 'commit is a whole commit hash';
  if (typeof entry.path !== 'string' || entry.path === '') return 'path is a file of the repository';
  if (!Number.isInteger(entry.line) || entry.line < 0) return 'line is a line number, 0 for the whole file';
  if (typeof entry.rule !== 'string' || entry.rule === '') return 'rule is a rule id';
  if (!VERDICTS.includes(entry.verdict)) return `verdict is one of ${VERDICTS.join(', ')}`;
  if (!SURE.includes(entry.sure)) return `sure is one of ${SURE.join(', ')}`;
  if (entry.most !== undefined && !SEVERITIES.includes(entry.most)) return `most is one of ${SEVERITIES.join(', ')}`;
  if (typeof entry.why !== 'string' || entry.why === '') return 'why says why, in a few words';
  if (!(entry.also ?? []).every((place) => /:\d+$/.test(place))) return 'also is a list of path:line';
  const odd = (entry.found ?? []).find(
    ({ at, severity, confidence }) =>
      !/:\d+$/.test(at) || !SEVERITIES.includes(severity) || !CONFIDENCES.includes(confidence),
  );
  return odd === undefined ? undefined : 'found has at, severity and confidence';
}

function isName(text) {
  return typeof text === 'string' && /^[\w.-]+\/[\w.-]+$/.test(text);
}

function isCommit(text) {
  return typeof text === 'string' && /^[0-9a-f]{40}$/.test(text);
}
