/** What coding agents are told to run: judged without being asked for, and with care. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG, type Config } from '../../src/config/config.ts';
import { isInstructions } from '../../src/discover/kinds.ts';
import { check, memoryFiles } from '../../src/engine.ts';

const REPOSITORY = '123456789012.dkr.ecr.eu-north-1.amazonaws.com/orders';

async function found(
  files: Readonly<Record<string, string>>,
  config: Partial<Config> = {},
  pedantic = false,
): Promise<string[]> {
  const result = await check({ files: memoryFiles(files), config: { ...DEFAULT_CONFIG, ...config }, pedantic });
  return result.findings.map(({ rule, site: { file, span } }) => `${rule} ${file}:${span.line}`);
}

const fence = (text: string, language = 'bash'): string => `\`\`\`${language}\n${text}\n\`\`\`\n`;

const HIDING = `# Orders\n\n## Deploy\n\n${fence('npx cdk deploy --all --require-approval never 2>&1 | tail -50')}`;
const TOLD = (file: string): string[] => [`deploy-exit-masked ${file}:6`, `deploy-output-hidden ${file}:6`];

describe('instructions', () => {
  it.each([
    ['AGENTS.md', true],
    ['services/api/AGENTS.md', true],
    ['CLAUDE.md', true],
    ['.claude/CLAUDE.md', true],
    ['GEMINI.md', true],
    ['.cursor/rules/deploy.mdc', true],
    ['web/.cursor/rules/ops/deploy.mdc', true],
    ['.github/copilot-instructions.md', true],
    ['README.md', false],
    ['docs/agents.md', false],
    ['docs/deploy.mdc', false],
    ['.cursor/rules/deploy.md', false],
    ['node_modules/x/AGENTS.md', false],
    ['CLAUDE.md.bak', false],
  ])('%s: %s', async (file, isOne) => {
    expect(isInstructions(file)).toBe(isOne);
    expect(await found({ [file]: HIDING })).toEqual(isOne ? TOLD(file) : []);
  });

  it('are left out where the configuration says so', async () => {
    expect(await found({ 'AGENTS.md': HIDING }, { docs: false })).toEqual([]);
    expect(await found({ 'AGENTS.md': HIDING }, { ignores: ['AGENTS.md'] })).toEqual([]);
    expect(await found({ 'AGENTS.md': HIDING }, { docs: ['runbooks/'] })).toEqual(TOLD('AGENTS.md'));
  });

  it('lose no failure that whoever types them sees', async () => {
    const lines = 'sam build && sam deploy --no-confirm-changeset\naws logs tail /aws/lambda/orders --since 10m';
    expect(await found({ 'AGENTS.md': `# Orders\n\n${fence(lines)}` })).toEqual([]);
    expect(await found({ 'AGENTS.md': `# Orders\n\n${fence(lines.replace('\n', ' || true\n'))}` })).toEqual([
      'deploy-exit-masked AGENTS.md:4',
      'deploy-exit-masked AGENTS.md:4',
    ]);
  });

  it('may be suppressed as in any document', async () => {
    const ignoring = '<!-- plimsoll-ignore deploy-output-hidden deploy-exit-masked -- short on purpose -->\n';
    expect(await found({ 'CLAUDE.md': ignoring + HIDING.slice(HIDING.indexOf('```')) })).toEqual([]);
  });
});

describe('their commands', () => {
  it('are judged with the project', async () => {
    const template = `Resources:\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties:\n      PackageType: Image\n      Architectures: [arm64]\n      Code: {ImageUri: '${REPOSITORY}:v1'}\n`;
    const agents = fence(
      `docker build --platform linux/amd64 --provenance=false -t ${REPOSITORY}:v1 .\ndocker push ${REPOSITORY}:v1`,
    );
    expect(await found({ 'AGENTS.md': agents, 'template.yml': template })).toEqual(['arch-mismatch AGENTS.md:2']);
  });

  it.each([
    [
      'a menu',
      'npm run build    # compile\nnpx cdk synth     # look\nnpx cdk diff\nnpx cdk deploy --all\nnpx cdk destroy --all',
    ],
    ['one command with what it takes', 'cd infra && npm ci\nENVIRONMENT=production npx cdk deploy "$STACK"'],
    [
      'what runs here',
      'docker compose up -d --build\ndocker compose logs -f api | tail -20\ndocker build -t orders:dev .',
    ],
    ['looks', 'aws logs tail /ecs/orders --follow\naws ecs describe-services --cluster c --services s | head -50'],
    ['Terraform', 'terraform init\nterraform plan\nterraform apply'],
    [
      'a push without more',
      `docker build --platform linux/amd64 -t ${REPOSITORY}:latest .\ndocker push ${REPOSITORY}:latest`,
    ],
    ['a roll-out without more', `aws lambda update-function-code --function-name orders --image-uri ${REPOSITORY}:v1`],
    ['a push of what is built elsewhere', `docker tag orders:ci ${REPOSITORY}:v2\ndocker push ${REPOSITORY}:v3`],
    ['what is no bash', 'docker push "unterminated'],
  ])('%s is no mistake', async (_, text) => {
    expect(await found({ 'AGENTS.md': `# Commands\n\n${fence(text)}` })).toEqual([]);
  });

  it('that are shown as wrong are none', async () => {
    const text = `## ❌ Don't do this\n\n${fence('npx cdk deploy | tail -50')}\n## ✅ Do this\n\n${fence('npx cdk deploy')}`;
    expect(await found({ 'CLAUDE.md': text })).toEqual([]);
    expect(await found({ 'CLAUDE.md': `Never pipe a deploy:\n\n${fence('npx cdk deploy | tail -50')}` })).toEqual([]);
  });

  it('change nothing of what is said of the scripts that they call', async () => {
    const script = `#!/bin/bash\nset -eu\ndocker build -t ${REPOSITORY}:latest .\ndocker push ${REPOSITORY}:latest | tail -3\n`;
    const project = { 'scripts/ship.sh': script, Dockerfile: 'FROM scratch\n' };
    const alone = await found(project);
    expect(alone).toContain('deploy-output-hidden scripts/ship.sh:4');
    expect(await found({ ...project, 'AGENTS.md': fence('./scripts/ship.sh\n./scripts/ship.sh --fast') })).toEqual(
      alone,
    );
  });

  it('say nothing of what else is shown', async () => {
    const shown = [
      fence('FROM --platform=linux/amd64 public.ecr.aws/lambda/nodejs:22', 'dockerfile'),
      fence(`Resources:\n  Repo:\n    Type: AWS::ECR::Repository\n    Properties: {RepositoryName: orders}`, 'yaml'),
      fence("new ecr.Repository(this, 'Repo', { repositoryName: 'orders' });", 'ts'),
    ].join('\n');
    const created = fence('aws ecr create-repository --repository-name orders --image-tag-mutability IMMUTABLE');
    expect(await found({ 'AGENTS.md': shown })).toEqual([]);
    expect(await found({ 'AGENTS.md': `${shown}\n${created}` })).toEqual([]);
    expect(await found({ 'AGENTS.md': `${shown}\n${created}` }, { docs: true })).not.toEqual([]);
  });

  it('that something is missing from only may be right', async () => {
    const agents = fence(
      `docker build --platform linux/arm64 -t ${REPOSITORY}:latest .\ndocker push ${REPOSITORY}:latest`,
    );
    expect(await found({ 'AGENTS.md': agents }, {}, true)).toContain('latest-only AGENTS.md:3');
  });
});
