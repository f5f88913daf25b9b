import { describe, expect, it } from 'vitest';
import { parsePlatforms } from '../../src/core/platform.ts';
import { indexLines } from '../../src/core/site.ts';
import { hole, literal, show, type Text } from '../../src/core/text.ts';
import { resolveBaseImage } from '../../src/parsers/dockerfile/run.ts';
import { expandWord } from '../../src/parsers/dockerfile/expand.ts';
import { read } from '../../src/parsers/dockerfile/read.ts';

interface Options {
  args?: Record<string, Text>;
  target?: Text;
  platform?: string;
}

function base(text: string, { args = {}, target, platform = '' }: Options = {}) {
  const reading = read({ file: 'Dockerfile', text, lines: indexLines('Dockerfile', text) });
  return resolveBaseImage(reading, {
    buildArgs: new Map(Object.entries(args)),
    platforms: parsePlatforms(platform),
    ...(target === undefined ? {} : { target }),
  });
}
const downloads = (text: string, options?: Options) =>
  base(text, options).stages.flatMap((stage) => stage.downloads.map((one) => `${one.cpu} ${one.text}`));
const natures = (text: string, options?: Options) => base(text, options).stages.map((stage) => stage.platform?.nature);

describe('variables in words', () => {
  const values = new Map<string, Text>([
    ['V', literal('v1.2.3')],
    ['E', []],
    ['H', hole('H')],
  ]);
  const expand = (raw: string) => show(expandWord(raw, (name) => values.get(name), '\\'));
  it.each([
    ['a$V-b', 'av1.2.3-b'],
    ['${V}', 'v1.2.3'],
    ['${X:-d$V}', 'dv1.2.3'],
    ['${E:-d}', 'd'],
    ['${E-d}', ''],
    ['${V:+yes}', 'yes'],
    ['${X:+yes}', ''],
    ['${V#v}', '1.2.3'],
    ['${V%.*}', 'v1.2'],
    ['${V%%.*}', 'v1'],
    ['${V##*.}', '3'],
    ['${V/./-}', 'v1-2.3'],
    ['${V//./-}', 'v1-2-3'],
    ['"a $V"', 'a v1.2.3'],
    ["'$V'", '$V'],
    ['\\$V', '$V'],
    ['${X:-${E:-${V}}}', 'v1.2.3'],
    ['${H:-d}', '${H}'],
    ['${V', '${V'],
    ['$', '$'],
  ])('%s becomes %s', (raw, expected) => {
    expect(expand(raw)).toBe(expected);
  });
  it('survives a word that nests without end', () => {
    expect(expandWord('${X:-'.repeat(5000), () => undefined, '\\').length).toBeGreaterThan(0);
  });
});

describe('what decides the platform of a stage', () => {
  it.each([
    ['FROM --platform=linux/amd64 python:3.12', 'constant'],
    ['ARG P=linux/arm64\nFROM --platform=$P python:3.12', 'constant'],
    ['FROM --platform=$BUILDPLATFORM golang:1', 'build'],
    ['FROM --platform=linux/${BUILDARCH} golang:1', 'build'],
    ['FROM --platform=${TARGETPLATFORM} golang:1', 'target'],
    ['FROM --platform=$TARGETOS/$TARGETARCH golang:1', 'target'],
    ['ARG P\nFROM --platform=$P golang:1', 'unknown'],
  ])('%s: %s', (text, nature) => {
    expect(natures(text)).toEqual([nature]);
  });
  it('takes a build argument over the default', () => {
    const text = 'ARG P=linux/arm64\nFROM --platform=$P python:3.12\n';
    expect(show(base(text, { args: { P: literal('linux/amd64') } }).stages[0]!.platform!.text)).toBe('linux/amd64');
    expect(natures(text, { args: { P: hole('CPU') } })).toEqual(['unknown']);
  });
  it('points at the flag', () => {
    const text = 'FROM a AS b\nFROM --platform=linux/amd64 b\n';
    expect(base(text).stages[1]!.platform!.site).toMatchObject({
      file: 'Dockerfile',
      span: { line: 2, column: 6, endColumn: 28 },
    });
  });
});

describe('bases of one CPU', () => {
  it.each([
    ['public.ecr.aws/lambda/python:3.12-arm64', 'arm64'],
    ['public.ecr.aws/lambda/python:3.12-x86_64', 'amd64'],
    ['amd64/python:3.12', 'amd64'],
    ['arm64v8/node', 'arm64'],
    ['ghcr.io/x/y:latest-aarch64', 'arm64'],
    ['python:3.12', undefined],
    ['team-arm64/tool:1', undefined],
  ])('%s', (image, cpu) => {
    expect(base(`FROM ${image}\n`).stages[0]!.baseCpu?.cpu).toBe(cpu);
  });
});

describe('the stage that becomes the image', () => {
  const text =
    'FROM a AS build\nRUN make\nFROM build AS test\nFROM scratch\nCOPY --from=build /x /x\nCOPY --from=1 /y /y\nCOPY --from=nginx /z /z\n';
  it('is the last one', () => {
    const { final, stages } = base(text);
    expect(final).toBe(2);
    expect(stages.map((stage) => stage.from)).toEqual([{ image: ['a'] }, { stage: 0 }, { image: ['scratch'] }]);
    expect(stages[2]!.copiesFrom).toEqual([0, 1]);
    expect(stages.map((stage) => stage.runs)).toEqual([true, false, false]);
  });
  it('is the target, whatever its case, and unknown when the target is', () => {
    expect(base(text, { target: literal('TEST') }).final).toBe(1);
    expect(base(text, { target: hole('T') }).final).toBeUndefined();
    expect(base(text, { target: literal('nope') }).final).toBeUndefined();
  });
  it('is unknown where a template language chooses', () => {
    expect(base('{% if arm %}\nFROM a\n{% else %}\nFROM b\n{% endif %}\n')).toMatchObject({
      lambdaRuntime: 'unknown',
      stages: [{}, {}],
    });
    expect(base('{% if arm %}\nFROM a\n{% else %}\nFROM b\n{% endif %}\n').final).toBeUndefined();
  });
  it('may be chosen by TARGETARCH', () => {
    const chosen = 'FROM x AS base-amd64\nFROM y AS base-arm64\nFROM base-${TARGETARCH}\n';
    expect(base(chosen, { platform: 'linux/arm64' }).stages[2]!.from).toEqual({ stage: 1 });
    expect(base(chosen).stages[2]!.from).toMatchObject({ image: ['base-', { hole: 'TARGETARCH' }] });
  });
});

describe('binaries for one CPU', () => {
  it('are found in curl, wget, ADD, package installs and wheels', () => {
    expect(downloads('FROM x\nRUN curl -L https://x.test/tool-linux-amd64.tgz | tar xz -C /usr/local\n')).toEqual([
      'amd64 https://x.test/tool-linux-amd64.tgz',
    ]);
    expect(downloads('FROM x\nRUN apt-get update && wget -q "https://x.test/a_aarch64.zip"\n')).toEqual([
      'arm64 https://x.test/a_aarch64.zip',
    ]);
    expect(downloads('FROM x\nADD https://x.test/rie-x86_64 /rie\n')).toEqual(['amd64 https://x.test/rie-x86_64']);
    expect(downloads('FROM x\nRUN yum install -y tool.x86_64\n')).toEqual(['amd64 tool.x86_64']);
    expect(
      downloads('FROM x\nRUN pip install --platform manylinux2014_x86_64 --only-binary=:all: -t /out numpy\n'),
    ).toEqual(['amd64 manylinux2014_x86_64']);
    expect(downloads('FROM x\nRUN npm install @img/sharp-linux-x64\n')).toEqual(['amd64 @img/sharp-linux-x64']);
  });
  it('point at the very word', () => {
    const text = 'FROM x\nRUN set -e; \\\n    curl -sO https://x.test/t-arm64\n';
    const [download] = base(text).stages[0]!.downloads;
    expect(text.slice(download!.site.span.start, download!.site.span.end)).toBe('https://x.test/t-arm64');
    expect(download!.site.span).toMatchObject({ line: 3, column: 14 });
  });
  it('may be named through an ARG default', () => {
    const text = 'FROM x\nARG ARCH=x86_64\nRUN curl -O https://x.test/t-${ARCH}.tgz\n';
    expect(downloads(text)).toEqual(['amd64 https://x.test/t-x86_64.tgz']);
    expect(downloads(text, { args: { ARCH: literal('aarch64') } })).toEqual(['arm64 https://x.test/t-aarch64.tgz']);
  });
  it.each([
    ['the target', 'FROM x\nARG TARGETARCH\nRUN curl -O https://x.test/t-${TARGETARCH}.tgz\n'],
    ['uname', 'FROM x\nRUN curl -O https://x.test/t-$(uname -m)-x86_64.tgz\n'],
    ['dpkg', 'FROM x\nRUN ARCH=$(dpkg --print-architecture) && curl -O https://x.test/t-${ARCH}\n'],
    [
      'a case',
      'FROM x\nARG TARGETARCH\nRUN case $TARGETARCH in amd64) A=x86_64;; *) A=aarch64;; esac; curl -O https://x.test/$A/t\n',
    ],
    ['an if', 'FROM x\nRUN if [ "$(uname -m)" = x86_64 ]; then curl -O https://x.test/t-amd64; fi\n'],
    ['a test', 'FROM x\nRUN [ "$TARGETARCH" = amd64 ] && curl -O https://x.test/t-amd64\n'],
  ])('chosen by %s are none', (_, text) => {
    expect(downloads(text)).toEqual([]);
  });
  it('for other systems, for both CPUs, or only mentioned are none', () => {
    expect(downloads('FROM x\nRUN curl -O https://x.test/t-darwin-arm64\n')).toEqual([]);
    expect(downloads('FROM x\nRUN curl -O https://x.test/t-amd64 -O https://x.test/t-arm64\n')).toEqual([]);
    expect(downloads('FROM x\nRUN echo https://x.test/t-amd64\n')).toEqual([]);
  });
  it('count in a build stage only when what they wrote is copied on', () => {
    const stage = 'FROM x AS get\nRUN curl -Lo /opt/tool https://x.test/tool-amd64\nFROM y\n';
    expect(downloads(`${stage}COPY --from=get /opt/tool /bin/\n`)).toEqual(['amd64 https://x.test/tool-amd64']);
    expect(downloads(`${stage}COPY --from=get /app/dist /app\n`)).toEqual([]);
    expect(downloads(stage)).toEqual([]);
    expect(
      downloads(
        'FROM x AS b\nWORKDIR /app\nRUN wget https://x.test/protoc-x86_64.zip && unzip protoc-x86_64.zip\nFROM y\nCOPY --from=b /app/dist /app\n',
      ),
    ).toEqual([]);
  });
});

describe("Lambda's runtime client", () => {
  const is = (text: string) => base(text).lambdaRuntime;
  it.each([
    'FROM public.ecr.aws/lambda/python:3.12\nCMD ["app.handler"]\n',
    'FROM amazon/aws-lambda-nodejs:20\n',
    'FROM python:3.12\nRUN pip install awslambdaric\nENTRYPOINT ["python", "-m", "awslambdaric"]\n',
    'FROM node:20\nCOPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.8.4 /lambda-adapter /opt/extensions/lambda-adapter\nCMD ["node", "a.js"]\n',
    'FROM public.ecr.aws/lambda/provided:al2023\nCOPY --from=b /out/bootstrap /var/runtime/bootstrap\n',
    'FROM public.ecr.aws/lambda/python:3.12 AS base\nFROM base\n',
    'ARG B=public.ecr.aws/lambda/python:3.12\nFROM ${B}\n',
  ])('is there: %j', (text) => {
    expect(is(text)).toBe('yes');
  });
  it.each([
    'FROM python:3.12-slim\nCMD ["python", "app.py"]\n',
    'FROM python:3.12\nCMD ["app.handler"]\n',
    'FROM public.ecr.aws/docker/library/node:20\nCMD node server.js\n',
    'FROM python:3.12\nCMD exec uvicorn app:app --host 0.0.0.0\n',
  ])('is nowhere: %j', (text) => {
    expect(is(text)).toBe('no');
  });
  it.each([
    'FROM ${BASE}\n',
    'FROM ghcr.io/acme/base:1\nCMD ["python", "app.py"]\n',
    'FROM golang:1 AS b\nFROM scratch\nCOPY --from=b /app /app\nENTRYPOINT ["/app"]\n',
    'FROM python:3.12\nENTRYPOINT ["/entrypoint.sh"]\n',
    'FROM node:20\nRUN ./install-lambda-things.sh\nCMD ["node", "a.js"]\n',
    'FROM alpine\nCMD ["/main"]\n',
    'FROM node:20\nCMD ["npm", "start"]\n',
  ])('cannot be told: %j', (text) => {
    expect(is(text)).toBe('unknown');
  });
});

describe('what the image starts and checks', () => {
  it('follows the chain of stages, and an ENTRYPOINT resets an earlier CMD', () => {
    const { entrypoint, cmd } = base('FROM a AS b\nCMD ["x"]\nFROM b\nENTRYPOINT ["/e"]\n');
    expect(entrypoint).toMatchObject({ words: ['/e'], shell: false, site: { span: { line: 4 } } });
    expect(cmd).toBeUndefined();
    expect(base('FROM a AS b\nENTRYPOINT ["/e"]\nFROM b\nCMD ["x", "y"]\n').cmd?.words).toEqual(['x', 'y']);
  });
  it('knows the last HEALTHCHECK, and that NONE takes it away', () => {
    expect(base('FROM a\nHEALTHCHECK CMD curl x\n').healthcheck).toMatchObject({ span: { line: 2 } });
    expect(base('FROM a AS b\nHEALTHCHECK CMD curl x\nFROM b\nHEALTHCHECK NONE\n').healthcheck).toBeUndefined();
  });
});

it('stays quick when variables double themselves', () => {
  const text = `FROM x\nARG A=aaaaaaaa\n${Array.from({ length: 200 }, () => 'ARG A=$A$A').join('\n')}\nRUN echo $A\n`;
  expect(base(text).stages).toHaveLength(1);
});
