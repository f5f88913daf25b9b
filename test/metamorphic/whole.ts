/** Every file of a project at once, or what lies around it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { memoryFiles, openFolder } from '../../src/discover/files.ts';
import { kindByPath } from '../../src/discover/kinds.ts';
import { indexLines } from '../../src/core/site.ts';
import { read as readDockerfile } from '../../src/parsers/dockerfile/read.ts';
import { read as readMakefile } from '../../src/parsers/make/read.ts';
import { editing, followsOurs, indentAt, type Project, type Transformation } from './edits.ts';

const carriageReturns = editing('CRLF', (_, text) =>
  [...text.matchAll(/\n/g)].map(({ index }) => ({ start: index, end: index, text: '\r' })),
);

const mark = editing('a byte order mark', (_, text) => (text === '' ? [] : [{ start: 0, end: 0, text: '\uFEFF' }]));

/** Before instructions, rules and assignments that begin a line. */
const comments = editing('Dockerfile and Makefile: comments and blank lines', (path, text) => {
  const kind = kindByPath(path);
  if (kind === undefined || !('kind' in kind)) return [];
  const source = { file: path, text, lines: indexLines(path, text) };
  const starts =
    kind.kind === 'dockerfile'
      ? readDockerfile(source).stages.flatMap(({ range, instructions }) => [
          range,
          ...instructions.map((one) => one.range),
        ])
      : kind.kind === 'makefile'
        ? readMakefile(source).items.map(({ range }) => range)
        : [];
  return [...new Set(starts.map(([start]) => start))]
    .filter(
      (start) =>
        indentAt(text, start) === '' &&
        start > 0 &&
        !text.slice(0, start).endsWith('\\\n') &&
        !followsOurs(text, start),
    )
    .map((start) => ({ start, end: start, text: `# What follows is as it was: "done" isn't said.\n\n` }));
});

const order: Transformation = {
  name: 'files in another order',
  change: (project) =>
    Object.keys(project).length < 2
      ? undefined
      : {
          open: async (files) => ({
            files: { ...memoryFiles(files), list: () => Object.keys(files).sort().reverse() },
          }),
        },
};

/** The project below a folder of a larger repository, looked at from there. */
const elsewhere: Transformation = {
  name: 'another root',
  change: () => ({
    async open(files: Project) {
      const folder = mkdtempSync(join(tmpdir(), 'elsewhere-'));
      const root = join(folder, 'services', 'this one');
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      execFileSync('git', ['init', '--quiet', folder]);
      return { files: await openFolder(root), close: () => rmSync(folder, { recursive: true, force: true }) };
    },
  }),
};

/** CI reads its own files at the root of a repository only. */
const below: Transformation = {
  name: 'all of it below a folder',
  change: (project) =>
    Object.keys(project).some((path) => path.startsWith('.') || path.startsWith('plimsoll.config'))
      ? undefined
      : { moved: (path) => `services/it/${path}` },
};

const UNRELATED = {
  'zz-carrier-pigeon/Dockerfile': 'FROM public.ecr.aws/lambda/python:3.12\nCOPY pigeon.py ./\nCMD ["pigeon.fly"]\n',
  'zz-carrier-pigeon/pigeon.py': 'def fly(event, context):\n    return {}\n',
  'zz-carrier-pigeon/ship-pigeon.sh': `#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
PIGEON_IMAGE="111122223333.dkr.ecr.eu-central-1.amazonaws.com/carrier-pigeon:$(git rev-parse --short HEAD)"
docker buildx build --platform linux/arm64 --provenance=false --sbom=false --push -t "$PIGEON_IMAGE" .
aws cloudformation deploy --stack-name carrier-pigeon --template-file pigeon.yaml --parameter-overrides "PigeonImage=$PIGEON_IMAGE"
`,
  'zz-carrier-pigeon/pigeon.yaml': `Parameters:
  PigeonImage:
    Type: String
Resources:
  PigeonFunction:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: carrier-pigeon
      PackageType: Image
      Architectures: [arm64]
      Role: arn:aws:iam::111122223333:role/carrier-pigeon
      Code:
        ImageUri: !Ref PigeonImage
`,
};

const unrelated: Transformation = { name: 'an unrelated service', change: () => ({ added: UNRELATED }) };

export const WHOLE: readonly Transformation[] = [carriageReturns, mark, comments, order, elsewhere, below, unrelated];
