/** From a real editor, where one is installed that runs without a screen. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { folder } from '../temporary.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const hasNeovim = spawnSync('nvim', ['--version']).status === 0;

const SCRIPT = '#!/bin/bash\nset -euo pipefail\nnpx cdk deploy --all | tail -5\n';

/** Opens the script, waits for a finding, types it away, waits until it is gone, and prints what it saw. */
const SESSION = (root: string): string => `
local id = vim.lsp.start_client({ name = 'plimsoll', cmd = { [[${process.execPath}]], [[${BIN}]], 'lsp' }, root_dir = [[${root}]],
  workspace_folders = { { uri = vim.uri_from_fname([[${root}]]), name = 'project' } } })
vim.cmd('edit ' .. [[${join(root, 'deploy.sh')}]])
vim.lsp.buf_attach_client(0, id)
vim.wait(30000, function() return #vim.diagnostic.get(0) > 0 end, 20)
local seen = {}
for _, one in ipairs(vim.diagnostic.get(0)) do table.insert(seen, (one.lnum + 1) .. ':' .. (one.col + 1) .. ' ' .. one.source .. ' ' .. one.code) end
vim.api.nvim_buf_set_lines(0, 2, 3, false, { 'npx cdk deploy --all' })
local gone = vim.wait(30000, function() return #vim.diagnostic.get(0) == 0 end, 20)
io.stdout:write(table.concat(seen, ',') .. ' then ' .. (gone and 'nothing' or 'still there') .. '\\n')
vim.cmd('qall!')
`;

it.skipIf(!hasNeovim)(
  'Neovim shows a finding, and takes it back when it is typed away',
  () => {
    const root = folder({ 'deploy.sh': SCRIPT });
    const session = join(root, 'session.lua');
    writeFileSync(session, SESSION(root));
    const { stdout, stderr } = spawnSync(
      'nvim',
      ['--headless', '-u', 'NONE', '-i', 'NONE', '-n', '-c', `luafile ${session}`],
      { encoding: 'utf8', timeout: 80_000 },
    );
    expect(`${stdout}${stderr.includes('Error') ? stderr : ''}`).toBe(
      '3:1 plimsoll deploy-output-hidden then nothing\n',
    );
  },
  90_000,
);
