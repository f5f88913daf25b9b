/** Files that are big, deep, many, cut off or no text at all. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Hostile } from '../harness.ts';
import type { Place, Tree } from '../place.ts';

const PUSH = 'docker push "app:latest" | tail -1';
const many = (count: number, line: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => line(n)).join('');

interface Language {
  readonly file: string;
  /** A file of one line, about this many characters long. */
  line(size: number): string;
  /** A file that nests this deep. */
  deep(levels: number): string;
  /** A file of many small things. */
  wide(count: number): string;
}

const nest = (levels: number, open: string, core: string, close: string): string =>
  open.repeat(levels) + core + close.repeat(levels);
const TS =
  "import { App, Stack } from 'aws-cdk-lib';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\nconst s = new Stack(new App(), 'S');\n";

const LANGUAGES: readonly Language[] = [
  {
    file: 'a.sh',
    line: (size) => `docker push "${'a'.repeat(size)}" | tail -1 # ${'x '.repeat(10)}\n`,
    deep: (n) => `X=${nest(n, '$(echo ', 'a', ')')}\n${nest(n, '( ', PUSH, ' )')}\n`,
    wide: (n) => many(n, (k) => `docker push app${k}:latest\n`),
  },
  {
    file: 'b.sh',
    line: (size) => `${`a=b; `.repeat(size / 5)}${PUSH}\n`,
    deep: (n) => `${nest(n, 'if true; then ', PUSH, '; fi')}\n`,
    wide: (n) => many(n, (k) => `V${k}="$V${k - 1}" && export V${k}\n`),
  },
  {
    file: 'c.sh',
    line: (size) => `docker build ${'-t a '.repeat(size / 5)}. | tail -1\n`,
    deep: (n) =>
      `X=${nest(n, '${X:-', 'a', '}')}\nY=$((${nest(n, '(', '1', ')')}))\n[[ ${nest(n, '( ', '-n a', ' )')} ]]\n`,
    wide: (n) => many(n, (k) => `f${k}() { :; }\n`),
  },
  {
    file: 'Dockerfile',
    line: (size) => `FROM x\nRUN ${'curl a && '.repeat(size / 10)}true\n`,
    deep: (n) =>
      `ARG A=${nest(n, '${B:-', 'a', '}')}\nFROM $A\nRUN ${nest(n, '(', 'true', ')')}\nONBUILD ${'ONBUILD '.repeat(n)}RUN x\n`,
    wide: (n) => `FROM x AS s\n${many(n, (k) => `FROM s AS s${k}\nCOPY --from=s${k - 1} a b\n`)}`,
  },
  {
    file: '.github/workflows/a.yml',
    line: (size) =>
      `on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [${`{run: x}, `.repeat(size / 10)}{run: '${PUSH}'}]}}\n`,
    deep: (n) =>
      `on: push\nx: ${nest(n, '[', 'a', ']')}\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: '${PUSH}'}]}}\n`,
    wide: (n) =>
      `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${many(n, (k) => `      - run: echo ${k}\n`)}`,
  },
  {
    file: '.gitlab-ci.yml',
    line: (size) => `a: {script: [${'x, '.repeat(size / 3)}'${PUSH}']}\n`,
    deep: (n) => `a:\n  script: ${nest(n, '[', `'${PUSH}'`, ']')}\n`,
    wide: (n) => many(n, (k) => `j${k}:\n  script: [echo]\n`),
  },
  {
    file: 'template.yaml',
    line: (size) => `Resources: {${'A: {Type: AWS::S3::Bucket}, '.repeat(size / 27)}B: {Type: AWS::ECR::Repository}}\n`,
    deep: (n) =>
      `Resources:\n  A:\n    Type: AWS::ECR::Repository\n    Properties:\n      RepositoryName: ${nest(n, '!Sub [', 'a', ']')}\n`,
    wide: (n) =>
      `Resources:\n${many(n, (k) => `  R${k}:\n    Type: AWS::ECR::Repository\n    Properties: {RepositoryName: a${k}}\n`)}`,
  },
  {
    file: 'block.yaml',
    line: (size) =>
      `Resources:\n  A:\n    Type: AWS::ECR::Repository\n    Properties: {RepositoryName: "${'\\u0061'.repeat(size / 6)}"}\n`,
    deep: (n) =>
      `Resources:\n  A:\n    Type: AWS::ECR::Repository\n${many(Math.min(n, 2000), (k) => `${' '.repeat(k + 4)}a:\n`)}`,
    wide: (n) =>
      `Resources:\n  A:\n    Type: AWS::ECR::Repository\nMappings:\n  M:\n${many(n, (k) => `    k${k}: {a: b}\n`)}`,
  },
  {
    file: 'template.json',
    line: (size) =>
      `{"Resources": {${'"A": {"Type": "AWS::S3::Bucket"}, '.repeat(size / 34)}"B": {"Type": "AWS::ECR::Repository"}}}`,
    deep: (n) =>
      `{"Resources": {"A": {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": ${nest(n, '{"Fn::Join": ["", [', '"a"', ']]}')}}}}}`,
    wide: (n) =>
      JSON.stringify({
        Resources: Object.fromEntries(
          Array.from({ length: n }, (_, k) => [
            `R${k}`,
            { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: `a${k}` } },
          ]),
        ),
      }),
  },
  {
    file: 'compose.yaml',
    line: (size) => `services: {a: {image: a, environment: [${'A=b, '.repeat(size / 5)}C]}}\n`,
    deep: (n) =>
      `services:\n  a:\n    image: "${nest(n, '${A:-', 'x', '}')}"\n    build: ${nest(n, '{context: ', 'a', '}')}\n`,
    wide: (n) => `services:\n${many(n, (k) => `  s${k}: {image: "a${k}:latest", build: .}\n`)}`,
  },
  {
    file: 'docker-bake.hcl',
    line: (size) => `target "a" { tags = [${'"a", '.repeat(size / 5)}"b"] }\n`,
    deep: (n) => `target "a" {\n  tags = ${nest(n, '[', '"a"', ']')}\n  x = ${nest(n, '(', '1', ')')}\n}\n`,
    wide: (n) => many(n, (k) => `target "t${k}" {\n  tags = ["a${k}:latest"]\n}\n`),
  },
  {
    file: 'main.tf',
    line: (size) => `resource "aws_ecr_repository" "a" { name = "${'a'.repeat(size)}" }\n`,
    deep: (n) =>
      `locals {\n  a = ${nest(n, '"${', '"a"', '}"')}\n  b = ${nest(n, '(', '1', ')')}\n  c = ${nest(n, 'f(', '1', ')')}\n  d = ${'!'.repeat(n)}true\n}\n${nest(n, 'a { ', '', ' }')}\n`,
    wide: (n) => many(n, (k) => `resource "aws_ecr_repository" "r${k}" {\n  name = "a${k}"\n}\n`),
  },
  {
    file: 'Makefile',
    line: (size) => `A := ${'a '.repeat(size / 2)}\nall:\n\t${PUSH}\n`,
    deep: (n) =>
      `A = ${nest(n, '$(if a,', 'b', ')')}\n${many(Math.min(n, 20_000), () => 'ifdef A\n')}all:\n\t${PUSH} $(A)\n${many(Math.min(n, 20_000), () => 'endif\n')}`,
    wide: (n) => many(n, (k) => `t${k}: t${k + 1}\n\tdocker push a${k}:latest\n`),
  },
  {
    file: 'justfile',
    line: (size) => `all:\n  echo ${'a'.repeat(size)}\n`,
    deep: (n) => `x := ${nest(n, '(', '"a"', ')')}\ny := ${'"a" + '.repeat(n)}"b"\nall:\n  ${PUSH}\n`,
    wide: (n) => many(n, (k) => `r${k}:\n  docker push a${k}:latest\n`),
  },
  {
    file: 'Taskfile.yml',
    line: (size) => `version: '3'\ntasks: {a: {cmds: [${'x, '.repeat(size / 3)}y]}}\n`,
    deep: (n) => `version: '3'\ntasks:\n  a:\n    cmds: ${nest(n, '[', 'x', ']')}\n`,
    wide: (n) => `version: '3'\ntasks:\n${many(n, (k) => `  t${k}: {cmds: ["docker push a${k}:latest"]}\n`)}`,
  },
  {
    file: 'package.json',
    line: (size) => `{"scripts": {"a": "${'x && '.repeat(size / 5)}true"}}`,
    deep: (n) => `{"scripts": {"a": "echo"}, "x": ${nest(n, '[', '1', ']')}}`,
    wide: (n) =>
      JSON.stringify({
        scripts: Object.fromEntries(Array.from({ length: n }, (_, k) => [`s${k}`, `docker push a${k}:latest`])),
      }),
  },
  {
    file: 'samconfig.toml',
    line: (size) => `version = 0.1\n[default.deploy.parameters]\nstack_name = "${'a'.repeat(size)}"\n`,
    deep: (n) => `version = 0.1\n[default.deploy.parameters]\nx = ${nest(n, '[', '1', ']')}\n[${'a.'.repeat(n)}b]\n`,
    wide: (n) => `version = 0.1\n${many(n, (k) => `[e${k}.deploy.parameters]\nstack_name = "a"\n`)}`,
  },
  {
    file: 'serverless.yml',
    line: (size) =>
      `service: a\nprovider: {name: aws}\nfunctions: {f: {image: "${'${self:service}'.repeat(size / 15)}"}}\n`,
    deep: (n) => `service: a\nprovider: {name: aws}\nfunctions:\n  f:\n    image: "${nest(n, '${self:', 'a', '}')}"\n`,
    wide: (n) =>
      `service: a\nprovider: {name: aws, ecr: {images: {a: {path: .}}}}\nfunctions:\n${many(n, (k) => `  f${k}: {image: {name: a}}\n`)}`,
  },
  {
    file: 'bin/app.ts',
    line: (size) => `${TS}new ecr.Repository(s, 'A', { repositoryName: '${'a'.repeat(size)}' });\n`,
    deep: (n) => `${TS}new ecr.Repository(s, 'A', { repositoryName: ${nest(n, '(', "'a'", ')')} });\n`,
    wide: (n) => `${TS}${many(n, (k) => `new ecr.Repository(s, 'R${k}', { repositoryName: 'a${k}' });\n`)}`,
  },
  {
    file: 'bin/app2.ts',
    line: (size) =>
      `${TS}const a = [${'1, '.repeat(size / 3)}1];\nnew ecr.Repository(s, 'A', { repositoryName: \`\${a.length}\` });\n`,
    deep: (n) =>
      `${TS}const f = ${'() => '.repeat(n)}1;\nconst g = ${"'a' + ".repeat(n)}'b';\n${nest(n, '{', ';', '}')}\n`,
    wide: (n) => `${TS}${many(n, (k) => `const c${k} = c${k - 1} + 'a';\n`)}`,
  },
  {
    file: 'README.md',
    line: (size) => `\`\`\`sh\necho ${'a'.repeat(size)}\n\`\`\`\n`,
    deep: (n) => `${'> '.repeat(n)}\`\`\`sh\n${'- '.repeat(n)}\n${'`'.repeat(n)}\n`,
    wide: (n) => many(n, (k) => `\`\`\`sh\ndocker push a${k}:latest | tail -1\n\`\`\`\n`),
  },
];

const DOCS: Tree = { 'plimsoll.config.json': '{"docs": true}' };
const docs = (file: string): Tree => (file.endsWith('.md') ? DOCS : {});

export const LINES: readonly Hostile[] = LANGUAGES.map(
  ({ file, line }): Hostile => ({
    what: `a line of 9 MB in ${file} is read in time`,
    files: { ...docs(file), [file]: line(9_000_000) },
  }),
);

export const DEEP: readonly Hostile[] = LANGUAGES.map(
  ({ file, deep }): Hostile => ({
    what: `nesting 100,000 deep in ${file} ends nothing`,
    files: { ...docs(file), [file]: deep(100_000) },
  }),
);

/**
 * Somewhere between what is read and what is refused the stack comes to its end. There it isn't enough to catch the
 * RangeError: V8 ends the process, past every `catch`, when it has to compile a regular expression with too little
 * stack left.
 */
const DEPTHS = [
  60, 100, 150, 200, 300, 500, 700, 1000, 1400, 2000, 2800, 4000, 5600, 8000, 11_000, 16_000, 22_000, 32_000,
];

export const DEPTH: readonly Hostile[] = LANGUAGES.filter(({ file }) => !file.startsWith('bin/')).map(
  ({ file, deep }): Hostile => ({
    what: `nesting of any depth in ${file} ends nothing`,
    files: Object.fromEntries([
      ...Object.entries(docs(file)),
      ...DEPTHS.map((levels) => [`d${levels}/${file}`, deep(levels)] as const),
    ]),
  }),
);

export const WIDE: readonly Hostile[] = LANGUAGES.map(
  ({ file, wide }): Hostile => ({
    what: `5,000 things in ${file} are judged in time`,
    files: { ...docs(file), [file]: wide(5000) },
  }),
);

/** What a file may hold that is no text of its language. */
const BYTES: readonly (readonly [string, (text: string) => string | Uint8Array])[] = [
  ['empty files', () => ''],
  ['files of one NUL byte', () => '\0'],
  ['files with NUL bytes in them', (text) => text.replaceAll(' ', '\0 ')],
  ['files in UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  [
    'files in UTF-16, big end first, and an odd byte',
    (text) => Buffer.concat([Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), Buffer.from([1])]),
  ],
  ['files with a mark of UTF-8, twice', (text) => `\ufeff\ufeff${text}`],
  [
    'files that are no UTF-8',
    (text) =>
      Buffer.concat([
        Buffer.from([0xff, 0xfe, 0xfd, 0x80, 0xc0]),
        Buffer.from(text, 'latin1'),
        Buffer.from([0xed, 0xa0, 0x80, 0xf5]),
      ]),
  ],
  ['files cut off in the middle', (text) => text.slice(0, text.length / 2)],
  ['files cut off in a character', (text) => Buffer.from(`${text}👩`).subarray(0, -2)],
  ['files with old line ends', (text) => text.replaceAll('\n', '\r')],
  ['files with mixed line ends', (text) => text.replaceAll('\n', '\r\n\r\u2028\u0085\n')],
  ['files backwards', (text) => [...text].reverse().join('')],
  [
    'files of random bytes',
    (text) => Uint8Array.from({ length: 5000 }, (_, n) => (n * 7919 + text.length * 31 + (n >> 3)) % 256),
  ],
  ['files of brackets', () => '([{<"\'`$(${${{'.repeat(2000)],
  ['files of white space', () => ' \t\n\r\n\u00a0\u3000'.repeat(20_000)],
  ['files of tabs before everything', (text) => text.replaceAll(/^/gm, '\t \t')],
  ['files of escapes', () => '\\'.repeat(200_001)],
];

const BROKEN_OFF = [
  'npx cdk deploy --all | tail -5\nif\n',
  'npx cdk deploy --all | tail -5\nif true; then\n',
  'npx cdk deploy --all | tail -5\ncase x in\n',
  'npx cdk deploy --all | tail -5\nfor x in a; do\n',
  'npx cdk deploy --all | tail -5\nfoo() {\n',
  'npx cdk deploy --all | tail -5\necho "\n',
  'npx cdk deploy --all | tail -5\ncat <<EOF\n',
  'npx cdk deploy --all | tail -5\n$(\n',
  'npx cdk deploy --all | tail -5\n&& ||\n',
  'npx cdk deploy --all && if',
  'npx cdk deploy --all || while',
  'npx cdk deploy |',
  'npx cdk deploy && !',
  'npx cdk deploy; function',
  'npx cdk deploy; (',
  'npx cdk deploy; [[ a',
  'npx cdk deploy; ((',
  'npx cdk deploy; elif',
  'npx cdk deploy; select x in',
  'npx cdk deploy; until',
  'npx cdk deploy; coproc',
  'npx cdk deploy; time',
  'npx cdk deploy > <',
];

export const ODD: readonly Hostile[] = [
  ...BYTES.map(
    ([what, change]): Hostile => ({
      what: `${what}, one in each language, end nothing`,
      files: {
        ...Object.fromEntries(
          LANGUAGES.map(({ file, wide }) => [file === 'README.md' ? 'DOCS.md' : file, change(wide(20))]),
        ),
        ...DOCS,
      },
    }),
  ),
  {
    what: 'files larger than are read are told',
    files: {
      'a.sh': { size: 64 * 1024 * 1024 },
      Dockerfile: { size: 4 * 1024 ** 3 },
      'template.yaml': { size: 2 ** 31 + 1 },
      'main.tf': { size: 10 * 1024 * 1024 + 1 },
      '.env': { size: 8 * 1024 ** 3 },
      'package.json': { size: 2 ** 32 },
      'compose.yaml': 'services: {a: {image: "${A}", env_file: .env}}\n',
      'b.sh': 'source .env\ndocker push $(cat .env) | tail -1\n',
    },
    said: ['a.sh', 'Dockerfile', 'main.tf'],
  },
  {
    what: 'a .gitignore and a configuration of 64 MB are read in time or told',
    files: { '.gitignore': 'aaaaaaaaaaaaaaa/*\n'.repeat(600_000), 'plimsoll.config.json': { size: 64 * 1024 * 1024 } },
    exit: [1, 2],
  },
  {
    what: 'scripts that break off in the middle end no run, in a script of their own or elsewhere',
    files: Object.fromEntries(
      BROKEN_OFF.flatMap((text, n): [string, string][] =>
        Object.entries({
          'a.sh': text,
          Makefile: `all:\n\t${text.split('\n').join('; ')}\n`,
          'package.json': JSON.stringify({ scripts: { a: text } }),
          '.gitlab-ci.yml': `a: {script: [${JSON.stringify(text)}]}\n`,
          '.circleci/config.yml': `version: 2.1\njobs: {a: {machine: true, steps: [{run: ${JSON.stringify(text)}}]}}\n`,
          Dockerfile: `FROM x\nRUN ${text.split('\n').join('; ')}\n`,
          'action.yml': `runs:\n  using: composite\n  steps: [{shell: bash, run: ${JSON.stringify(text)}}]\n`,
        }).map(([file, content]) => [`${n}/${file}`, content]),
      ).concat(
        BROKEN_OFF.map((text, n) => [
          `.github/workflows/${n}.yml`,
          `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${JSON.stringify(text)}\n`,
        ]),
      ),
    ),
  },
  {
    what: 'names of the language are names like all others',
    files: {
      'a.sh': many(6, (n) => {
        const name = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'][n] ?? '';
        return `docker build --platform linux/${name} -t ${name}:${name} . && docker push ${name}:${name}\n${name}() { ${name}; }\n${name}=1; docker push "$${name}"\n${name} build -t a .\naws ${name} ${name}\ndocker ${name}\nkubectl ${name}\ncase ${name} in ${name}) ${name};; esac\nX[${name}]=1; declare -A Y; Y[${name}]=2; echo "\${Y[${name}]}"\n`;
      }),
      'template.json':
        '{"Parameters": {"__proto__": {"Type": "String", "Default": "a"}}, "Mappings": {"__proto__": {"constructor": {"toString": "a"}}}, "Conditions": {"__proto__": {"Condition": "constructor"}}, "Resources": {"__proto__": {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": {"Fn::FindInMap": ["__proto__", "constructor", "toString"]}}}, "constructor": {"Type": "AWS::Lambda::Function", "Properties": {"PackageType": "Image", "Architectures": ["__proto__"], "Code": {"ImageUri": {"Ref": "__proto__"}}}}, "toString": {"Type": "__proto__"}, "valueOf": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"RuntimePlatform": {"CpuArchitecture": "constructor", "OperatingSystemFamily": "__proto__"}, "ContainerDefinitions": [{"Image": {"Fn::GetAtt": ["constructor", "__proto__"]}}]}}}, "Outputs": {"__proto__": {"Value": {"Ref": "toString"}}}}',
      'template.yaml':
        'Resources:\n  __proto__: {Type: AWS::ECR::Repository}\n  constructor: {Type: !Ref __proto__}\n  <<: {__proto__: {Type: AWS::ECR::Repository}}\n',
      '.github/workflows/a.yml':
        'on: push\nenv: {__proto__: a, constructor: b}\njobs:\n  __proto__:\n    runs-on: constructor\n    strategy: {matrix: {__proto__: [a], constructor: [b], include: [{__proto__: c}]}}\n    steps: [{run: "docker push ${{ matrix.__proto__ }}${{ env.constructor }}${{ toString(1) }}${{ steps.__proto__.outputs.constructor }} | tail -1"}, {uses: __proto__/constructor@toString}]\n  constructor: {needs: [__proto__], uses: ./constructor.yml}\n',
      'compose.yaml':
        'services:\n  __proto__: {image: "${__proto__}", extends: constructor, platform: __proto__}\n  constructor: {build: {args: {__proto__: a}}, extends: {service: __proto__}}\n',
      'docker-bake.hcl':
        'target "__proto__" {\n  inherits = ["constructor"]\n  args = { __proto__ = "a" }\n  platforms = ["linux/__proto__"]\n}\ntarget "constructor" {\n  tags = ["${__proto__}", constructor("a")]\n}\ngroup "toString" { targets = ["__proto__", "valueOf"] }\n',
      'main.tf':
        'variable "__proto__" { default = "a" }\nlocals {\n  __proto__ = { __proto__ = "b" }\n  x = local.__proto__.__proto__\n  y = constructor("a")\n}\nresource "aws_ecr_repository" "__proto__" {\n  name = "${var.__proto__}${local.x}${local.constructor}"\n}\nresource "__proto__" "constructor" {}\nmodule "__proto__" { source = "./constructor" }\n',
      'package.json':
        '{"name": "__proto__", "scripts": {"__proto__": "npm run constructor", "constructor": "npm run __proto__ && docker push a:latest | tail -1"}, "__proto__": {"plimsoll": {"plugins": ["x"]}}}',
      Makefile:
        '__proto__ = a\nconstructor: toString\n\tdocker push $(__proto__)$(constructor)$(call toString,a) | tail -1\ntoString: __proto__\n__proto__:\n\t$(MAKE) constructor\n',
      justfile: '__proto__ := "a"\nconstructor:\n  docker push {{__proto__}}{{toString()}} | tail -1\n',
      'Taskfile.yml':
        "version: '3'\nvars: {__proto__: a}\ntasks: {__proto__: {cmds: [task: constructor]}, constructor: {deps: [__proto__], cmds: ['docker push {{.__proto__}}']}}\n",
      Dockerfile:
        'ARG __proto__=a\nFROM --platform=linux/__proto__ ${__proto__} AS constructor\nFROM constructor AS __proto__\nCOPY --from=__proto__ a b\nFROM toString\n',
      'samconfig.toml': '[__proto__.deploy.parameters]\nstack_name = "a"\n[default.__proto__]\nconstructor = 1\n',
      'serverless.yml':
        'service: __proto__\nprovider: {name: aws, ecr: {images: {__proto__: {path: .}}}}\nfunctions: {__proto__: {image: {name: constructor}, architecture: "${self:__proto__}"}, constructor: {image: "${self:constructor.name}"}}\n',
      'cdk.json': '{"app": "x", "context": {"__proto__": "a", "constructor": {"prototype": {"x": 1}}}}',
      'bin/app.ts': `${TS}const o: any = { __proto__: { a: 1 }, constructor: 2 }; Object.assign(o, JSON.parse('{"__proto__": {"polluted": 1}}')); o['__proto__']['polluted'] = 'x'; o.constructor.prototype.y = 1;\nnew ecr.Repository(s, '__proto__', { repositoryName: o.polluted + o.toString + ({} as any).polluted + s.node.tryGetContext('__proto__') });\nclass __proto__ extends (constructor as any) {}\nnew __proto__();\n`,
    },
  },
];

const GROW = `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${many(20, (n) => `a${n + 1}: &a${n + 1} [${Array.from({ length: 10 }, () => `*a${n}`).join(', ')}]\n`)}`;
const MERGE = `m0: &m0 {a: b}\n${many(60, (n) => `m${n + 1}: &m${n + 1}\n  <<: [*m${n}, *m${n}, *m${n}]\n  k${n}: {<<: *m${n}}\n`)}`;

export const YAML: readonly Hostile[] = [
  ...[
    'template.yaml',
    '.github/workflows/a.yml',
    '.gitlab-ci.yml',
    '.circleci/config.yml',
    'compose.yaml',
    'buildspec.yml',
    'azure-pipelines.yml',
    'bitbucket-pipelines.yml',
    'Taskfile.yml',
    'serverless.yml',
    'kustomization.yaml',
    'k8s/deployment.yaml',
  ].map(
    (file): Hostile => ({
      what: `aliases that multiply in ${file} are bounded`,
      files: {
        [file]: `${GROW}${MERGE}on: *a20\nResources: {A: {Type: AWS::ECR::Repository, Properties: *m60}}\nphases: {build: {commands: *a20}}\njobs: {a: {steps: *a20, <<: *m60}}\nsteps: *a20\nservices: {a: {image: *a20, <<: *m60}}\na: {script: *a20, <<: *m60}\npipelines: {default: *a20}\ntasks: {a: {cmds: *a20}}\nfunctions: {f: {image: *a20}}\nversion: 0.2\nkind: Deployment\napiVersion: apps/v1\nspec: *a20\nimages: *a20\n`,
      },
    }),
  ),
  {
    what: 'an anchor that holds itself ends nothing',
    files: {
      'template.yaml': 'Resources: &a\n  A: {Type: AWS::ECR::Repository, Properties: *a}\n  <<: *a\n',
      'compose.yaml': 'services: &s\n  a: &t {image: x, extends: *t, <<: *t}\n  <<: *s\n',
      '.gitlab-ci.yml': 'a: &a {script: [*a, &b [*b, *b]], <<: *a}\n',
    },
  },
  {
    what: '2 MB of YAML are read in time',
    files: {
      'template.yaml': `Resources:\n${many(16_000, (n) => `  Resource${n}:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: !Sub "bucket-\${AWS::Region}-${n}"\n      Tags: [{Key: a, Value: b}]\n`)}`,
    },
  },
  {
    what: '9 MB of YAML are read in time, or told',
    files: {
      'template.yaml': `Resources:\n${many(60_000, (n) => `  Resource${n}:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: !Sub "bucket-\${AWS::Region}-${n}"\n      Tags: [{Key: a, Value: b}]\n`)}`,
    },
  },
  {
    what: 'comments, documents and block scalars without end are read in time',
    files: {
      'template.yaml': `${'#\n'.repeat(200_000)}${'---\n'.repeat(20_000)}Resources:\n  A:\n    Type: AWS::ECR::Repository\n    X: |\n${'      a\n'.repeat(100_000)}    Y: >-\n${'      a\n\n'.repeat(50_000)}    Z: "${'\\\n      '.repeat(20_000)}"\n`,
      '.gitlab-ci.yml': `a:\n  script:\n    - |\n${'      echo a\n'.repeat(50_000)}`,
    },
  },
  {
    what: 'lists and keys that nest in two files, one after the other, end nothing',
    files: { 'compose.yaml': `services:\n${'- '.repeat(20_000)}a\n`, '.gitlab-ci.yml': `${'? '.repeat(20_000)}a\n` },
  },
  ...Array.from(
    { length: 6 },
    (_, k): Hostile => ({
      what: `lists that nest, in many files of each kind, end nothing (${k + 1})`,
      files: Object.fromEntries(
        [
          'compose.yaml',
          '.gitlab-ci.yml',
          'template.yaml',
          'Taskfile.yml',
          'serverless.yml',
          'azure-pipelines.yml',
          'buildspec.yml',
          '.github/workflows/a.yml',
        ].map((file, n) => [
          `${(n * 5 + k) % 8}/${file}`,
          `# AWS:: Resources\nType: AWS::X\n${['- ', '? ', '[', '{a: ', '!x [', '- ? '][(n + k) % 6]?.repeat(3000 + 1700 * k) ?? ''}a\n`,
        ]),
      ),
    }),
  ),
  {
    what: 'keys that are collections, tags and directives without end are read in time',
    files: {
      'template.yaml': `%TAG ! tag:x,2000:\n${'%YAML 1.2\n'.repeat(2000)}---\nResources:\n  ? ${'[? '.repeat(2000)}a${']'.repeat(2000)}\n  : b\n  A: {Type: AWS::ECR::Repository}\n  B: ${'!a '.repeat(5000)}x\n  C: ${'&a '.repeat(5000)}x\n  ${'? '.repeat(5000)}x\n`,
      'compose.yaml': `services:\n${'- '.repeat(20_000)}a\n`,
      '.gitlab-ci.yml': `${'? '.repeat(20_000)}a\n`,
    },
  },
  {
    what: 'a key 3,000 times over is read in time',
    files: {
      'template.yaml': `Resources:\n  A: {Type: AWS::ECR::Repository}\n${'  B: {Type: AWS::ECR::Repository}\n'.repeat(3000)}`,
      'package.json': `{"scripts": {${'"a": "docker push a:latest | tail -1", '.repeat(3000)}"b": "c"}}`,
    },
  },
];

const made =
  (script: string) =>
  (place: Place): void =>
    void execFileSync('bash', ['-c', script], { cwd: place.root, stdio: 'ignore' });

export const MANY: readonly Hostile[] = [
  {
    what: '100,000 files of no interest are listed in time',
    arrange: made(
      'mkdir n && cd n && for a in $(seq 100); do mkdir $a; (cd $a && seq -f %g.txt 1000 | xargs touch); done',
    ),
  },
  {
    what: '10,000 small files that may be of interest are looked into in time',
    arrange: made(
      'mkdir n && cd n && for a in $(seq 50); do mkdir $a; (cd $a && seq -f %g.yaml 100 | xargs touch; seq -f %g 50 | xargs touch; seq -f %g.ts 50 | xargs touch); done',
    ),
  },
  {
    what: '2,500 templates starve no script',
    files: Object.fromEntries(
      Array.from({ length: 2500 }, (_, n) => [
        `m${n}/template.yaml`,
        `Resources:\n  A:\n    Type: AWS::ECR::Repository\n    Properties: {RepositoryName: !Sub "a-${n}-\${AWS::StackName}"}\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {PackageType: Image, Architectures: [arm64], Code: {ImageUri: !Sub "\${A.RepositoryUri}:${n}"}}\n`,
      ]),
    ),
  },
  {
    what: 'a thousand scripts that each would take for ever starve no other',
    files: Object.fromEntries(
      Array.from({ length: 1000 }, (_, n) => [
        `m${n}.sh`,
        'for a in {1..1000}; do for b in {1..1000}; do docker push "app$a$b:latest"; done; done\nwhile :; do docker build -t a .; done\n',
      ]),
    ),
  },
  {
    what: 'exports of 400 templates, asked for by 400 scripts, are found in time',
    files: Object.fromEntries(
      Array.from({ length: 400 }, (_, n) => [
        [
          `t${n}.yaml`,
          `Resources:\n  R:\n    Type: AWS::ECR::Repository\n    Properties: {RepositoryName: r${n}}\nOutputs:\n${many(25, (m) => `  O${m}:\n    Value: !GetAtt R.RepositoryUri\n    Export: {Name: !Sub "\${AWS::StackName}-x${n}-${m}"}\n`)}`,
        ],
        [
          `s${n}.sh`,
          `URI=$(aws cloudformation describe-stacks --query "Stacks[0].Outputs[?ExportName=='stack-x${n}-3'].OutputValue" --output text)\ndocker build -t $URI:latest .\ndocker push $URI:latest\n`,
        ],
      ]).flat(),
    ),
  },
  {
    what: '800 ways of a case, each with a repository and a push of its own, are judged in time',
    files: {
      'a.sh': `REG=123456789012.dkr.ecr.eu-west-1.amazonaws.com\ncase "$1" in\n${many(800, (n) => `a${n}) aws ecr create-repository --repository-name app --image-tag-mutability IMMUTABLE; docker build -t $REG/app:p${n} .; docker push $REG/app:p${n};;\n`)}esac\n`,
    },
  },
  {
    what: 'a list that nested choices fill in very many ways is gone through in time',
    files: {
      'a.sh': `ARGS=()\n${many(30, (n) => `case "$V" in a${n}) case "$W" in ${Array.from({ length: 6 }, (_, m) => `b${m}) ARGS+=(--build-arg X=a${n}${m});;`).join(' ')} esac;; esac\n`)}${many(20, (n) => `docker build "\${ARGS[@]}" -t r/a${n}:latest .\nX="\${ARGS[*]}"\ndocker push r/a${n}:latest\n`)}`,
    },
  },
  {
    what: 'thirty workflows that each would take for ever starve no other',
    files: Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [
        `.github/workflows/m${n}.yml`,
        `on: push\njobs:\n${many(20, (m) => `  j${m}:\n    runs-on: ubuntu-latest\n    strategy: {matrix: {a: [1, 2, 3, 4, 5, 6, 7, 8, 9], b: [1, 2, 3, 4, 5, 6, 7, 8, 9], c: [1, 2, 3, 4, 5, 6, 7, 8, 9]}}\n    steps:\n      - run: for x in {1..1000}; do docker push "a\${{ matrix.a }}:$x"; done\n      - run: bash slow.sh \${{ matrix.b }}\n`)}`,
      ]),
    ),
    arrange: made(
      'echo \'for a in {1..1000}; do for b in {1..1000}; do docker push "app$a$1:latest"; done; done\' > slow.sh',
    ),
  },
  {
    what: 'folders 1,000 deep are walked in time',
    arrange: made(`deep=$(printf 'd/%.0s' {1..1000}); mkdir -p "$deep"; echo '${PUSH}' > "$deep/a.sh"`),
  },
  {
    what: 'folders deeper than a path can be long end nothing',
    arrange: made(`n=$(printf 'd%.0s' {1..200}); for i in $(seq 60); do mkdir $n; cd $n; done; echo '${PUSH}' > a.sh`),
  },
  {
    what: '3,000 links to one file are told apart in time',
    files: { 'real.sh': `${PUSH}\n` },
    arrange: ({ root }) => {
      mkdirSync(join(root, 'l'));
      for (let i = 1; i <= 3000; i++) symlinkSync('../real.sh', join(root, `l/${i}.sh`));
    },
  },
  {
    what: 'a ladder of links that doubles its paths is not climbed',
    arrange: made(
      'for i in $(seq 40); do mkdir d$i; ln -s ../d$((i + 1)) d$i/a; ln -s ../d$((i + 1)) d$i/b; done; echo "docker push a | tail -1" > d40/a.sh; echo "source d1/a/b/a/b/a.sh" > x.sh',
    ),
  },
  {
    what: 'file names that are no UTF-8 are told',
    arrange: made(
      `printf '${PUSH.replaceAll('"', '')}\\n' > $'caf\\xe9.sh'; mkdir $'d\\xff'; printf '${PUSH.replaceAll('"', '')}\\n' > $'d\\xff/a.sh'; printf 'FROM x\\n' > $'Dockerfile.\\xc3\\x28'`,
    ),
    said: [/caf/],
  },
  {
    what: 'committed file names that are no UTF-8 are told',
    arrange: made(`git init -q; printf '${PUSH.replaceAll('"', '')}\\n' > $'caf\\xe9.sh'; git add -A`),
    said: [/caf/],
  },
  {
    what: '3,000 findings in one line are shown in time',
    files: { 'a.sh': `${'docker push app:latest | tail -1; '.repeat(3000)}\n` },
    args: ['check', '--pedantic'],
  },
  {
    what: 'a script far down that names thousands of paths finds its folder in time',
    files: { [`${'d/'.repeat(200)}a.sh`]: `${PUSH}\n${many(14_000, (n) => `cp p${n}/q${n}.txt x${n}/y\n`)}` },
  },
  {
    what: 'steps whose outcome thousands of others ask for are judged in time',
    files: {
      '.github/workflows/a.yml': `on: push\njobs:\n  j:\n    runs-on: ubuntu-latest\n    steps:\n${many(8000, (n) => `      - {id: a${n}, continue-on-error: true, run: a}\n`)}${'      - {if: false && toJSON(steps), run: b}\n'.repeat(8000)}`,
    },
  },
  {
    what: '2,000 images and 2,000 functions are linked in time',
    files: {
      'a.sh': many(2000, (n) => `docker build -t "\${R}/app$A${n}:latest" .\ndocker push "\${R}/app$A${n}:latest"\n`),
      'template.json': JSON.stringify({
        Resources: Object.fromEntries(
          Array.from({ length: 2000 }, (_, n) => [
            `F${n}`,
            {
              Type: 'AWS::Lambda::Function',
              Properties: {
                PackageType: 'Image',
                Architectures: ['arm64'],
                Code: { ImageUri: { 'Fn::Sub': `\${R}/app\${A}${n}:latest` } },
              },
            },
          ]),
        ),
      }),
    },
  },
  {
    what: 'suppressions without end are weighed in time',
    files: {
      'a.sh': `${`# plimsoll-ignore ${'deploy-output-hidden, '.repeat(200)}x -- a\n`.repeat(500)}${`# plimsoll-ignore-file x -- a\n${PUSH}\n`.repeat(2000)}`,
    },
  },
];
