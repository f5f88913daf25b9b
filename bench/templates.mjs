// Large templates: what reading and judging them costs, in CPU time over `node -e 0` (other work on the machine changes it little) and in memory.
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
writeFileSync(MEMORY, "process.on('exit', () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage(); require('fs').writeFileSync(process.env.PEAK, JSON.stringify({ rss: maxRSS / 1024, cpu: (userCPUTime + systemCPUTime) / 1000 })); });");

const image = (name, tag) => ({ 'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/${name}:${tag}` });

/** So many resources, a third of them functions from images whose CPU and tag follow one of so many conditions on parameters. */
function template(resources, conditions, filler = 0) {
  const body = { Parameters: {}, Mappings: { Cpu: { prod: { arch: 'arm64' }, dev: { arch: 'x86_64' } } }, Conditions: {}, Resources: {} };
  for (let index = 0; index < conditions; index++) {
    body.Parameters[`Stage${index}`] = { Type: 'String', Default: 'dev', AllowedValues: ['dev', 'prod'] };
    body.Conditions[`IsProd${index}`] = index % 3 === 0 ? { 'Fn::Equals': [{ Ref: `Stage${index}` }, 'prod'] }
      : index % 3 === 1 ? { 'Fn::And': [{ Condition: `IsProd${index - 1}` }, { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: `Stage${index}` }, 'dev'] }] }] }
        : { 'Fn::Or': [{ Condition: `IsProd${index - 1}` }, { Condition: `IsProd${index - 2}` }] };
  }
  for (let index = 0; index < resources; index++) {
    const condition = conditions === 0 ? undefined : `IsProd${index % conditions}`;
    const other = conditions === 0 ? undefined : `IsProd${(index * 7) % conditions}`;
    const either = (yes, no, by = condition) => (by === undefined ? yes : { 'Fn::If': [by, yes, no] });
    const Tags = Array.from({ length: filler }, (_, number) => ({ Key: `tag-${number}`, Value: `value ${number} of resource ${index}, long enough to weigh something in the file` }));
    body.Resources[`Resource${index}`] = index % 3 === 0
      ? { Type: 'AWS::Lambda::Function', ...(index % 6 === 0 && condition !== undefined ? { Condition: condition } : {}), Properties: { PackageType: 'Image', Role: 'arn:aws:iam::123456789012:role/x', Architectures: [either('arm64', 'x86_64')], Code: { ImageUri: either(image(`service-${index}`, '1'), image(`service-${index}`, '2'), other) }, Tags } }
      : index % 3 === 1
        ? { Type: 'AWS::ECS::TaskDefinition', Properties: { RequiresCompatibilities: ['FARGATE'], RuntimePlatform: { CpuArchitecture: either('ARM64', { Ref: 'AWS::NoValue' }) }, ContainerDefinitions: [either({ Name: 'a', Image: image(`web-${index}`, '1') }, { Name: 'b', Image: image(`web-${index}`, '2') }, other)], Tags } }
        : { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: { 'Fn::Join': ['-', ['service', either('prod', 'dev'), String(index)]] }, Tags } };
  }
  return body;
}

function yaml(value, indent = '') {
  if (Array.isArray(value)) return value.length === 0 ? ' []\n' : `\n${value.map((one) => `${indent}-${typeof one === 'object' ? yaml(one, `${indent}  `).replace(/^\n\s*/, ' ') : ` ${JSON.stringify(one)}\n`}`).join('')}`;
  return `\n${Object.entries(value).map(([key, one]) => `${indent}${key}:${typeof one === 'object' ? yaml(one, `${indent}  `) : ` ${JSON.stringify(one)}\n`}`).join('')}`;
}

const json = (value) => JSON.stringify(value, undefined, 1);
const CASES = {
  '300 resources, 200 conditions, JSON': [{ 'template.json': json(template(300, 200)) }, ['check'], 2_000],
  '300 resources, 200 conditions, YAML': [{ 'template.yaml': yaml(template(300, 200)).trimStart() }, ['check'], 3_000],
  '5 MB, JSON': [{ 'template.json': json(template(500, 20, 82)) }, ['check'], 4_000],
  '5 MB, YAML': [{ 'template.yaml': yaml(template(500, 20, 95)).trimStart() }, ['check'], 12_000],
  'diff of two with 300 resources, 200 conditions': [{ 'new/template.json': json(template(300, 200)).replaceAll('"x86_64"', '"arm64"'), 'old/template.json': json(template(300, 200)) }, ['diff', 'new', '--against', 'old'], 4_000],
  'diff of two of 5 MB': [{ 'new/template.json': json(template(500, 20, 82)).replaceAll('"x86_64"', '"arm64"'), 'old/template.json': json(template(500, 20, 82)) }, ['diff', 'new', '--against', 'old'], 8_000],
};

let failed = false;
console.log('| template | size | ms of CPU over `node -e 0` | peak MB |\n|---|---|---|---|');
for (const [name, [files, args, limit]] of Object.entries(CASES)) {
  const folder = join(work, name.replaceAll(/\W/g, '-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const runs = Array.from({ length: RUNS }, () => measured([BIN, ...args, '--fail-on', 'never', '-o', join(work, 'out')], folder));
  const extra = Math.min(...runs.map((one) => one.cpu)) - measured(['-e', '0'], folder).cpu;
  const size = Math.max(...Object.values(files).map((text) => text.length));
  failed ||= extra > limit;
  console.log(`| ${name} | ${size > 1e6 ? `${(size / 1e6).toFixed(1)} MB` : `${Math.round(size / 1e3)} kB`} | ${extra.toFixed(0)} | ${Math.max(...runs.map((one) => one.rss)).toFixed(0)} |`);
}
rmSync(work, { recursive: true });
if (failed && process.argv.includes('--check')) {
  console.error('A limit is passed.');
  process.exit(1);
}

function measured(args, cwd) {
  const file = join(work, 'peak');
  const { status, stderr } = spawnSync(process.execPath, ['--require', MEMORY, ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, PEAK: file } });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return JSON.parse(readFileSync(file, 'utf8'));
}
