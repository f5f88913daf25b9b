import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { memoryFiles } from '../../src/discover/files.ts';
import { check } from '../../src/engine.ts';
import { factsOf, only, pipeline, pushesOf } from './project.ts';

async function findingsOf(Jenkinsfile: string, more: Record<string, string> = {}): Promise<string[]> {
  const files = memoryFiles({ Jenkinsfile, Dockerfile: 'FROM node:22\n', ...more });
  const { findings } = await check({ files, config: DEFAULT_CONFIG });
  return findings
    .filter(({ severity, confidence }) => severity !== 'note' && confidence !== 'possible')
    .map(({ rule, site }) => `${rule} ${site.file}:${site.span.line}`);
}

const ECR = '123456789012.dkr.ecr.eu-north-1.amazonaws.com';

describe('values', () => {
  it.each([
    [
      'of environment { }, by the shell and by Groovy',
      "sh 'docker push $R:$T'",
      `environment { R = "${ECR}/app"\n T = "v\${BUILD_NUMBER}" }`,
    ],
    ['of env', `script { env.R = '${ECR}/app' }\n sh "docker push \${env.R}:v\${env.BUILD_NUMBER}"`, ''],
    ['of variables', `script {\n def r = '${ECR}/app'\n sh 'docker push ' + r + ':v' + env.BUILD_NUMBER\n }`, ''],
    ['of withEnv', `withEnv(["R=${ECR}/app"]) { sh 'docker push $R:v$BUILD_NUMBER' }`, ''],
    ['escaped for the shell', `sh "R=${ECR}/app; docker push \\$R:v\${BUILD_NUMBER}"`, ''],
  ])('%s', async (_, steps, before) => {
    expect(await pushesOf(pipeline(steps, before))).toEqual([`${ECR}/app:v\${BUILD_NUMBER}`]);
  });

  it.each([
    ["sh(script: 'git rev-parse --short HEAD', returnStdout: true).trim()"],
    ['env.GIT_COMMIT.take(7)'],
    ['env.GIT_COMMIT[0..6]'],
    ["sh(returnStdout: true, script: 'printf %04d $BUILD_NUMBER')"],
    ['currentBuild.number'],
  ])('a tag of %s names the build', async (tag) => {
    const [push] = await only(
      'push',
      pipeline(`script {\n def tag = ${tag}\n sh "docker push ${ECR}/app:\${tag}"\n }`),
    );
    expect(push?.ref.tag).toEqual([expect.objectContaining({ nature: 'unique' })]);
  });

  it('a parameter has its default unless somebody gives another', async () => {
    const parameters =
      "parameters { string(name: 'TAG', defaultValue: 'latest')\n choice(name: 'C', choices: ['a', 'b']) }";
    expect(await pushesOf(pipeline('sh "docker push app:${params.TAG}-$C"', parameters))).toEqual([
      'app:latest-a',
      'app:latest-${C}',
      'app:${TAG}-a',
      'app:${TAG}-${C}',
    ]);
  });

  it('of environment { } count for more than what is assigned to env', async () => {
    const steps = "script { env.T = 'v1' }\n sh 'docker push app:$T'";
    expect(await pushesOf(pipeline(steps, "environment { T = 'latest' }"))).toEqual(['app:latest']);
  });

  it('each step is a shell of its own', async () => {
    expect(await pushesOf(pipeline("sh 'T=1; cd x'\n sh 'docker push app:$T'"))).toEqual(['app:${T}']);
  });

  it('what nobody knows is called by its variable', async () => {
    const steps =
      'script {\n def version = sh(script: "./version", returnStdout: true).trim()\n sh "docker push app:$version" }';
    expect(await pushesOf(pipeline(steps))).toEqual(['app:${version}']);
  });
});

describe('ways', () => {
  it('both of an if are followed, and what they leave stays apart', async () => {
    const steps = `script {
      if (env.BRANCH_NAME == 'main') { tag = 'prod' } else { tag = 'dev' }
      if (env.BRANCH_NAME == 'main') { sh "docker push app:$tag" }
    }`;
    expect(await pushesOf(pipeline(steps))).toEqual(['app:prod']);
  });

  it("a stage's when holds for what is in it", async () => {
    const stage = (branch: string, text: string): string =>
      `stage('${branch}') {\n when { branch '${branch}' }\n steps { script { ${text} } }\n }\n`;
    const text = `pipeline {\n agent any\n stages {\n ${stage('main', "if (env.BRANCH_NAME == 'dev') { sh 'docker push app:no' }")}${stage('dev', "sh 'docker push app:dev'")} }\n }\n`;
    expect(await pushesOf(text)).toEqual(['app:dev']);
  });

  it.each([
    ["if (params.DRY) { return }\n sh 'docker push app:1'", ['app:1']],
    ["error 'no'\n sh 'docker push app:1'", []],
    ["if (false) { sh 'docker push app:1' }", []],
    [
      "switch (env.E) {\n case 'a': sh 'docker push app:a'; break\n default: sh 'docker push app:b'\n }",
      ['app:a', 'app:b'],
    ],
    ["['a', 'b'].each { s -> sh \"docker push $s:1\" }", ['a:1', 'b:1']],
    ["[a: 'x', b: 'y'].each { k, v -> sh \"docker push $k:$v\" }", ['a:x', 'b:y']],
    ["for (s in ['a', 'b']) { sh \"docker push $s:1\" }", ['a:1', 'b:1']],
    [
      "def jobs = [:]\n for (s in ['a', 'b']) { def t = s\n jobs[s] = { sh \"docker push $t:1\" } }\n parallel jobs",
      ['a:1', 'b:1'],
    ],
    ["parallel a: { sh 'docker push a:1' }, b: { sh 'docker push b:1' }", ['a:1', 'b:1']],
    ["retry(3) { timeout(5) { sh 'docker push a:1' } }", ['a:1']],
    ["sh '#!/usr/bin/env python3\\ndocker push a:1'", []],
  ])('%s', async (steps, pushes) => {
    expect(await pushesOf(pipeline(`script {\n ${steps}\n }`))).toEqual(pushes);
  });

  it('functions of the file are called with what they are given', async () => {
    const text = `def ship(name, tag = 'latest') {\n  sh "docker push \${name}:\${tag}"\n}\nnode {\n  ship('a')\n  ship 'b', '1'\n}\n`;
    const pushes = await only('push', text);
    expect(pushes.map(({ site }) => site.via?.map(({ label }) => label))).toEqual([['ship()'], ['ship()']]);
    expect(await pushesOf(text)).toEqual(['a:latest', 'b:1']);
  });

  it('each cell of a matrix is a run of its own', async () => {
    const text = `pipeline {\n agent any\n stages {\n stage('m') {\n matrix {\n axes { axis { name 'S'\n values 'a', 'b' } }\n stages { stage('p') { steps { sh 'docker push $S:1' } } }\n }\n }\n }\n}\n`;
    const pushes = await only('push', text);
    expect(new Set(pushes.map(({ run }) => run)).size).toBe(2);
    expect(await pushesOf(text)).toEqual(['a:1', 'b:1']);
  });

  it('the label of an agent may say its CPU', async () => {
    const text = `pipeline {\n agent none\n stages {\n stage('b') {\n agent { label 'linux && arm64' }\n steps { sh 'docker build -t a .' }\n }\n }\n}\n`;
    expect((await only('build', text)).map(({ host }) => host)).toEqual([
      { kind: 'ci', cpu: 'arm64', label: 'linux && arm64' },
    ]);
  });

  it('folders', async () => {
    const builds = await only('build', pipeline("dir('api') { sh 'docker build -t a .' }"), {
      'api/Dockerfile': 'FROM a\n',
    });
    expect(builds.map(({ dockerfile }) => dockerfile)).toEqual(['api/Dockerfile']);
  });
});

describe('the Docker Pipeline plug-in', () => {
  it.each([
    [
      "docker.withRegistry('https://" +
        ECR +
        "', 'ecr:eu-north-1:aws') {\n def i = docker.build('app')\n i.push()\n i.push('v1')\n }",
      [`${ECR}/app:latest`, `${ECR}/app:v1`],
    ],
    [
      'docker.withRegistry("https://' +
        ECR +
        '/app", "c") { docker.build("' +
        ECR +
        '/app:$BUILD_ID", "-f Dockerfile .").push() }',
      [`${ECR}/app:\${BUILD_ID}`],
    ],
    ["docker.image('app:1').push('2')", ['app:2']],
    ['docker.build \'app:\' + env.BUILD_ID\n docker.image("app:${BUILD_ID}").push()', ['app:${BUILD_ID}']],
  ])('%s', async (steps, pushes) => {
    expect(await pushesOf(pipeline(`script {\n ${steps}\n }`))).toEqual(pushes);
  });

  it('runs what stands inside containers', async () => {
    expect(
      await pushesOf(pipeline("script { docker.image('docker:cli').inside('-u root') { sh 'docker push a:1' } }")),
    ).toEqual(['a:1']);
  });
});

describe('findings', () => {
  const deploy = 'aws ecs update-service --cluster c --service s --force-new-deployment';

  it.each([
    [
      'latest alone',
      pipeline(`sh 'docker build -t ${ECR}/app .'\n sh 'docker push ${ECR}/app'`),
      ['latest-only Jenkinsfile:8'],
    ],
    [
      'a tag for each build',
      pipeline(`sh 'docker build -t ${ECR}/app:$BUILD_NUMBER .'\n sh 'docker push ${ECR}/app:$BUILD_NUMBER'`),
      [],
    ],
    ['or true', pipeline(`sh '${deploy} || true'`), ['deploy-exit-masked Jenkinsfile:7']],
    ['a pipe: sh has no pipefail', pipeline(`sh '${deploy} | tee out.log'`), ['deploy-exit-masked Jenkinsfile:7']],
    [
      'a status that nobody looks at',
      pipeline(`sh script: '${deploy}', returnStatus: true`),
      ['deploy-exit-masked Jenkinsfile:7'],
    ],
    [
      'a status that decides',
      pipeline(`script { if (sh(script: '${deploy}', returnStatus: true) != 0) { error 'no' } }`),
      [],
    ],
    [
      'an error that is only printed',
      pipeline(`script { try { sh '${deploy}' } catch (e) { echo "oh: $e" } }`),
      ['deploy-exit-masked Jenkinsfile:7'],
    ],
    [
      'an error that lets the build fail',
      pipeline(`script { try { sh '${deploy}' } catch (e) { currentBuild.result = 'FAILURE' } }`),
      [],
    ],
    ['catchError lets the build fail', pipeline(`catchError { sh '${deploy}' }`), []],
    [
      'catchError told not to',
      pipeline(`catchError(buildResult: 'SUCCESS', stageResult: 'FAILURE') { sh '${deploy}' }`),
      ['deploy-exit-masked Jenkinsfile:7'],
    ],
    [
      'a password on the command line',
      pipeline(`sh "docker login -u AWS -p \\$(aws ecr get-login-password) ${ECR}"`),
      ['login-on-command-line Jenkinsfile:7'],
    ],
  ])('%s', async (_, text, findings) => {
    expect(await findingsOf(text)).toEqual(findings);
  });

  it('a script that a Jenkinsfile calls is not judged as run by hand as well', async () => {
    const builds = await only('build', pipeline("sh './ship.sh v1'"), {
      'ship.sh': '#!/bin/sh\ndocker build -t app:$1 .\n',
    });
    expect(builds.map(({ host }) => host.kind)).toEqual(['ci']);
  });

  it('steps of a shared library are blind spots, with what they were given', async () => {
    const facts = await factsOf(pipeline("deployToEcs(cluster: 'main', service: \"api\")\n echo 'x'"));
    expect(facts.filter(({ kind }) => kind === 'blind-spot')).toMatchObject([
      {
        label: 'deployToEcs',
        given: [
          { role: 'cluster', text: ['main'] },
          { role: 'service', text: ['api'] },
        ],
      },
    ]);
  });
});
