/** What agents may ask for: findings, what a rule means, and how an image gets to where it runs. */
import { resolve } from 'node:path';
import { nearest } from '../config/nearest.ts';
import { Problem } from '../config/problem.ts';
import { targetOf } from '../config/project.ts';
import { loadConfig } from '../config/load.ts';
import { trustWhere } from '../config/trust.ts';
import { openFolder, tryRead } from '../discover/files.ts';
import { check, type CheckResult } from '../engine.ts';
import { place } from '../core/site.ts';
import { defined } from '../core/optional.ts';
import { passageOf, type Stop } from '../lsp/voyages.ts';
import type { Voyage } from '../model/voyage.ts';
import { agent } from '../report/agent.ts';
import { linesForTerminal } from '../report/escape.ts';
import type { ReportInput } from '../report/report.ts';
import { PAGES } from '../rules/pages.ts';
import { RULES } from '../rules/registry.ts';
import { reportInput } from './check.ts';
import { judgeTyped } from './check-typed.ts';
import type { Tool } from '../mcp/server.ts';

const FOLDER = {
  type: 'string',
  description: 'The folder to start from; where the server was started, unless given.',
} as const;

const STYLE = { color: false, width: 80, quiet: false };

const checkTool: Tool = {
  name: 'check',
  title: 'Check a project or a command',
  description:
    'Says what will fail or surprise on the way of container images to AWS: in the whole project, in some of its paths, or of one shell command before it is run.',
  inputSchema: {
    type: 'object',
    properties: {
      command: { type: 'string', description: 'A shell command to judge instead of files. It is not run.' },
      paths: {
        type: 'array',
        items: { type: 'string' },
        description: 'Files or folders; findings that touch them are told.',
      },
      folder: FOLDER,
    },
    additionalProperties: false,
  },
  async run({ command, paths, folder }) {
    const cwd = folderOf(folder);
    if (typeof command === 'string') {
      if (paths !== undefined) throw new Problem('a command is judged by itself: leave out the paths');
      const { input } = await judgeTyped(command, { color: false, quiet: true }, cwd);
      return withNotices(input);
    }
    return withNotices((await read(cwd, textsOf(paths))).input);
  },
};

const explainTool: Tool = {
  name: 'explain',
  title: 'Explain a rule',
  description: 'What a rule finds, why it matters and how to fix it, with examples.',
  inputSchema: {
    type: 'object',
    properties: { rule: { type: 'string', description: 'Its name, such as arch-mismatch.' } },
    required: ['rule'],
    additionalProperties: false,
  },
  run({ rule: name }) {
    const rule = RULES.find(({ id, aliases }) => id === name || aliases?.some((one) => one === name) === true);
    const meant = nearest(
      String(name),
      RULES.map(({ id }) => id),
    );
    return rule === undefined
      ? Promise.reject(
          new Problem(`there is no rule '${name}'${meant === undefined ? '' : `; did you mean '${meant}'?`}`),
        )
      : Promise.resolve(PAGES[rule.id] ?? '');
  },
};

const voyageTool: Tool = {
  name: 'voyage',
  title: "Follow an image's voyage",
  description: 'Where an image is built, tagged and pushed, and what runs it, with the file and line of each.',
  inputSchema: {
    type: 'object',
    properties: {
      image: { type: 'string', description: 'A part of its name, or of the name of what runs it.' },
      folder: FOLDER,
    },
    required: ['image'],
    additionalProperties: false,
  },
  async run({ image, folder }) {
    const { model } = (await read(folderOf(folder), [])).result;
    const wanted = String(image).toLowerCase();
    const voyages = model.voyages.filter((one) => wanted !== '' && namesOf(one).some((name) => name.includes(wanted)));
    if (voyages.length > 0) return linesForTerminal(voyages.map(tell).join('\n'));
    const all = [...new Set(model.voyages.map(({ name }) => name))].slice(0, MOST_NAMED);
    return linesForTerminal(
      `No image of the project goes by '${image}'.${all.length === 0 ? '' : ` There are: ${all.join(', ')}`}\n`,
    );
  },
};

const MOST_NAMED = 50;

export const TOOLS: readonly Tool[] = [checkTool, explainTool, voyageTool];

function folderOf(folder: unknown): string {
  return typeof folder === 'string' ? resolve(folder) : process.cwd();
}

function textsOf(paths: unknown): string[] {
  return Array.isArray(paths) ? paths.filter((one) => typeof one === 'string') : [];
}

async function read(cwd: string, paths: readonly string[]): Promise<{ result: CheckResult; input: ReportInput }> {
  const { root, only } = targetOf(paths, cwd);
  const loaded = await loadConfig(root, RULES, { trust: trustWhere(false) });
  const { config, plugins } = loaded;
  const files = await openFolder(root);
  const pedantic = config.pedantic ?? false;
  const result = await check({ files, config, plugins, pedantic, ...defined({ only }) });
  return {
    result,
    input: reportInput(result, { root, read: (file) => tryRead(files, file), known: undefined, loaded }),
  };
}

/** There is no standard error that an agent would read. */
function withNotices(input: ReportInput): string {
  const notices = (input.notices ?? []).map(({ message }) => linesForTerminal(`${message}\n`)).join('');
  return notices + agent(input, STYLE);
}

function namesOf(voyage: Voyage): string[] {
  return [
    voyage.name,
    ...passageOf(voyage).stops.map(({ label }) => label),
    ...voyage.arrivals.map(({ workload }) => workload.label),
  ].map((name) => name.toLowerCase());
}

function tell(voyage: Voyage): string {
  const line = ({ label, site }: Stop): string => `  ${label} (${place(site)})\n`;
  return `${voyage.name}\n${passageOf(voyage).stops.map(line).join('')}`;
}
