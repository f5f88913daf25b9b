/** Configuration that is code, and configuration that isn't where it should be. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Hostile } from '../harness.ts';
import { commit, type Place, type Tree } from '../place.ts';

const MODULE = ({ scriptLine }: Place): string =>
  `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n${scriptLine}\nexport default {};\nexport const rules = [];\n`;
const COMMON = ({ scriptLine }: Place): string => `${scriptLine}\nmodule.exports = { default: {}, rules: [] };\n`;

/** Every way to name a module, with the file that names it. */
const WAYS: readonly (readonly [string, string, (place: Place) => Tree])[] = [
  ['plimsoll.config.mjs', 'plimsoll.config.mjs', (place) => ({ 'plimsoll.config.mjs': MODULE(place) })],
  [
    'plimsoll.config.js of an ES module package',
    'plimsoll.config.js',
    (place) => ({ 'package.json': '{"type": "module"}', 'plimsoll.config.js': MODULE(place) }),
  ],
  ['plimsoll.config.js that is CommonJS', 'plimsoll.config.js', (place) => ({ 'plimsoll.config.js': COMMON(place) })],
  [
    'a plug-in file that plimsoll.config.json names',
    'own.mjs',
    (place) => ({ 'plimsoll.config.json': '{"plugins": ["./own.mjs"]}', 'own.mjs': MODULE(place) }),
  ],
  [
    'a plug-in file that plimsoll.config.jsonc names',
    'own.mjs',
    (place) => ({ 'plimsoll.config.jsonc': '{/* */"plugins": ["./own.mjs"],}', 'own.mjs': MODULE(place) }),
  ],
  [
    'a plug-in file that plimsoll.config.yaml names',
    'own.cjs',
    (place) => ({ 'plimsoll.config.yaml': 'plugins: [./own.cjs]\n', 'own.cjs': COMMON(place) }),
  ],
  [
    'a plug-in file that package.json names',
    'own.mjs',
    (place) => ({ 'package.json': '{"plimsoll": {"plugins": ["./own.mjs"]}}', 'own.mjs': MODULE(place) }),
  ],
  [
    'a plug-in named by an absolute path',
    'own.mjs',
    (place) => ({
      'plimsoll.config.json': JSON.stringify({ plugins: [join(place.root, 'own.mjs')] }),
      'own.mjs': MODULE(place),
    }),
  ],
  [
    'a plug-in package in a committed node_modules',
    'plimsoll-plugin-x',
    (place) => ({
      'package.json': '{"plimsoll": {"plugins": ["plimsoll-plugin-x"]}}',
      'node_modules/plimsoll-plugin-x/package.json': '{"name": "plimsoll-plugin-x", "main": "index.js"}',
      'node_modules/plimsoll-plugin-x/index.js': COMMON(place),
    }),
  ],
];

export const CODE: readonly Hostile[] = [
  ...WAYS.map(
    ([name, file, files]): Hostile => ({ what: `${name} is not run, and that is said`, files, said: [file] }),
  ),
  ...['pretty', 'sarif', 'github', 'gitlab', 'junit', 'markdown'].map(
    (format): Hostile => ({
      what: `that a configuration was not run is said with -f ${format} too`,
      files: (place) => ({ 'plimsoll.config.mjs': MODULE(place) }),
      args: ['check', '-f', format],
      said: ['plimsoll.config.mjs'],
    }),
  ),
  {
    what: 'code named by --config is not run without trust',
    files: (place) => ({ 'other.mjs': MODULE(place) }),
    args: ['check', '-f', 'json', '--config', 'other.mjs'],
    exit: [1, 2],
  },
  {
    what: 'plug-ins of a file named by --config are not run without trust',
    files: (place) => ({ 'other.json': '{"plugins": ["./own.mjs"]}', 'own.mjs': MODULE(place) }),
    args: ['check', '-f', 'json', '--config', 'other.json'],
    said: ['own.mjs'],
  },
  {
    what: 'code named by `extends` is not run',
    files: (place) => ({ 'plimsoll.config.json': '{"extends": "./own.mjs"}', 'own.mjs': MODULE(place) }),
    exit: [1, 2],
  },
  {
    what: 'code that a configuration links to is not run',
    files: (place) => ({ 'own.mjs': MODULE(place), 'plimsoll.config.mjs': { link: 'own.mjs' } }),
  },
  {
    what: 'code outside that a plug-in names is not run',
    outside: (place) => ({ 'own.mjs': MODULE(place) }),
    files: { 'plimsoll.config.json': '{"plugins": ["../outside/own.mjs"]}' },
  },
  {
    what: 'code is run with --trust',
    files: (place) => ({ 'plimsoll.config.mjs': MODULE(place) }),
    args: ['check', '-f', 'json', '--trust'],
    trusted: true,
  },
  {
    what: 'code above the folder is not looked for where no repository is',
    arrange: (place) => symlinkSync('outside/plimsoll.config.mjs', join(place.base, 'plimsoll.config.mjs')),
    outside: (place) => ({ 'plimsoll.config.mjs': MODULE(place) }),
  },
  {
    what: 'code in the git root above the named folder is not run',
    files: (place) => ({
      'plimsoll.config.mjs': MODULE(place),
      'sub/aa-innocent.sh': 'npx cdk deploy --all | tail -5\n',
    }),
    arrange: commit,
    args: ['check', '-f', 'json', 'sub'],
    alone: true,
  },
  {
    what: 'an editor configuration of the project is not run',
    files: (place) => ({
      '.vscode/settings.json': '{"plimsoll.trust": true}',
      '.plimsollrc.js': COMMON(place),
      'plimsoll.config.cjs': COMMON(place),
      'plimsoll.config.ts': MODULE(place),
    }),
  },
  {
    what: 'what the project calls trusted is not',
    files: (place) => ({
      'plimsoll.config.json': '{"trust": true, "plugins": ["./own.mjs"]}',
      'own.mjs': MODULE(place),
    }),
    exit: [1, 2],
  },
];

/** `npx`, `npm run` and many a shell put the project's own programs first. */
const PATHS = ['node_modules/.bin', '.', 'bin', ''];

export const PROGRAMS: readonly Hostile[] = [
  ...PATHS.map(
    (folder): Hostile => ({
      what: `a git of the project is not run, where the search path begins with ${JSON.stringify(folder)}`,
      files: (place) =>
        Object.fromEntries(
          ['git', 'git.exe', 'git.cmd', 'node', 'sh', 'npx', 'docker-credential-x'].map((name) => [
            folder === '.' || folder === '' ? name : `${folder}/${name}`,
            { text: `#!/bin/sh\n${place.shellLine}\n`, mode: 0o755 },
          ]),
        ),
      around: ({ root }) => `PATH="${folder === 'node_modules/.bin' ? `${root}/` : ''}${folder}:$PATH" exec "$@"`,
    }),
  ),
  {
    what: 'packages that the project brings under the names of ours are not loaded',
    files: (place) =>
      Object.fromEntries(
        [
          'yaml',
          'typescript',
          'ts-morph',
          'aws-cdk-lib',
          'jsonc-parser',
          'ignore',
          'commander',
          'picocolors',
          '@aws-sdk/client-sts',
          '@aws-cdk/cloudformation-diff',
          'plimsoll',
        ]
          .flatMap((name) => [
            [`node_modules/${name}/package.json`, '{"version": "9.9.9", "main": "index.js"}'],
            [`node_modules/${name}/index.js`, place.scriptLine],
          ])
          .concat([
            ['bin/app.ts', "import { App } from 'aws-cdk-lib';\nnew App();\n"],
            ['template.yaml', 'Resources:\n  A: {Type: AWS::ECR::Repository}\n'],
          ]),
      ),
  },
  {
    what: "the project's .npmrc, .env and Node options change nothing",
    files: (place) => ({
      '.npmrc': 'node-options=--require ./evil.cjs\nscript-shell=./evil\n',
      '.env': 'NODE_OPTIONS=--require ./evil.cjs\nAWS_ENDPOINT_URL=http://127.0.0.1:9\n',
      'evil.cjs': place.scriptLine,
      evil: { text: `#!/bin/sh\n${place.shellLine}\n`, mode: 0o755 },
      '.node-version': '0',
      '.nvmrc': '0',
      'package.json':
        '{"type": "commonjs", "imports": {"#x": "./evil.cjs"}, "exports": "./evil.cjs", "main": "./evil.cjs"}',
      'index.js': place.scriptLine,
    }),
  },
];

export const DATA: readonly Hostile[] = [
  {
    what: 'a configuration above a folder without a repository is not read',
    arrange: (place) => symlinkSync('outside/c.json', join(place.base, 'plimsoll.config.json')),
    outside: { 'c.json': '{"rules": {"deploy-output-hidden": "off"}}' },
  },
  {
    what: 'a package.json above a folder without a repository is not read',
    arrange: (place) => symlinkSync('outside/c.json', join(place.base, 'package.json')),
    outside: { 'c.json': '{"plimsoll": {"rules": {"deploy-output-hidden": "off"}}}' },
  },
  {
    what: 'a configuration that links out of the project is not read',
    outside: (place) => ({ 'c.json': `{"${place.canary()}": 1}` }),
    files: { 'plimsoll.config.json': { link: '../outside/c.json' } },
    exit: [1, 2],
  },
  {
    what: 'a configuration in YAML that links out of the project is not read',
    outside: (place) => ({ 'c.yaml': `x: [${place.canary()}\n` }),
    files: { 'plimsoll.config.yaml': { link: '../outside/c.yaml' } },
    exit: [1, 2],
  },
  {
    what: 'a package.json that links out of the project is not read',
    outside: (place) => ({ 'p.json': `{"plimsoll": {"${place.canary()}": 1}}` }),
    files: { 'package.json': { link: '../outside/p.json' } },
    exit: [1, 2],
  },
  {
    what: 'a FIFO as plimsoll.config.json keeps nobody waiting',
    files: { 'plimsoll.config.json': { fifo: true } },
    exit: [1, 2],
  },
  { what: 'a FIFO as package.json keeps nobody waiting', files: { 'package.json': { fifo: true } } },
  {
    what: 'a device as plimsoll.config.yaml is not opened',
    files: { 'plimsoll.config.yaml': { link: '/dev/zero' } },
    exit: [1, 2],
  },
  { what: 'a folder as plimsoll.config.json is one line', files: { 'plimsoll.config.json/x': '' }, exit: [1, 2] },
  {
    what: 'aliases that multiply in a configuration end it with one line',
    files: {
      'plimsoll.config.yaml': `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array.from({ length: 10 }, () => `*a${n}`).join(', ')}]`).join('\n')}\n`,
    },
    exit: [2],
  },
  {
    what: 'a configuration nested 100,000 deep ends with one line',
    files: { 'plimsoll.config.json': `${'['.repeat(100_000)}${']'.repeat(100_000)}` },
    exit: [2],
  },
  {
    what: 'a configuration in YAML nested 20,000 deep ends with one line',
    files: { 'plimsoll.config.yaml': `rules: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n` },
    exit: [2],
  },
  {
    what: 'a package.json nested 100,000 deep is no configuration',
    files: { 'package.json': `{"plimsoll": ${'['.repeat(100_000)}${']'.repeat(100_000)}}` },
    exit: [1, 2],
  },
  {
    what: 'names of the language in a configuration change nothing',
    files: {
      'plimsoll.config.json':
        '{"variables": {"__proto__": "x", "constructor": ["y"]}, "__proto__": {"rules": {"deploy-output-hidden": "off"}}}',
    },
    alone: true,
    exit: [2],
    said: ["unknown key '__proto__'"],
  },
  {
    what: 'names of the language as variables are variables',
    files: { 'plimsoll.config.json': '{"variables": {"__proto__": "x", "constructor": ["y"]}}' },
  },
  {
    what: 'names of the language as rules are refused in one line',
    files: { 'plimsoll.config.json': '{"rules": {"toString": "off", "hasOwnProperty": "error"}}' },
    exit: [2],
  },
  {
    what: 'a configuration that names a baseline outside does not have it read',
    outside: (place) => ({ 'b.json': `{"version": 1, "findings": [{"fingerprint": "${place.canary()}"}]}` }),
    files: { 'plimsoll.config.json': '{"baseline": "../outside/b.json"}' },
    exit: [1, 2],
  },
  {
    what: 'a configuration that names a baseline outside does not have it written',
    outside: { 'b.json': 'precious' },
    files: { 'plimsoll.config.json': '{"baseline": "../outside/b.json"}' },
    args: ['check', '-f', 'json', '--update-baseline'],
    exit: [2],
  },
  {
    what: 'a configuration that names a FIFO as baseline keeps nobody waiting',
    files: { 'plimsoll.config.json': '{"baseline": "b.json"}', 'b.json': { fifo: true } },
    exit: [1, 2],
  },
  {
    what: 'a configuration that names a device as baseline has it not read',
    files: { 'plimsoll.config.json': '{"baseline": "/dev/zero"}' },
    exit: [1, 2],
  },
  {
    what: 'patterns to ignore that explode are read in time',
    files: {
      'plimsoll.config.json': JSON.stringify({
        ignores: [`${'*a'.repeat(60)}b`, `${'**/'.repeat(40)}x`, `{${'a,'.repeat(2000)}}`],
      }),
      [`${'a'.repeat(200)}.sh`]: 'echo\n',
    },
  },
  {
    what: 'patterns to ignore of the project that explode are read in time',
    files: {
      '.gitignore': `${'*a'.repeat(60)}b\n${'**/'.repeat(40)}x\n${'[a-z]*'.repeat(50)}!\n`,
      [`${'a'.repeat(200)}.sh`]: 'echo\n',
      [`${'a/'.repeat(60)}a.sh`]: 'echo\n',
    },
  },
];
