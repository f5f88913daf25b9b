/** What `init` writes for coding agents, and what docs/agents.md says of it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { AGENT_HOOKS } from '../../src/cli/agent-hooks.ts';
import { ENVIRONMENT } from '../canaries.ts';
import { folder } from '../temporary.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const DOCS = fileURLToPath(new URL('../../docs/agents.md', import.meta.url));

function init(root: string): string {
  const { stdout, status } = spawnSync(process.execPath, [BIN, 'init', '--yes'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...ENVIRONMENT },
  });
  expect(status).toBe(0);
  return stdout;
}

it('is in the docs as it is written', () => {
  const shown = AGENT_HOOKS.map(
    ({ agent, file, text }) => `${agent}, \`${file}\`:\n\n\`\`\`json\n${text}\`\`\`\n`,
  ).join('\n');
  const docs = readFileSync(DOCS, 'utf8');
  const updated = docs.replace(
    /(<!-- hooks:start -->\n)[^]*(<!-- hooks:end -->)/,
    (_, start: string, end: string) => `${start}\n${shown}\n${end}`,
  );
  if (process.env['UPDATE'] === '1') writeFileSync(DOCS, updated);
  expect(readFileSync(DOCS, 'utf8')).toBe(updated);
});

it.each(AGENT_HOOKS.flatMap(({ agent, file, traces, text }) => traces.map((trace) => ({ agent, file, text, trace }))))(
  '$trace has $agent ask',
  ({ file, text, trace }) => {
    const root = folder({ [isFile(trace) ? trace : `${trace}/x.txt`]: '' });
    expect(init(root)).toContain(`Wrote ${file}.\n`);
    expect(readFileSync(join(root, file), 'utf8')).toBe(text);
  },
);

function isFile(trace: string): boolean {
  return /\.md$|rules$/.test(trace);
}

it('is offered for no agent that the project knows nothing of, and overwrites nothing', () => {
  const root = folder({ '.claude/settings.json': '{}' });
  expect(init(root)).toContain('.claude/settings.json is there already and stays as it is.\n');
  expect(readFileSync(join(root, '.claude/settings.json'), 'utf8')).toBe('{}');
  for (const { file } of AGENT_HOOKS.slice(1)) expect(existsSync(join(root, file))).toBe(false);
});
