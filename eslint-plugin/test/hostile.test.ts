/** ESLint's formatters print messages as they are, to a terminal or a CI system's log. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { commandsIn, unseenIn } from '../../test/report/readers.ts';
import { put } from '../../test/temporary.ts';
import { CONFIG, configure, eslint, VERSIONS } from './eslint.ts';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

it.each(VERSIONS.map((version) => [version]))(
  'a name in a message is neither a control character nor a command in %s',
  (version) => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-hostile-')));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    configure(root, CONFIG('strict'));
    mkdirSync(join(root, '.git'));
    const image = 'api\u001b[2J\u202e##vso[task.complete]';
    put(root, {
      Dockerfile: 'FROM scratch\n',
      'deploy.sh': `#!/bin/bash\nset -euo pipefail\nnpx cdk deploy | grep '${image}'\n`,
    });
    const messages = eslint(version, root).results.flatMap((one) => one.messages);
    expect(messages.map(({ message }) => message).join('\n')).toContain(
      '<U+001B>[2J<U+202E>#<U+0023>vso[task.complete]',
    );
    for (const { message, suggestions = [] } of messages)
      for (const text of [message, ...suggestions.map(({ desc }) => desc)])
        expect([unseenIn(text), commandsIn(text)]).toEqual([[], []]);
    const { stdout } = spawnSync(process.execPath, [join(MODULES, version, 'bin', 'eslint.js'), '.'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stdout).toContain('deploy.sh');
    expect([unseenIn(stdout), commandsIn(stdout)]).toEqual([[], []]);
  },
);
