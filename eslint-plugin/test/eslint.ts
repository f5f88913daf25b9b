/** Real ESLint processes, of each version the plug-in supports. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

export const VERSIONS = ['eslint9', 'eslint'] as const;

interface Message {
  readonly ruleId: string;
  readonly severity: number;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly fix?: object;
  readonly suggestions?: readonly {
    readonly desc: string;
    readonly fix: { readonly range: [number, number]; readonly text: string };
  }[];
}

export interface Linted {
  readonly filePath: string;
  readonly messages: readonly Message[];
  readonly suppressedMessages: readonly (Message & {
    readonly suppressions: readonly { readonly justification: string }[];
  })[];
}

export const CONFIG = (name: string, before = ''): string => `import plimsoll from 'eslint-plugin-plimsoll';
import tseslint from 'typescript-eslint';
export default [
  { files: ['**/*.{ts,mts,cts}'], languageOptions: { parser: tseslint.parser } },
  ${before}
  ...plimsoll.configs.${name},
];
`;

/** Writes a configuration and links the packages into the project, as an installation would. */
export function configure(root: string, config: string): void {
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'eslint.config.mjs'), config);
  symlinkSync(MODULES, join(root, 'node_modules'));
}

export function eslint(
  version: (typeof VERSIONS)[number],
  root: string,
  args: readonly string[] = ['.'],
): { code: number | null; results: Linted[]; err: string } {
  const bin = join(MODULES, version, 'bin', 'eslint.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, '--format', 'json', ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  return { code: status, results: stdout === '' ? [] : JSON.parse(stdout), err: stderr };
}
