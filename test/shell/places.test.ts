import { describe, expect, it } from 'vitest';
import { judged } from '../evaluate/judged.ts';

const IMAGE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/invoices:1.0';

describe('the place of a command in a string of several lines', () => {
  const SCRIPT = `#!/usr/bin/env bash\nset -e\nsh -c "docker build --provenance=false \\\n  -t ${IMAGE} \\"app\\" &&\ndocker push ${IMAGE} | tee push.log"\n`;

  it.each([
    ['LF', SCRIPT],
    ['CRLF', SCRIPT.replaceAll('\n', '\r\n')],
  ])('is what stands there: %s', async (_, text) => {
    const { findings, at } = await judged({ 'push.sh': text });
    const places = findings.map(({ rule, site }) => `${rule} ${site.span.line}:${site.span.column} ${at(site)}`);
    expect(places).toContain(`deploy-exit-masked 5:1 docker push ${IMAGE}`);
  });
});

describe('the folder a script is run from', () => {
  const RELEASE = '#!/usr/bin/env bash\nset -euo pipefail\nnpm run deploy 2>&1 | tail -20\n';
  const PACKAGE = '{"scripts": {"deploy": "cdk deploy --all --require-approval never"}}\n';

  it.each(['', 'services/orders/', 'a/b/c/'])(
    "is the project's own, also where that lies below a folder: `%s`",
    async (below) => {
      const { found } = await judged({
        [`${below}scripts/release.sh`]: RELEASE,
        [`${below}package.json`]: PACKAGE,
        'other/README.md': '',
      });
      expect(found).toEqual([`deploy-output-hidden ${below}scripts/release.sh:3 npm run deploy 2>&1`]);
    },
  );

  it('is the one between in which what it names exists', async () => {
    const files = {
      'app/ops/push.sh': `docker build -f docker/api.Dockerfile -t ${IMAGE} .\ndocker push ${IMAGE}\n`,
      'app/docker/api.Dockerfile': 'FROM --platform=linux/amd64 node:24\n',
    };
    const { model } = await judged(files);
    expect(
      model.facts.flatMap((one) =>
        one.kind === 'build' ? one.base?.stages.map(({ platform }) => platform?.site.file) : [],
      ),
    ).toEqual(['app/docker/api.Dockerfile']);
  });
});
