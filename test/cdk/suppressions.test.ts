import { describe, expect, it } from 'vitest';
import { stack } from './project.ts';

const stated = (body: string) =>
  stack(body)
    .readings.flatMap((reading) => reading.files)
    .flatMap(({ file, suppressions, lines }) => suppressions.map((one) => ({ ...one, file, lines })));

describe('suppressions by addMetadata', () => {
  it('cover the construct that carries them', () => {
    const body =
      "const repo = new ecr.Repository(this, 'R', { repositoryName: 'api' });\nrepo.node.addMetadata('plimsoll', { ignore: [{ rule: 'repository-name-fixed', reason: 'one account', until: '2030-01-01' }] });";
    const [one, ...rest] = stated(body);
    expect(rest).toEqual([]);
    expect(one).toMatchObject({
      file: 'lib/api-stack.ts',
      rules: ['repository-name-fixed'],
      scope: 'line',
      covers: [],
      reason: 'one account',
      until: '2030-01-01',
    });
    const repository = stack(body).one('repository');
    expect(one?.region).toEqual([
      repository.site.span.start,
      repository.site.span.start + "new ecr.Repository(this, 'R', { repositoryName: 'api' })".length,
    ]);
  });

  it('written in a class of constructs cover the class, once for all its instances', () => {
    const found = stated("this.node.addMetadata('plimsoll', { ignore: ['mutable-repository'] });");
    expect(found.map((one) => [one.file, one.rules])).toEqual([['lib/api-stack.ts', ['mutable-repository']]]);
    const [from, to] = found[0]!.region!;
    expect(to - from).toBeGreaterThan(100);
  });

  it('of other metadata are none', () => {
    expect(
      stated("new ecr.Repository(this, 'R').node.addMetadata('team', { ignore: [{ rule: 'latest-only' }] });"),
    ).toEqual([]);
  });
});
