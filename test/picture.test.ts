/** The picture of a model: what its stops and legs are, how sure, and what is in the dark. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../src/config/config.ts';
import { check, memoryFiles } from '../src/engine.ts';
import type { DrawnVoyage, Picture } from '../src/picture/picture.ts';
import { placed } from '../src/report/graph/placed.ts';

const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const FUNCTION = (name: string, tag: string): string =>
  `Resources:\n  Api:\n    Type: AWS::Lambda::Function\n    Properties: {FunctionName: ${name}, PackageType: Image, Code: {ImageUri: ${ECR}/${tag}}}\n`;

async function pictureOf(files: Readonly<Record<string, string>>): Promise<Picture> {
  const { picture } = await check({ files: memoryFiles(files), config: DEFAULT_CONFIG, picture: true });
  return picture ?? { voyages: [] };
}

/** `build docker build → push docker push`, in the order of the legs. */
function legsOf({ stops, legs }: DrawnVoyage): string[] {
  const named = new Map(stops.map(({ id, stage, name, title }) => [id, `${stage} ${name ?? title}`]));
  return legs.map(({ from, to, certainty }) => `${named.get(from)} → ${named.get(to)}: ${certainty}`);
}

describe('a picture', () => {
  it('is drawn only where it is asked for', async () => {
    const { picture } = await check({ files: memoryFiles({ 'a.sh': 'docker push a/b:1\n' }), config: DEFAULT_CONFIG });
    expect(picture).toBe(undefined);
  });

  it('leads from the build over names, registry and roll-out to the workload', async () => {
    const { voyages } = await pictureOf({
      'a.sh': `docker build -t shop .\ndocker tag shop ${ECR}/shop:1\ndocker push ${ECR}/shop:1\naws lambda update-function-code --function-name shop --image-uri ${ECR}/shop:1\n`,
      'template.yaml': FUNCTION('shop', 'shop:1'),
    });
    expect(voyages.map(legsOf)).toEqual([
      [
        'build Dockerfile → tag shop:1: certain',
        'tag shop:1 → push shop:1: certain',
        'push shop:1 → repository shop: certain',
        'repository shop → roll-out shop: certain',
        'roll-out shop → workload shop: certain',
      ],
    ]);
  });

  it('takes a deploy of stacks after the push for its roll-out, if not for sure', async () => {
    const { voyages } = await pictureOf({
      'a.sh': `docker build -t ${ECR}/shop:1 .\ndocker push ${ECR}/shop:1\nnpx cdk deploy Shop\n`,
      'template.yaml': FUNCTION('shop', 'shop:1'),
    });
    expect(voyages.flatMap(legsOf)).toContain('roll-out cdk deploy → workload shop: likely');
  });

  it('leads likely from a build to the registry whose name it has, where nobody is seen to push it', async () => {
    const { voyages } = await pictureOf({
      'a.sh': `docker build -t ${ECR}/shop:1 .\n`,
      'template.yaml': FUNCTION('shop', 'shop:1'),
    });
    expect(voyages.flatMap(legsOf)).toEqual([
      'build Dockerfile → repository shop: likely',
      expect.stringMatching(/^repository shop → workload shop: /),
    ]);
  });

  it('shows what nobody here builds, and what nobody here takes', async () => {
    const { voyages } = await pictureOf({
      'template.yaml': FUNCTION('lone', 'lone:1'),
      'a.sh': `docker build -t ${ECR}/left:1 .\ndocker push ${ECR}/left:1\n`,
      'b.sh': 'docker build -t here .\n',
    });
    const dark = voyages.map(({ stops }) => stops.filter(({ sight }) => sight === 'missing').map(({ title }) => title));
    expect(dark).toEqual([['Stays where it was built'], ['No workload found'], ['Not built here']]);
    expect(voyages.flatMap(({ legs }) => legs).filter(({ certainty }) => certainty === 'unknown')).toHaveLength(3);
  });

  it('puts what was not understood where it may act', async () => {
    const { voyages } = await pictureOf({
      '.github/workflows/a.yml': `on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: docker build -t ${ECR}/orders-shop:1 . && docker push ${ECR}/orders-shop:1\n      - uses: acme/roll-out@v1\n        with: {image: orders-shop}\n`,
      'template.yaml': FUNCTION('orders-shop', 'orders-shop:1'),
    });
    const blind = voyages.flatMap(({ stops }) => stops.filter(({ sight }) => sight === 'blind'));
    expect(blind).toMatchObject([
      {
        stage: 'roll-out',
        name: 'the action acme/roll-out@v1',
        places: [{ site: { file: '.github/workflows/a.yml' } }],
      },
    ]);
    expect(voyages[0]?.legs.filter(({ certainty }) => certainty === 'unknown')).toHaveLength(2);
  });

  it('names alternatives of one build, and draws ways that look alike once', async () => {
    const { voyages } = await pictureOf({
      'a.sh': `P=linux/amd64\n[ -n "$ARM" ] && P=linux/arm64\ndocker build --platform $P -t ${ECR}/two:1 .\ndocker push ${ECR}/two:1\n`,
      Makefile: 'one:\n\t./a.sh\ntwo:\n\t./a.sh\n',
    });
    expect(voyages).toHaveLength(1);
    expect(voyages[0]?.stops[0]?.alternatives).toEqual(['linux/amd64', 'linux/arm64']);
    expect(voyages[0]?.ways.map((way) => way[0]?.label)).toEqual(['target one', 'target two']);
  });

  it('says no secret', async () => {
    const { voyages } = await pictureOf({
      'a.sh': 'docker build -t x .\ndocker push https://me:hunter2hunter2@host/x:1\n',
    });
    expect(JSON.stringify(voyages)).not.toContain('hunter2');
  });
});

describe('a finding on a script that several call', () => {
  it('belongs to the voyage whose other end it names', async () => {
    const files = {
      'push.sh': `docker build --platform linux/amd64 --provenance=false -t ${ECR}/$1:1 .\ndocker push ${ECR}/$1:1\n`,
      Makefile: 'fine:\n\t./push.sh fine\nwrong:\n\t./push.sh wrong\n',
      'template.yaml': `Resources:\n  Fine:\n    Type: AWS::Lambda::Function\n    Properties: {FunctionName: fine, PackageType: Image, Code: {ImageUri: ${ECR}/fine:1}}\n  Wrong:\n    Type: AWS::Lambda::Function\n    Properties: {FunctionName: wrong, PackageType: Image, Architectures: [arm64], Code: {ImageUri: ${ECR}/wrong:1}}\n`,
    };
    const { findings, picture = { voyages: [] } } = await check({
      files: memoryFiles(files),
      config: DEFAULT_CONFIG,
      picture: true,
    });
    const { on } = placed(picture, findings);
    const at = picture.voyages.flatMap(({ name, stops }) =>
      stops.flatMap(({ id, stage }) =>
        (on.get(id) ?? []).filter(({ rule }) => rule === 'arch-mismatch').map(() => `${name} ${stage}`),
      ),
    );
    expect(at).toEqual(['wrong:1 build']);
  });
});
