import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('the VS Code extension is fit to be packaged', () => {
  expect(
    execFileSync(process.execPath, [fileURLToPath(new URL('../../editors/vscode/check.mjs', import.meta.url))], {
      encoding: 'utf8',
    }),
  ).toBe('plimsoll 0.1.0: ready to be packaged\n');
});
