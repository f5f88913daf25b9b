/**
 * `plimsoll init`: a configuration, a pre-commit hook, a CI workflow, and hooks of the coding agents at hand. Nothing that exists is overwritten.
 */
import { createInterface } from 'node:readline/promises';
import { CONFIG_NAMES, configIn } from '../config/load.ts';
import { Problem } from '../config/problem.ts';
import { boundaryOf, hasEntry, realOf } from '../files/boundary.ts';
import { reasonOf } from '../files/text.ts';
import { follow } from '../files/typed.ts';
import { save } from '../files/write.ts';
import { VERSION } from '../version.ts';
import { AGENT_HOOKS } from './agent-hooks.ts';
import { print } from './print.ts';

interface Offer {
  readonly file: string;
  readonly question: string;
  readonly text: string;
  /** Another file that does the same. */
  readonly instead?: string | undefined;
}

export async function initCommand(options: { yes?: true }): Promise<void> {
  if (options.yes !== true && process.stdin.isTTY !== true)
    throw new Problem('init asks before it writes, and there is no terminal to ask at; --yes writes all of it');
  const asking = options.yes === true ? undefined : createInterface({ input: process.stdin, output: process.stdout });
  const boundary = boundaryOf(realOf(process.cwd()));
  try {
    for (const { file, question, text, instead } of [...offers(), ...hooksFor(boundary)]) {
      const there = instead ?? (isThere(file, boundary) ? file : undefined);
      if (there !== undefined) {
        print(`${there} is there already and stays as it is.\n`);
        continue;
      }
      const answer = (await asking?.question(`${question} (${file}) [Y/n] `)) ?? 'y';
      if (!/^(?:y(?:es)?)?$/i.test(answer.trim())) continue;
      write(file, text, boundary);
    }
  } finally {
    asking?.close();
  }
}

/** A link is something, wherever it leads. */
function isThere(file: string, boundary: string): boolean {
  try {
    return hasEntry(process.cwd(), file) || follow(file, [boundary]).stat !== undefined;
  } catch {
    return false;
  }
}

function write(file: string, text: string, boundary: string): void {
  try {
    save({ path: file, projects: [boundary], inside: boundary, folders: true, fresh: true }, text);
  } catch (error) {
    throw new Problem(`${file} could not be written: ${reasonOf(error)}`);
  }
  print(`Wrote ${file}.\n`);
}

/** Only of agents that the project has something of: nobody wants a folder for each there is. */
function hooksFor(boundary: string): Offer[] {
  return AGENT_HOOKS.filter(({ traces }) => traces.some((one) => isThere(one, boundary))).map(
    ({ agent, file, text }) => ({
      file,
      text,
      question: `Have ${agent} ask before it runs a command?`,
    }),
  );
}

function offers(): Offer[] {
  const config = `{
  "$schema": "./node_modules/plimsoll/schema.json",
  // Levels: off, note, warning, error. \`plimsoll rules\` lists the rules.
  "rules": {},
  // Files that take no part, as in .gitignore.
  "ignores": [],
  // What variables, parameters and context keys may be, where the project doesn't say.
  "variables": {}
}
`;
  const hook = `repos:
  - repo: local
    hooks:
      - id: plimsoll
        name: plimsoll
        entry: npx --no-install plimsoll check
        language: system
        types: [text]
        require_serial: true
`;
  const workflow = `name: plimsoll
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
  security-events: write
jobs:
  plimsoll:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/setup-node@v4
        with:
          node-version: 20
      # Before the checkout, so that nothing of a pull request has a say in what is installed.
      - run: npm install --global plimsoll@${VERSION}
      - uses: actions/checkout@v4
      - run: plimsoll check --format github --output sarif=plimsoll.sarif
      - if: always()
        uses: github/codeql-action/upload-sarif@v3
        with:
          sarif_file: plimsoll.sarif
`;
  const existing = configIn(process.cwd());
  return [
    {
      file: 'plimsoll.config.jsonc',
      question: 'Write a configuration?',
      text: config,
      instead:
        existing === undefined
          ? undefined
          : (CONFIG_NAMES.find((name) => existing.endsWith(name)) ?? 'the plimsoll key of package.json'),
    },
    { file: '.pre-commit-config.yaml', question: 'Write a pre-commit hook?', text: hook },
    { file: '.github/workflows/plimsoll.yml', question: 'Write a GitHub workflow?', text: workflow },
  ];
}
