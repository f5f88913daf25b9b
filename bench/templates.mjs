// Large templates: what reading and judging them costs, in CPU time over `node -e 0` (other work on the machine changes
// it little) and in memory.
//   node bench/templates.mjs          prints a table
//   node bench/templates.mjs --check  fails when a limit is passed
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const RUNS = 3;
const work = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
const MEMORY = join(work, 'memory.cjs');
writeFileSync(
  MEMORY,
  "process.on('exit', () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage(); require('fs').writeFileSync(process.env.PEAK, JSON.stringify({ rss: maxRSS / 1024, cpu: (userCPUTime + systemCPUTime) / 1000 })); });",
);

const image = (name, tag) => ({ 'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/${name}:${tag}` });

/**
 * So many resources, a third of them functions from images whose CPU and tag follow one of so many conditions on
 * parameters.
 */
function template(resources, conditions, filler = 0) {
  const body = {
    Parameters: {},
    Mappings: { Cpu: { prod: { arch: 'arm64' }, dev: { arch: 'x86_64' } } },
    Conditions: {},
    Resources: {},
  };
  for (let index = 0; index < conditions; index++) {
    body.Parameters[`Stage${index}`] = { Type: 'String', Default: 'dev', AllowedValues: ['dev', 'prod'] };
    body.Conditions[`IsProd${index}`] =
      index % 3 === 0
        ? { 'Fn::Equals': [{ Ref: `Stage${index}` }, 'prod'] }
        : index % 3 === 1
          ? {
              'Fn::And': [
                { Condition: `IsProd${index - 1}` },
                { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: `Stage${index}` }, 'dev'] }] },
              ],
            }
          : { 'Fn::Or': [{ Condition: `IsProd${index - 1}` }, { Condition: `IsProd${index - 2}` }] };
  }
  for (let index = 0; index < resources; index++) {
    const condition = conditions === 0 ? undefined : `IsProd${index % conditions}`;
    const other = conditions === 0 ? undefined : `IsProd${(index * 7) % conditions}`;
    const either = (yes, no, by = condition) => (by === undefined ? yes : { 'Fn::If': [by, yes, no] });
    const Tags = Array.from({ length: filler }, (_, number) => ({
      Key: `tag-${number}`,
      Value: `value ${number} of resource ${index}, long enough to weigh something in the file`,
    }));
    body.Resources[`Resource${index}`] =
      index % 3 === 0
        ? {
            Type: 'AWS::Lambda::Function',
            ...(index % 6 === 0 && condition !== undefined ? { Condition: condition } : {}),
            Properties: {
              PackageType: 'Image',
              Role: 'arn:aws:iam::123456789012:role/x',
              Architectures: [either('arm64', 'x86_64')],
              Code: { ImageUri: either(image(`service-${index}`, '1'), image(`service-${index}`, '2'), other) },
              Tags,
            },
          }
        : index % 3 === 1
          ? {
              Type: 'AWS::ECS::TaskDefinition',
              Properties: {
                RequiresCompatibilities: ['FARGATE'],
                RuntimePlatform: { CpuArchitecture: either('ARM64', { Ref: 'AWS::NoValue' }) },
                ContainerDefinitions: [
                  either(
                    { Name: 'a', Image: image(`web-${index}`, '1') },
                    { Name: 'b', Image: image(`web-${index}`, '2') },
                    other,
                  ),
                ],
                Tags,
              },
            }
          : {
              Type: 'AWS::ECR::Repository',
              Properties: {
                RepositoryName: { 'Fn::Join': ['-', ['service', either('prod', 'dev'), String(index)]] },
                Tags,
              },
            };
  }
  return body;
}

function yaml(value, indent = '') {
  if (Array.isArray(value))
    return value.length === 0
      ? ' []\n'
      : `\n${value.map((one) => `${indent}-${typeof one === 'object' ? yaml(one, `${indent}  `).replace(/^\n\s*/, ' ') : ` ${JSON.stringify(one)}\n`}`).join('')}`;
  return `\n${Object.entries(value)
    .map(
      ([key, one]) =>
        `${indent}${key}:${typeof one === 'object' ? yaml(one, `${indent}  `) : ` ${JSON.stringify(one)}\n`}`,
    )
    .join('')}`;
}

/** Branches inside of branches in every property of two hundred functions. */
function nested(functions, depth) {
  const either = (level, leaf) =>
    level === 0 ? leaf : { 'Fn::If': [`IsA${level}`, either(level - 1, `${leaf}x`), either(level - 1, `${leaf}y`)] };
  const levels = Array.from({ length: depth }, (_, index) => index + 1);
  return {
    Parameters: Object.fromEntries(
      levels.map((level) => [`P${level}`, { Type: 'String', AllowedValues: ['a', 'b', 'c'] }]),
    ),
    Conditions: Object.fromEntries(
      levels.map((level) => [`IsA${level}`, { 'Fn::Equals': [{ Ref: `P${level}` }, 'a'] }]),
    ),
    Resources: Object.fromEntries(
      Array.from({ length: functions }, (_, index) => [
        `F${index}`,
        {
          Type: 'AWS::Lambda::Function',
          Properties: {
            PackageType: 'Image',
            Architectures: [either(depth, 'arm64')],
            Code: {
              ImageUri: {
                'Fn::Sub': ['${A}/${B}:${C}', { A: either(depth, 'a'), B: either(depth, 'b'), C: either(depth, 'c') }],
              },
            },
          },
        },
      ]),
    ),
  };
}

/** A string of so many variables, each with a default and a branch. */
function substituted(functions, variables) {
  const names = Array.from({ length: variables }, (_, index) => index);
  const values = Object.fromEntries(
    names.map((name) => [`V${name}`, { 'Fn::If': [`C${name}`, 'x', { Ref: `P${name}` }] }]),
  );
  return {
    Parameters: Object.fromEntries(names.map((name) => [`P${name}`, { Type: 'String', Default: 'a' }])),
    Conditions: Object.fromEntries(names.map((name) => [`C${name}`, { 'Fn::Equals': [{ Ref: `P${name}` }, 'a'] }])),
    Resources: Object.fromEntries(
      Array.from({ length: functions }, (_, index) => [
        `F${index}`,
        {
          Type: 'AWS::Lambda::Function',
          Properties: {
            PackageType: 'Image',
            Code: { ImageUri: { 'Fn::Sub': [names.map((name) => `\${V${name}}-\${P${name}}`).join(''), values] } },
          },
        },
      ]),
    ),
  };
}

/** Loops inside loops inside loops. */
function looped(loops, each) {
  const names = (letter) => Array.from({ length: each }, (_, index) => `${letter}${index}`);
  const inner = {
    'Fn::ForEach::N': [
      'C',
      names('c'),
      {
        'F${A}${B}${C}': {
          Type: 'AWS::Lambda::Function',
          Properties: { PackageType: 'Image', Code: { ImageUri: { 'Fn::Sub': 'r/${A}${B}:${C}' } } },
        },
      },
    ],
  };
  return {
    Transform: 'AWS::LanguageExtensions',
    Resources: Object.fromEntries(
      Array.from({ length: loops }, (_, index) => [
        `Fn::ForEach::L${index}`,
        ['A', names('a'), { 'Fn::ForEach::M': ['B', names('b'), inner] }],
      ]),
    ),
  };
}

const json = (value) => JSON.stringify(value, undefined, 1);
const CASES = {
  '300 resources, 200 conditions, JSON': [
    { 'template.json': json(template(300, 200)) },
    ['check', '--no-cache'],
    2_000,
  ],
  '300 resources, 200 conditions, YAML': [
    { 'template.yaml': yaml(template(300, 200)).trimStart() },
    ['check', '--no-cache'],
    3_000,
  ],
  '5 MB, JSON': [{ 'template.json': json(template(500, 20, 82)) }, ['check', '--no-cache'], 4_000],
  '5 MB, YAML': [{ 'template.yaml': yaml(template(500, 20, 95)).trimStart() }, ['check', '--no-cache'], 12_000],
  'branches six deep in 200 functions': [{ 'template.json': json(nested(200, 6)) }, ['check', '--no-cache'], 2_000],
  'strings of 500 variables in 50 functions': [
    { 'template.json': json(substituted(50, 500)) },
    ['check', '--no-cache'],
    3_000,
  ],
  '30 loops of 64 in loops of 64 in loops of 64': [
    { 'template.json': json(looped(30, 64)) },
    ['check', '--no-cache'],
    2_000,
  ],
  'diff of two with 300 resources, 200 conditions': [
    {
      'new/template.json': json(template(300, 200)).replaceAll('"x86_64"', '"arm64"'),
      'old/template.json': json(template(300, 200)),
    },
    ['diff', 'new', '--against', 'old'],
    4_000,
  ],
  'diff of two of 5 MB': [
    {
      'new/template.json': json(template(500, 20, 82)).replaceAll('"x86_64"', '"arm64"'),
      'old/template.json': json(template(500, 20, 82)),
    },
    ['diff', 'new', '--against', 'old'],
    8_000,
  ],
};

let failed = false;
console.log('| template | size | ms of CPU over `node -e 0` | peak MB |\n|---|---|---|---|');
for (const [name, [files, args, limit]] of Object.entries(CASES)) {
  const folder = join(work, name.replaceAll(/\W/g, '-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const runs = Array.from({ length: RUNS }, () =>
    measured([BIN, ...args, '--fail-on', 'never', '-o', join(work, 'out')], folder),
  );
  const extra = Math.min(...runs.map((one) => one.cpu)) - measured(['-e', '0'], folder).cpu;
  const size = Math.max(...Object.values(files).map((text) => text.length));
  failed ||= extra > limit;
  console.log(
    `| ${name} | ${size > 1e6 ? `${(size / 1e6).toFixed(1)} MB` : `${Math.round(size / 1e3)} kB`} | ${extra.toFixed(0)} | ${Math.max(...runs.map((one) => one.rss)).toFixed(0)} |`,
  );
}
rmSync(work, { recursive: true });
if (failed && process.argv.includes('--check')) {
  console.error('A limit is passed.');
  process.exit(1);
}

function measured(args, cwd) {
  const file = join(work, 'peak');
  const { status, stderr } = spawnSync(process.execPath, ['--require', MEMORY, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PEAK: file },
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return JSON.parse(readFileSync(file, 'utf8'));
}
