// What a whole audit costs beside the bare SDK calls that list the same things, pair by pair, and its peak memory. The
// account is a stand-in in a process of its own: 150 repositories of 300 images each, four Lambda functions on each
// repository, every answer 2 ms late.
//   npm run build && node bench/audit.mjs
import { build } from 'esbuild';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = process.env.PLIMSOLL_BIN ?? join(ROOT, 'dist/bin.js');
const PAIRS = 5;
const SIZES = [
  [15, 300],
  [150, 30],
  [150, 300],
];

// Inside the project, so that its node_modules are found.
const work = join(ROOT, 'node_modules/.cache/plimsoll-bench-audit');
mkdirSync(work, { recursive: true });
const MEMORY = join(work, 'memory.cjs');
writeFileSync(
  MEMORY,
  "process.on('exit', () => require('fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));",
);
const SERVER = join(work, 'server.mjs');
await build({
  outfile: SERVER,
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
  stdin: {
    resolveDir: join(ROOT, 'test/aws-stand-in'),
    contents: `
    import { image } from './images.ts';
    import { account, lambda } from './scenarios.ts';
    import { startStandIn } from './server.ts';
    const [repositories, images] = process.argv.slice(2).map(Number);
    const functions = [];
    const made = Array.from({ length: repositories }, (_, at) => {
      const name = 'team/service-' + at;
      const contents = Array.from({ length: images }, (__, build) => image({ cpu: 'arm64', of: name + ' ' + build }));
      for (let use = 0; use < 4; use++) functions.push(lambda('f' + at + '-' + use, 'v' + use, contents[use], { repository: name }));
      return { name, mutability: 'IMMUTABLE', images: contents.map((content, build) => ({ content, tags: ['v' + build] })) };
    });
    const aws = await startStandIn(account({ repositories: made, functions }), { delay: 2 });
    console.log(aws.url);`,
  },
});
const BARE = join(work, 'bare.mjs');
writeFileSync(
  BARE,
  `
  import { DescribeRepositoriesCommand, ECRClient, paginateDescribeImages } from '@aws-sdk/client-ecr';
  import { GetFunctionCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
  const lambda = new LambdaClient({});
  for await (const page of paginateListFunctions({ client: lambda }, {})) for (const one of page.Functions) await lambda.send(new GetFunctionCommand({ FunctionName: one.FunctionName }));
  const ecr = new ECRClient({});
  const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ maxResults: 1000 }));
  for (const { repositoryName } of repositories) for await (const page of paginateDescribeImages({ client: ecr, pageSize: 1000 }, { repositoryName })) void page;
`,
);

console.log(
  '| repositories x images | bare SDK, s | audit, s | audit / bare | peak MB, bare | peak MB, audit |\n|---|---|---|---|---|---|',
);
for (const [repositories, images] of SIZES) {
  const server = spawn(process.execPath, [SERVER, String(repositories), String(images)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve) => server.stdout.once('data', (text) => resolve(String(text).trim())));
  const env = {
    ...process.env,
    PEAK: join(work, 'peak'),
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const run = (...args) => {
    const start = process.hrtime.bigint();
    const { status, stderr } = spawnSync(process.execPath, ['--require', MEMORY, ...args], {
      cwd: work,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      maxBuffer: 1e8,
    });
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    return {
      seconds: Number(process.hrtime.bigint() - start) / 1e9,
      memory: Number(readFileSync(env.PEAK, 'utf8')) / 1024,
    };
  };
  const pairs = Array.from({ length: PAIRS }, () => ({ bare: run(BARE), audit: run(BIN, 'audit', '--no-project') }));
  const of = (pick) => median(pairs.map(pick));
  console.log(
    `| ${repositories} x ${images} | ${of((one) => one.bare.seconds).toFixed(2)} | ${of((one) => one.audit.seconds).toFixed(2)} | ${of((one) => one.audit.seconds / one.bare.seconds).toFixed(2)} | ${of((one) => one.bare.memory).toFixed(0)} | ${of((one) => one.audit.memory).toFixed(0)} |`,
  );
  server.kill();
}
rmSync(work, { recursive: true });

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
