/** Names and texts of the project that would say something to whatever reads the output. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hostile } from '../harness.ts';
import type { Outcome } from '../launch.ts';
import { commit, type Tree } from '../place.ts';
import { FORMATS } from './secrets.ts';

type Format = (typeof FORMATS)[number];

const ESC = '\u001b';
/** What has a meaning to a terminal, a CI log, a page or a parser. No slash, so that each can be a file's name. */
const TEXTS: readonly (readonly [string, string])[] = [
  [
    'a line feed and a workflow command',
    'a\n::error file=x,line=1::injected\n::stop-commands::pause\n::set-env name=X::y\nb',
  ],
  ['a carriage return and a workflow command', 'a\r::error::injected\r\n::add-mask::x\rb'],
  [
    "a line feed and Azure's commands",
    'a\n##vso[task.setvariable variable=x]injected\n##[error]injected\n##[group]x\nb',
  ],
  ["GitLab's sections", 'a\u001b[0Ksection_start:1:injected[collapsed=true]\r\u001b[0Kx\nsection_end:1:injected\r\nb'],
  ["TeamCity's messages", "a\n##teamcity[buildStatus status='SUCCESS' text='injected']\nb"],
  [
    "the terminal's title, clipboard and colours",
    `a${ESC}]0;injected\u0007${ESC}]52;c;aW5qZWN0ZWQ=\u0007${ESC}[2J${ESC}[31m${ESC}P1b`,
  ],
  ['a hyperlink of the terminal', `a${ESC}]8;;http:evil.example${ESC}\\injected${ESC}]8;;${ESC}\\b`],
  ['C1 control characters', 'a\u009b31m\u0085\u0090x\u009c\u008db'],
  ['backspaces and deletes', 'aaaa\b\b\b\b\u007f\u007finjected\u000b\u000cb'],
  ['bidirectional overrides', 'a\u202etxt.exe\u202c\u2066b\u2067\u2069\u200f\u061cb'],
  ['line and paragraph separators, and what has no width', 'a\u2028::error::injected\u2029\u200b\u200d\ufeff\u00adb'],
  ['an image and a link of Markdown', 'a![x](http:evil.example)[y](javascript:alert)b'],
  ['back-ticks', 'a`` ` ```\n``` b `'],
  ['mentions', 'a @everyone @org-team #1 b'],
  ['a table and a heading of Markdown', 'a | b | c\n# injected\n| d | e |\n---\n<!-- '],
  ['HTML', "a<img src=x onerror=alert(1)><script>alert(1)<script><details open ontoggle='x'>&lt;b"],
  ['XML', 'a]]><![CDATA[<failure message="injected"\' >]]>&injected;<!-- b'],
  ['percent signs', 'a%0A::error::injected%0D%25%3A%2Cb%'],
  ['commas and colons', 'a,line=99,title=injected::x::b'],
  ['quotes and backslashes', `a"b'c\\d\\n\\u001b[31me`],
  ['emoji, combining and wide characters', 'a👩‍👩‍👧‍👦e\u0301\u0301\u0301\u0301漢字\u{10ffff}b'],
];

const LONG = 'x'.repeat(240);
const PUSH = 'docker push "registry.example.com/app:latest" | tail -1\n';

const OTHERS = FORMATS.filter((format) => format !== 'pretty');

/** In every format: what people read goes to standard output, the others beside it. */
function outputsOf(what: string, files: Tree, more: Partial<Hostile> = {}): Hostile {
  return {
    what,
    files,
    args: ['check', '--pedantic', ...OTHERS.flatMap((format) => ['-o', `${format}=report.${format}`])],
    changes: OTHERS.map((format) => `project/report.${format}`),
    also: (outcome, { root }) =>
      FORMATS.flatMap((format) => {
        const report = join(root, `report.${format}`);
        const stdout = format === 'pretty' ? outcome.stdout : existsSync(report) ? readFileSync(report, 'utf8') : '';
        return (stdout === '' ? ['is not there'] : DEMANDS[format]({ ...outcome, stdout })).map(
          (fault) => `${format}: ${fault}`,
        );
      }),
    ...more,
  };
}

/** All of them at once: it's one reporter for each format, and one escaping. */
export const NAMES: readonly Hostile[] = [
  outputsOf(
    'hostile file names say nothing',
    Object.fromEntries(
      TEXTS.flatMap(([, text]) => [
        [`${text.slice(0, 80)}.sh`, PUSH],
        [`d/${text.slice(0, 80)}/Dockerfile`, 'FROM --platform=linux/amd64 x\nRUN (\n'],
        [`w/${text.slice(0, 60)}/template.yaml`, 'Resources:\n  A:\n    Type: AWS::ECR::Repository\n\tx: {\n'],
      ]),
    ),
  ),
  outputsOf(
    'hostile names of committed files say nothing',
    Object.fromEntries(TEXTS.map(([, text]) => [`${text.slice(0, 80)}.sh`, PUSH])),
    { arrange: (place) => commit(place) },
  ),
  outputsOf('long names keep their place', {
    [`${LONG}.sh`]: PUSH,
    [`${Array.from({ length: 12 }, () => LONG).join('/')}/a.sh`]: PUSH,
  }),
];

const json = (text: string): string => JSON.stringify(text);
const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
/** What YAML can hold at all, in double quotes as in JSON. */
const yaml = (text: string): string =>
  json(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export const CONTENTS: readonly Hostile[] = [
  outputsOf('hostile names in templates say nothing', {
    'template.json': JSON.stringify({
      Resources: Object.fromEntries(
        TEXTS.flatMap(([, text], n) => [
          [text, { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: text } }],
          [
            `F${n}`,
            {
              Type: 'AWS::Lambda::Function',
              Properties: {
                FunctionName: text,
                PackageType: 'Image',
                Architectures: ['arm64'],
                Code: { ImageUri: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/${text}:latest` },
              },
            },
          ],
        ]),
      ),
    }),
    'template.yaml': `Resources:\n${TEXTS.map(([, text]) => `  ${yaml(text)}:\n    Type: AWS::ECR::Repository\n    Properties: {RepositoryName: ${yaml(text)}}\n`).join('')}`,
  }),
  outputsOf('hostile images, tags and stacks in scripts say nothing', {
    'deploy.sh': TEXTS.map(
      ([, text]) =>
        `docker push ${shell(`r.example.com/${text}:latest`)} | tail -1\ncdk deploy ${shell(text)} || true\ndocker build --platform ${shell(text)} -t ${shell(`app:${text}`)} . | tail -1\naws ecr create-repository --repository-name ${shell(text)}\n`,
    ).join(''),
  }),
  outputsOf('hostile steps, jobs and targets say nothing', {
    '.github/workflows/a.yml': `on: push\njobs:\n${TEXTS.map(([, text]) => `  ${yaml(text)}:\n    name: ${yaml(text)}\n    runs-on: ubuntu-latest\n    steps:\n      - name: ${yaml(text)}\n        run: ${yaml(PUSH)}\n`).join('')}`,
    '.gitlab-ci.yml': TEXTS.map(
      ([, text]) => `${yaml(text)}:\n  stage: ${yaml(text)}\n  script: [${yaml(PUSH)}]\n`,
    ).join(''),
    'package.json': JSON.stringify({ scripts: Object.fromEntries(TEXTS.map(([, text]) => [text, PUSH])) }),
    'docker-bake.json': JSON.stringify({
      target: Object.fromEntries(
        TEXTS.map(([, text]) => [text, { tags: [`${text}:latest`], output: ['type=registry'] }]),
      ),
    }),
    'compose.yaml': `services:\n${TEXTS.map(([, text]) => `  ${yaml(text)}:\n    image: ${yaml(`${text}:latest`)}\n    build: ${yaml(text)}\n`).join('')}`,
    'main.tf': TEXTS.map(
      ([, text], n) => `resource "aws_ecr_repository" "r${n}" {\n  name = ${json(text).replaceAll('${', '$${')}\n}\n`,
    ).join(''),
  }),
  outputsOf('hostile suppressions, with their reasons, say nothing', {
    'a.sh': TEXTS.map(
      ([, text]) =>
        `# plimsoll-ignore deploy-output-hidden until=${text.replaceAll(/\s/g, '')} -- ${text.replaceAll(/[\r\n]/g, ' ')}\n# plimsoll-ignore ${text.replaceAll(/\s/g, '')} -- ${text.replaceAll(/[\r\n]/g, ' ')}\n${PUSH}`,
    ).join(''),
  }),
  outputsOf('lone surrogates in names end nothing', {
    'template.json':
      '{"Resources": {"A\\ud800": {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": "\\udfff\\ud800"}}, "B": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "\\ud800.json"}}}}',
    'a.sh': "docker push $'\\ud800:latest' | tail -1\n",
    'cdk.out/manifest.json':
      '{"version": "36.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack", "environment": "aws://1/eu-west-1", "properties": {"templateFile": "\\ud800.json"}, "metadata": {"/S/\\ud800": [{"type": "aws:cdk:logicalId", "data": "A\\ud800", "trace": ["f (/x/\\ud800.ts:1:1)"]}]}}}}',
    'cdk.out/\ufffd.json':
      '{"Resources": {"A\\ud800": {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": "a"}}}}',
  }),
  outputsOf(
    "the project's own folder may be called anything",
    { 'a\n::error::injected\u001b[31m/a.sh': PUSH },
    {
      cwd: 'a\n::error::injected\u001b[31m',
      args: ['check', '..', ...OTHERS.flatMap((format) => ['-o', `${format}=../report.${format}`])],
    },
  ),
];

export const ERRORS: readonly Hostile[] = [
  {
    what: 'a path that is not there says nothing to a CI log',
    args: ['check', 'a\n::error::injected\u001b[31m'],
    exit: [2],
    also: plainLines,
  },
  {
    what: 'a configuration with hostile keys says nothing to a CI log',
    files: { 'plimsoll.config.json': '{"a\\n::error::injected\\u001b[31m": 1}' },
    exit: [2],
    also: plainLines,
  },
  {
    what: 'a configuration with hostile rules says nothing to a CI log',
    files: { 'plimsoll.config.json': '{"rules": {"a\\n##vso[x]injected\\u001b]0;x\\u0007\\u202e": "off"}}' },
    exit: [2],
    also: plainLines,
  },
  {
    what: 'a configuration of a hostile name says nothing to a CI log',
    files: { 'c\n::error::injected.json': '{' },
    args: ['check', '--config', 'c\n::error::injected.json'],
    exit: [2],
    also: plainLines,
  },
  {
    what: 'a baseline of a hostile name says nothing to a CI log',
    files: { 'b\n::error::injected': '{' },
    args: ['check', '--baseline', 'b\n::error::injected'],
    exit: [2],
    also: plainLines,
  },
  {
    what: '--fix-dry-run says nothing to a CI log',
    files: {
      'a\n::error::injected\u001b[31m.sh':
        'docker buildx build --platform linux/amd64 --push -t 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1 .\n# \u001b[31m\r::error::injected\r\n',
      'template.yaml':
        'Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      PackageType: Image\n      Architectures: [x86_64]\n      Code: {ImageUri: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"}\n',
    },
    args: ['check', '--fix-dry-run'],
    also: plainLines,
  },
  {
    what: 'explain of a hostile rule says nothing to a CI log',
    args: ['explain', 'a\n::error::injected\u001b[31m'],
    exit: [2],
    alone: true,
    also: plainLines,
  },
  {
    what: 'an option of a hostile name says nothing to a CI log',
    args: ['check', '--a\n::error::injected\u001b[31m'],
    exit: [2],
    alone: true,
    also: plainLines,
  },
];

const COMMAND = /^\s*(?:::[a-z-]+|##\[|##vso\[|##teamcity\[|section_(?:start|end):)/;
/** Azure's agent and GitHub's runner look for these anywhere in a line. */
const ANYWHERE = /##(?:vso)?\[/;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const BIDI = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028\u2029]/;

/**
 * What a terminal and every CI log must not see. A patch of a file whose lines end with both keeps them, or it could
 * not be applied.
 */
function plainLines(outcome: Outcome): string[] {
  const text = `${outcome.stdout}\n${outcome.stderr}`;
  const at = text.search(ANYWHERE);
  return [
    ...(at === -1 ? [] : [`a command of a CI log came through: ${json(text.slice(Math.max(0, at - 40), at + 40))}`]),
    ...harmlessLines(outcome),
  ];
}

function harmlessLines({ stdout, stderr }: Outcome): string[] {
  const text = `${stdout}\n${stderr}`.replaceAll('\r\n', '\n');
  const list: string[] = [];
  const command = text.split(/[\n\r\u2028\u2029\u0085]/).find((line) => COMMAND.test(line));
  if (command !== undefined) list.push(`a line reads as a command: ${json(command.slice(0, 120))}`);
  for (const [name, pattern] of [
    ['a control character', CONTROL],
    ['a bidirectional mark or separator', BIDI],
  ] as const) {
    const at = text.search(pattern);
    if (at !== -1) list.push(`${name} came through: ${json(text.slice(Math.max(0, at - 40), at + 20))}`);
  }
  return list;
}

function githubLines(outcome: Outcome): string[] {
  const lines = outcome.stdout.split('\n').filter((line) => line !== '');
  const wrong = lines.filter(
    (line) =>
      !/^::(?:error|warning|notice) (?:[A-Za-z]+=[^,:]*)(?:,(?:file|line|endLine|col|endColumn|title)=[^,:]*)*::(?!:)/.test(
        line,
      ),
  );
  const own = outcome.stdout.replaceAll(/^::(?:error|warning|notice) /gm, '');
  return [
    ...wrong.slice(0, 2).map((line) => `is no annotation of ours: ${json(line.slice(0, 160))}`),
    ...harmlessLines({ ...outcome, stdout: own }),
  ];
}

/**
 * JSON is escaped by its own rules; text in it may be anything, but a line of it must not be a command to the log it's
 * printed in.
 */
function jsonLines(outcome: Outcome): string[] {
  try {
    const parsed: unknown = JSON.parse(outcome.stdout);
    if (parsed === null) return ['empty'];
  } catch (error) {
    return [`is no JSON: ${String(error)}`];
  }
  return harmlessLines({
    ...outcome,
    stdout: outcome.stdout.replaceAll(new RegExp(BIDI, 'g'), '').replaceAll(/[\u007f-\u009f]/g, ''),
  });
}

function sarifLines(outcome: Outcome): string[] {
  const uris = [...outcome.stdout.matchAll(/"uri": ("(?:[^"\\]|\\.)*")/g)].map((found) =>
    String(JSON.parse(found[1] ?? '""')),
  );
  const wrong = uris.filter((uri) => !/^(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|:(?=\/\/)|%[0-9A-Fa-f]{2})*$/.test(uri));
  return [
    ...wrong.slice(0, 2).map((uri) => `is no URI: ${json(uri)}`),
    ...(outcome.stdout !== '' && uris.length === 0 ? ['has no place at all'] : []),
    ...jsonLines(outcome),
  ];
}

/**
 * Well-formed, as far as can be told without a parser: after all tags, attributes and references are taken away, no
 * mark is left.
 */
function junitLines(outcome: Outcome): string[] {
  const rest = outcome.stdout
    .replaceAll(/<\?xml[^>]*\?>/g, '')
    .replaceAll(/<\/?[a-z-]+(?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);[^"<&]*)*")*\/?>/g, '')
    .replaceAll(/&(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);/g, '');
  const at = rest.search(/[<>&]/);
  return [
    ...(at === -1 ? [] : [`is not well-formed: ${json(rest.slice(Math.max(0, at - 40), at + 60))}`]),
    ...plainLines(outcome),
  ];
}

/** Between its own elements there is data, in which nothing can be one. */
function htmlLines(outcome: Outcome): string[] {
  const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(outcome.stdout)?.[1];
  const scripts = outcome.stdout.split('<script').length - 1;
  return [
    ...(data === undefined ? ['has no data'] : /[<>&]/.test(data) ? ['its data may end its element'] : []),
    ...(scripts === 2 ? [] : [`has ${scripts} scripts`]),
    ...plainLines(outcome),
  ];
}

function markdownLines(outcome: Outcome): string[] {
  const list = plainLines(outcome);
  const rows = outcome.stdout.split('\n').filter((line) => line.startsWith('| ') || line.startsWith('|-'));
  const counts = new Set(rows.map((row) => row.replaceAll(/\\[\\|]/g, '').split('|').length));
  if (counts.size > 1) list.push(`a table's rows have ${[...counts].join(' or ')} cells`);
  const prose = outcome.stdout.replaceAll(/(?<!\\)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
  for (const [what, pattern] of [
    ['an image', /(?<!\\)!\[/],
    ['a link', /(?<!\\)\]\((?:http|javascript)/],
    ['HTML', /(?<!\\)<(?:img|script|details|!--|!\[CDATA)/i],
    ['a mention', /(?<![\\\w&#;])@(?:everyone|org)/],
    ['a heading', /^# injected/m],
  ] as const) {
    const found = pattern.exec(prose);
    if (found !== null)
      list.push(`${what} came through: ${json(prose.slice(Math.max(0, found.index - 50), found.index + 40))}`);
  }
  return list;
}

const DEMANDS: Readonly<Record<Format, (outcome: Outcome) => string[]>> = {
  pretty: plainLines,
  concise: plainLines,
  agent: plainLines,
  json: jsonLines,
  sarif: sarifLines,
  github: githubLines,
  gitlab: jsonLines,
  junit: junitLines,
  markdown: markdownLines,
  html: htmlLines,
};
