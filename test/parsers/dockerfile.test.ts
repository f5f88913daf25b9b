import { describe, expect, it } from 'vitest';
import { indexLines } from '../../src/core/site.ts';
import { looksLikeDockerfile, read } from '../../src/parsers/dockerfile/read.ts';

const reading = (text: string) => read({ file: 'Dockerfile', text, lines: indexLines('Dockerfile', text) });
const instructions = (text: string) => reading(text).stages.flatMap((stage) => stage.instructions);

describe('which files are Dockerfiles', () => {
  it.each([
    'Dockerfile',
    'app/Dockerfile.prod',
    'worker.Dockerfile',
    'x.dockerfile',
    'Containerfile',
    'Containerfile.arm',
    'Dockerfile-dev',
  ])('%s is one', (path) => {
    expect(looksLikeDockerfile(path)).toBe(true);
  });
  it.each(['.dockerignore', 'Dockerfile.dockerignore', 'docs/dockerfile-tips/readme.md', 'docker-compose.yml'])(
    '%s is none',
    (path) => {
      expect(looksLikeDockerfile(path)).toBe(false);
    },
  );
});

describe('reading a Dockerfile', () => {
  it('keeps stages, names, platforms and exact ranges', () => {
    const text = 'ARG TAG=3.12\nFROM --platform=linux/amd64 python:${TAG} AS build\nFROM build\n';
    const { globals, stages, unreadable } = reading(text);
    expect(unreadable).toEqual([]);
    expect(globals).toMatchObject([{ name: 'TAG', value: { text: '3.12' } }]);
    expect(stages.map((stage) => [stage.image.text, stage.name?.text])).toEqual([
      ['python:${TAG}', 'build'],
      ['build', undefined],
    ]);
    const platform = stages[0]!.platform!;
    expect(text.slice(...platform.range)).toBe('linux/amd64');
    expect(text.slice(...platform.flag)).toBe('--platform=linux/amd64');
    expect(text.slice(...stages[0]!.image.range)).toBe('python:${TAG}');
  });

  it('reads exec forms as JSON: white space and escapes stay', () => {
    const [cmd] = instructions('FROM x\nCMD ["sh", "-c", "npx cdk deploy --all \\"a b\\""]\n');
    expect(cmd).toMatchObject({
      kind: 'cmd',
      line: { shell: false, words: ['sh', '-c', 'npx cdk deploy --all "a b"'] },
    });
  });

  it('takes a broken exec form for a shell form, as Docker does', () => {
    const [cmd] = instructions("FROM x\nCMD ['node', 'a.js']\n");
    expect(cmd).toMatchObject({ kind: 'cmd', line: { shell: true, words: ["['node', 'a.js']"] } });
  });

  it('drops comments and empty lines inside a continued RUN and maps what is left back to the file', () => {
    const text =
      'FROM x\nRUN set -e \\\n  # amd64 in a comment\n\n && curl -O https://x.test/tool-arm64 \\\n && true\n';
    const [run] = instructions(text);
    expect(run).toMatchObject({
      kind: 'run',
      line: { shell: true, words: ['set -e  && curl -O https://x.test/tool-arm64  && true'] },
    });
    const found: string[] = [];
    JSON.stringify(run, (key, value: unknown) => {
      if (key === 'raw' && typeof value === 'string') found.push(value);
      return value;
    });
    expect(found).toContain('https://x.test/tool-arm64');
    const at = text.indexOf('https://');
    expect(JSON.stringify(run)).toContain(`"range":[${at},${at + 'https://x.test/tool-arm64'.length}]`);
  });

  it('gives the body of RUN <<EOF to the shell, and keeps a here-document of a command with it', () => {
    const bare = instructions('FROM x\nRUN <<EOF\ncurl -O https://x.test/a-amd64\nEOF\n')[0];
    expect(bare).toMatchObject({
      kind: 'run',
      line: { words: ['curl -O https://x.test/a-amd64'] },
      script: { body: [{ kind: 'command' }] },
    });
    const fed = instructions('FROM x\nRUN cat <<EOF > /add.txt\nadd hello\nEOF\nUSER me\n');
    expect(fed).toMatchObject([
      { kind: 'run', script: { body: [{ words: [{ raw: 'cat' }] }] } },
      { kind: 'user', argument: { text: 'me' } },
    ]);
  });

  it('does not take a file written by COPY <<EOF for a source', () => {
    expect(instructions('FROM x\nCOPY --from=build <<A /etc/a /dst/\nbody\nA\n')).toMatchObject([
      { kind: 'copy', from: { text: 'build' }, sources: [{ text: '/etc/a' }], destination: { text: '/dst/' } },
    ]);
  });

  it('reads both forms of ENV and several ARGs on a line', () => {
    expect(instructions('FROM x\nENV A=1 B="two words"\nENV OLD the rest of it\nARG P=1 Q\n')).toMatchObject([
      {
        pairs: [
          { name: 'A', value: { text: '1' } },
          { name: 'B', value: { text: '"two words"' } },
        ],
      },
      { pairs: [{ name: 'OLD', value: { text: 'the rest of it' } }] },
      { declarations: [{ name: 'P', value: { text: '1' } }, { name: 'Q' }] },
    ]);
  });

  it('honours # escape=` and a byte order mark, CRLF and lower case', () => {
    const text = '\uFEFF# escape=`\r\nfrom x\r\nrun a `\r\n  b\r\ncmd ["c:\\\\x"]\r\n';
    const { escape, stages } = reading(text);
    expect(escape).toBe('`');
    expect(stages[0]!.image.text).toBe('x');
    expect(stages[0]!.instructions).toMatchObject([
      { kind: 'run', line: { words: ['a   b'] } },
      { kind: 'cmd', line: { words: ['c:\\x'] } },
    ]);
    expect(text.slice(...stages[0]!.image.range)).toBe('x');
  });

  it('reports what is no instruction and reads on', () => {
    const { unreadable, stages } = reading('FROM x\nRUNN foo\nFROM\nUSER a\n');
    expect(unreadable).toEqual([
      { file: 'Dockerfile', line: 2, column: 1, reason: 'RUNN is no instruction of a Dockerfile' },
      { file: 'Dockerfile', line: 3, column: 1, reason: 'FROM names no image' },
    ]);
    expect(stages).toHaveLength(2);
  });

  it('says so when a file builds nothing', () => {
    expect(reading('RUN x\n').unreadable.map((one) => one.reason)).toEqual(['RUN stands before the first FROM']);
    expect(reading('# nothing\n').unreadable).toEqual([
      { file: 'Dockerfile', line: 1, column: 1, reason: 'no instruction of a Dockerfile in it' },
    ]);
    expect(reading('ARG A\n').unreadable.map((one) => one.reason)).toEqual(['no FROM: it builds no image']);
  });

  it('takes lines of a template language as one reason not to know which stage is the last', () => {
    const { unreadable, stages, templated } = reading(
      '{%- if arm %}\nFROM --platform=linux/arm64 x\n{%- else %}\nFROM --platform=linux/amd64 x\n{%- endif %}\nUSER a\n',
    );
    expect(unreadable).toEqual([
      { file: 'Dockerfile', line: 1, column: 1, reason: 'a template language decides what stands here' },
    ]);
    expect([stages.length, templated]).toEqual([2, true]);
  });

  it('finds suppressions in comments', () => {
    expect(
      reading('# plimsoll-ignore platform-pinned -- on purpose\nFROM --platform=linux/amd64 x\n').suppressions,
    ).toMatchObject([{ rules: ['platform-pinned'], scope: 'line', covers: [1, 2], reason: 'on purpose' }]);
  });
});
