import { describe, expect, it } from 'vitest';
import { Sealed, judged, likewise, opened, seal, sliced } from '../../src/core/sealed.ts';
import {
  hideSecrets,
  isCredential,
  readingOf,
  secretsIn,
  sliceWithoutSecrets,
  valueWithoutSecrets,
} from '../../src/core/secrets.ts';
import {
  closeness,
  concat,
  equalTexts,
  generalise,
  hole,
  known,
  literal,
  match,
  show,
  textKey,
} from '../../src/core/text.ts';
import { parseImageRef, showRef } from '../../src/core/image-ref.ts';

describe('a name', () => {
  it.each([
    'NPM_TOKEN',
    'GITHUB_TOKEN',
    'DB_PASSWORD',
    'dbPassword',
    'DB_PWD',
    'apiKey',
    'API_KEY',
    'KEY',
    'SIGNING_KEY',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    '_authToken',
    'client-secret',
    'CREDENTIALS',
    'OAUTH_CLIENT',
    'pass',
  ])("%s is a credential's", (name) => {
    expect(isCredential(name)).toBe(true);
  });

  it.each([
    'STAGE',
    'MONKEY',
    'cacheKey',
    'cache-key',
    'primaryKey',
    'Key',
    'PWD',
    'OLDPWD',
    'AUTHOR',
    'SECRET_NAME',
    'TOKEN_URL',
    'password-stdin',
    'COMPASS',
    'PATH',
    '',
    'a'.repeat(10_000),
  ])('%s is not', (name) => {
    expect(isCredential(name)).toBe(false);
  });
});

describe('source text', () => {
  it.each([
    ['docker login -u me -p hunter2 ghcr.io', 'docker login -u me -p *** ghcr.io'],
    ['docker login -u me -phunter2', 'docker login -u me -p***'],
    ['docker login --password hunter2', 'docker login --password ***'],
    ['docker login --password=hunter2', 'docker login --password=***'],
    ['docker login \\\n  -u AWS \\\n  -p hunter2', 'docker login \\\n  -u AWS \\\n  -p ***'],
    ['["docker", "login", "-p", "hunter2"]', '["docker", "login", "-p", "***"]'],
    ['echo hunter2 | docker login -u me --password-stdin', 'echo *** | docker login -u me --password-stdin'],
    ['docker login --password-stdin <<< "hunter2"', 'docker login --password-stdin <<< "***"'],
    ['NPM_TOKEN=abc npm ci', 'NPM_TOKEN=*** npm ci'],
    ['export TOKEN="a b c"', 'export TOKEN="***"'],
    ['ARG NPM_TOKEN=abc', 'ARG NPM_TOKEN=***'],
    ['ENV NPM_TOKEN abc', 'ENV NPM_TOKEN ***'],
    ['docker build --build-arg NPM_TOKEN=abc .', 'docker build --build-arg NPM_TOKEN=*** .'],
    ['npm config set //npm.example.com/:_authToken abc', 'npm config set //npm.example.com/:_authToken ***'],
    ['//npm.example.com/:_authToken=abc', '//npm.example.com/:_authToken=***'],
    ['  password: hunter2', '  password: ***'],
    ['  "password": "hunter2",', '  "password": "***",'],
    ['PASSWORD=${P:-hunter2}', 'PASSWORD=***'],
    ["password: ${{ secrets.X || 'hunter2' }}", 'password: ***'],
    ['- name: DB_PASSWORD\n  value: hunter2', '- name: DB_PASSWORD\n  value: ***'],
    ['{"name": "DB_PASSWORD", "value": "hunter2"}', '{"name": "DB_PASSWORD", "value": "***"}'],
    ['git clone https://me:hunter2@host/x', 'git clone https://me:***@host/x'],
    ['curl -H "Authorization: Bearer abc123"', 'curl -H "Authorization: Bearer ***"'],
    ['aws configure set x AKIAABCDEFGHIJKLMNOP', 'aws configure set x ***'],
  ])('%j', (text, shown) => {
    expect(hideSecrets(text)).toBe(shown);
  });

  it.each([
    'docker login -p $PASS',
    'docker login -p "$(aws ecr get-login-password)"',
    'DOCKER_PASSWORD=$X',
    'password: ${{ secrets.X }}',
    'TOKEN=$(cat x)',
    'docker run -p 80:80 x',
    'docker build --secret id=npm,src=x .',
    'id-token: write',
    'aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin 1.dkr.ecr.eu-west-1.amazonaws.com',
    'git@github.com:x/y',
    'arn:aws:secretsmanager:eu-west-1:1:secret:db',
    'uses: docker/login-action@v3',
    'key: stage',
    'token: !Ref X',
    'docker push 1.dkr.ecr.eu-west-1.amazonaws.com/auth-service:latest',
    'a password on the command line, where any user on the machine can read it',
  ])('%j has none', (text) => {
    expect(hideSecrets(text)).toBe(text);
  });

  it('in a programming language has values in quotes alone', () => {
    expect(hideSecrets("const token = await getToken();\nconst password = 'hunter2';", readingOf('a.ts'))).toBe(
      "const token = await getToken();\nconst password = '***';",
    );
  });

  it('of a file of values is all values', () => {
    expect(hideSecrets('TAG=abc\nurl = "x"\n', readingOf('.env'))).toBe('TAG=***\nurl = "***"\n');
    expect(readingOf('infra/prod.tfvars')).toEqual({ values: true });
  });

  it('is looked at around a stretch of it', () => {
    const text = 'docker login -u me -p hunter2 ghcr.io';
    expect(sliceWithoutSecrets(text, [22, 29])).toBe('***');
    expect(sliceWithoutSecrets(text, [0, 12])).toBe('docker login');
  });

  it('however hostile is looked through in a time that grows with it', () => {
    const work = (text: string): number => {
      const before = process.cpuUsage();
      secretsIn(text);
      return process.cpuUsage(before).user / 1000;
    };
    for (const piece of [
      'login -p ',
      'TOKEN=',
      'a:',
      'password: "',
      "echo '",
      '://',
      'TOKEN \\\n',
      'name: TOKEN\n',
      'eyJaaaaaaaaaaa.',
      '--password-stdin <<< ',
    ])
      expect(work(piece.repeat(40_000))).toBeLessThan(8000);
  });

  it('of a document goes by its names', () => {
    expect(valueWithoutSecrets('Environment', { Variables: { DB_PASSWORD: 'x', A: 'b' } })).toEqual({
      Variables: { DB_PASSWORD: '***', A: 'b' },
    });
    expect(
      valueWithoutSecrets('Environment', [
        { Name: 'API_TOKEN', Value: 'x' },
        { Name: 'A', Value: 'b' },
      ]),
    ).toEqual([
      { Name: 'API_TOKEN', Value: '***' },
      { Name: 'A', Value: 'b' },
    ]);
  });
});

describe('sealed text', () => {
  const sealed = seal('hunter2', 'the content of creds');

  it('is a hole to whoever does not know it', () => {
    expect(known(sealed)).toBeUndefined();
    expect(show(concat(literal('repo:'), sealed))).toBe('repo:${the content of creds}');
    expect(JSON.stringify(sealed)).not.toContain('hunter2');
    expect(String(structuredClone(JSON.parse(JSON.stringify(sealed)))[0].hole)).not.toContain('hunter2');
  });

  it('is compared and linked by what it says', () => {
    expect(judged(concat(literal('a'), sealed))).toBe('ahunter2');
    expect(opened(concat(literal('a'), sealed, hole('X')))).toEqual(['ahunter2', { hole: 'X', nature: 'unknown' }]);
    expect(equalTexts(sealed, literal('hunter2'))).toBe(true);
    expect(textKey(sealed)).toBe(textKey(literal('hunter2')));
    expect(match(concat(sealed, literal('-api')), concat(hole('S'), literal('-api')))).toBe('by pattern');
    expect(closeness(sealed, literal('other'))).toBeUndefined();
    expect(equalTexts(sealed, seal('other', 'the content of creds'))).toBe(false);
  });

  it('is cut and stays sealed', () => {
    const ref = parseImageRef(seal('host.example/team/api:v1@sha256:00', 'the content of creds'));
    expect(showRef(ref)).toBe(
      '${the content of creds}/${the content of creds}:${the content of creds}@${the content of creds}',
    );
    expect([judged(ref.registry), judged(ref.repository), judged(ref.tag), judged(ref.digest)]).toEqual([
      'host.example',
      'team/api',
      'v1',
      'sha256:00',
    ]);
    expect(show(sliced(concat(literal('ab'), sealed), 1, 5))).toBe('b${the content of creds}');
    expect(show(likewise('HUNTER2', literal('x'), sealed))).toBe('${the content of creds}');
    expect(
      show(
        generalise([concat(literal('a-'), sealed), concat(literal('a-'), seal('other1', 'the content of creds'))], 'T'),
      ),
    ).toBe('a-${T}');
  });

  it('of one source is one piece', () => {
    expect(concat(sealed, sealed)).toHaveLength(1);
    expect(judged(concat(sealed, sealed))).toBe('hunter2hunter2');
  });

  it.each(['true', 'FALSE', 'arm64', 'X86_64', 'linux/arm64', 'linux/amd64,linux/arm64', 'linux/arm/v7', ' ', '\n'])(
    '%j tells nothing and stays open',
    (value) => {
      expect(seal(value, 'x')).toEqual([value]);
    },
  );

  it.each(['1', 'linux/hunter2', 'hunter2/arm64', 'linux/arm64/hunter2', 'arm64 hunter2'])('%j is sealed', (value) => {
    expect(seal(value, 'x')[0]).toBeInstanceOf(Sealed);
  });
});
