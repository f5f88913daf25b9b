/** What is alternative, racing or worked out in a pipeline is no certainty. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { memoryFiles } from '../../src/discover/files.ts';
import { check } from '../../src/engine.ts';
import { language } from '../../src/parsers/jenkins/language.ts';
import { only, pipeline, pushesOf, readingOf } from './project.ts';

const ECR = '123456789012.dkr.ecr.eu-north-1.amazonaws.com';
const DEPLOY = "sh 'aws ecs update-service --cluster c --service s --force-new-deployment'";
const STATUS =
  "sh(script: 'aws ecs update-service --cluster c --service s --force-new-deployment', returnStatus: true)";

async function rules(Jenkinsfile: string): Promise<string[]> {
  const { findings } = await check({
    files: memoryFiles({ Jenkinsfile, Dockerfile: 'FROM node:22\n' }),
    config: DEFAULT_CONFIG,
  });
  return findings
    .filter(({ severity, confidence }) => severity !== 'note' && confidence !== 'possible')
    .map(({ rule }) => rule);
}

describe('a failure is seen', () => {
  it.each([
    [
      'by a function that ends the build',
      `def bail(m) { error(m) }\nnode { try { ${DEPLOY} } catch (e) { bail("$e") } }`,
    ],
    ['by a command that fails', `node { try { ${DEPLOY} } catch (e) { sh 'exit 1' } }`],
    ['by a flag', `node { def ok = true\n try { ${DEPLOY} } catch (e) { ok = false }\n if (!ok) error 'no' }`],
    ['by the error that is kept', `node { def err\n try { ${DEPLOY} } catch (e) { err = e }\n if (err) throw err }`],
    [
      'by what a function gives back',
      `def ship() { try { ${DEPLOY}; return true } catch (e) { return false } }\nnode { if (!ship()) error 'x' }`,
    ],
    [
      'by what catches only somebody who stops it',
      `node { try { ${DEPLOY} } catch (org.x.FlowInterruptedException e) { echo 'stopped' } }`,
    ],
    [
      'by the inner of two',
      `node { try { try { ${DEPLOY} } catch (e) { currentBuild.result = 'FAILURE' } } catch (x) { echo 'oh' } }`,
    ],
    ['by a status that a function gives back', `def ship() { ${STATUS} }\nnode { if (ship() != 0) { error 'no' } }`],
    [
      'by a status that a block gives back',
      `node { def rc = withCredentials([]) { ${STATUS} }\n if (rc != 0) { error 'no' } }`,
    ],
  ])('%s', async (_, text) => {
    expect(await rules(text)).toEqual([]);
  });

  it.each([
    ['a word of failure', `node { try { ${DEPLOY} } catch (e) { echo "Deployment failed: $e" } }`],
    ['a result that says success', `node { try { ${DEPLOY} } catch (e) { currentBuild.result = 'SUCCESS' } }`],
    ['a status that nobody takes from a function', `def ship() { ${STATUS} }\nnode { ship() }`],
  ])('not by %s', async (_, text) => {
    expect(await rules(text)).toEqual(['deploy-exit-masked']);
  });
});

describe('what nobody knows', () => {
  it.each([
    [
      'how often a loop turns',
      "def t = 'v1'\n while (more()) { t = 'v2' }\n sh \"docker push app:$t\"",
      ['app:v2', 'app:v1'],
    ],
    [
      'which of two branches comes last',
      "parallel a: { tag = 'a' }, b: { tag = 'b' }\n sh \"docker push app:$tag\"",
      ['app:${tag}'],
    ],
    [
      'how far a try came',
      "def t = 'v1'\n try { sh './may-fail'; t = 'v2' } catch (e) { echo 'x' }\n sh \"docker push app:$t\"",
      ['app:v2', 'app:${t}'],
    ],
    ['what numbers come to', 'def n = 1\n n++\n sh "docker push app:$n"', ['app:${n}']],
    [
      'the value of a variable before it has any',
      'def t\n if (t == null) { t = \'v1\' }\n sh "docker push app:$t"',
      ['app:v1'],
    ],
    [
      'items of a list that a condition picks',
      "def l = ['v1', 'v2'].findAll { it != 'v1' }\n l.each { sh \"docker push app:$it\" }",
      ['app:${it}'],
    ],
    [
      'two items that are read from one list',
      "if (p[0] == 'a') { if (p[1] == 'b') { sh 'docker push app:1' } }",
      ['app:1'],
    ],
    [
      'two variables that the same is asked of',
      "def t = 'latest'\n if (env.A.contains('q')) { t = 'v1' }\n if (env.B.contains('r')) { sh \"docker push app:$t\" }",
      ['app:v1', 'app:latest'],
    ],
  ])('%s', async (_, steps, pushes) => {
    expect(await pushesOf(pipeline(`script {\n ${steps}\n }`))).toEqual(pushes);
  });

  it.each([
    ['continue', "for (s in ['api', 'web']) { if (s == 'web') { continue }\n sh \"docker push $s:1\" }", ['api:1']],
    ['break', "for (s in ['api', 'web']) { sh \"docker push $s:1\"\n break }", ['api:1']],
    [
      'a case that runs on into the next',
      "def b = 'main'\n switch (b) { case 'main':\n case 'master': t = 'prod'; break\n default: t = 'dev' }\n sh \"docker push app:$t\"",
      ['app:prod'],
    ],
    [
      'a list that grows',
      "def tags = ['latest']\n tags.add('v1')\n tags.each { sh \"docker push app:$it\" }",
      ['app:latest', 'app:v1'],
    ],
    [
      'keys that are worked out',
      "def jobs = ['a', 'b'].collectEntries { s -> [(s): { sh \"docker push $s:1\" }] }\n parallel jobs",
      ['a:1', 'b:1'],
    ],
    [
      'keys of a text',
      "parallel([\n \"job ${env.X}\": { sh 'docker push a:1' },\n 'other': { sh 'docker push b:1' },\n ])",
      ['a:1', 'b:1'],
    ],
    ['a cast', 'def t = (String) \'v1\'\n sh "docker push app:$t"', ['app:v1']],
    [
      'an image of either way',
      "def app\n if (env.M == 'x') { app = docker.build('app:1') } else { app = docker.build('app:2') }\n app.push()",
      ['app:1', 'app:2'],
    ],
    ['Docker Hub', "docker.withRegistry('', 'hub') { docker.build('me/app:v1').push() }", ['me/app:v1']],
    [
      'a side that is not asked',
      "if (false && sh(script: 'docker push a:1', returnStatus: true) == 0) { echo 'x' }\n sh 'docker push b:1'",
      ['b:1'],
    ],
    ['a function that ends the build on one way', 'sh "docker push app:${pick(params.X)}"', ['app:a']],
    ['a status that is always one', "sh script: 'exit 1', returnStatus: true\n sh 'docker push app:1'", ['app:1']],
  ])('is told from what is known: %s', async (_, steps, pushes) => {
    const pick = "def pick(x) { if (!x) { error 'no' } else { return 'a' } }\n";
    expect(await pushesOf(pick + pipeline(`script {\n ${steps}\n }`))).toEqual(pushes);
  });

  it('what is assigned to env counts for more than a parameter', async () => {
    const steps = "script { env.TAG = 'v1' }\n sh 'docker push app:$TAG'";
    expect(await pushesOf(pipeline(steps, "parameters { string(name: 'TAG', defaultValue: 'latest') }"))).toEqual([
      'app:v1',
    ]);
  });

  it.each([
    ['any\n', undefined],
    ["{ label 'linux && !arm64' }\n", undefined],
    ["{ label 'arm64 || x86_64' }\n", undefined],
    ["{ docker { image 'x'\n reuseNode true } }\n", 'arm64'],
  ])("a stage's agent %s", async (agent, cpu) => {
    const text = `pipeline {\n agent { label 'arm64' }\n stages {\n stage('b') {\n agent ${agent} steps { sh 'docker build -t a .' }\n }\n }\n}\n`;
    expect((await only('build', text)).map(({ host }) => host.cpu)).toEqual([cpu]);
  });
});

it.each([
  ["'a-b-c'.tokenize('b-y-a').each { sh \"docker push x:$it\" }", ['x:c']],
  ["'ab'.tokenize('').each { sh \"docker push x:$it\" }", ['x:ab']],
])('cuts a text at any of some characters: %s', async (steps, pushes) => {
  expect(await pushesOf(pipeline(`script {\n ${steps}\n }`))).toEqual(pushes);
});

it('a script for another interpreter may do what it names', async () => {
  const spots = await only('blind-spot', pipeline("sh '''#!/usr/bin/env python3\nroll(\"api\")\n'''"));
  expect(spots.map(({ label }) => label)).toEqual(['a script for python3']);
});

it.each(['Jenkinsfile', 'jenkinsfile', 'Jenkinsfile.prod', 'Jenkinsfile-ci', 'Jenkinsfile.groovy', 'api.jenkinsfile'])(
  'is called %s',
  (name) => expect(language.owns?.(name, name)).toBe(true),
);

it.each(['Jenkinsfile.md', 'jenkinsfile_parser.py', 'Jenkinsfile.j2', 'Jenkinsfile.bak', 'MyJenkinsfile'])(
  'is not called %s',
  (name) => expect(language.owns?.(name, name)).toBe(false),
);

it('a limit on silence is none on time, and of two the tighter one cuts off', async () => {
  const limits = async (steps: string): Promise<unknown> =>
    (await only('deploy', pipeline(steps))).map(({ limit }) => limit?.seconds);
  expect(await limits(`timeout(time: 5, activity: true) { ${DEPLOY} }`)).toEqual([undefined]);
  expect(await limits(`timeout(time: 2) { timeout(time: 3, unit: 'HOURS') { ${DEPLOY} } }`)).toEqual([120]);
});

it('what is written as functions without an end is read in time', () => {
  const start = process.cpuUsage();
  readingOf('def a(\n'.repeat(20_000));
  expect(process.cpuUsage(start).user).toBeLessThan(5_000_000);
});

it('a password is one in a registry of our own too', async () => {
  expect(await rules(pipeline(`sh "docker login -u x -p \${P} ${ECR}"`))).toEqual(['login-on-command-line']);
});
