import { describe, expect, it } from 'vitest';
import type { Build, Push, Workload } from '../../src/model/facts.ts';
import { ALWAYS } from '../../src/core/choices.ts';
import { parseImageRef } from '../../src/core/image-ref.ts';
import { NOWHERE, type Site } from '../../src/core/site.ts';
import { UNKNOWN_PLATFORMS } from '../../src/core/platform.ts';
import { hole, literal, type Text } from '../../src/core/text.ts';
import { Ties } from '../../src/model/partition.ts';

const at = (file: string): Site => ({ file, span: NOWHERE });
const common = (file: string, seq = 0) => ({ site: at(file), when: ALWAYS, run: file, seq, origin: `${file} ${seq}` });

const push = (file: string, ref: Text): Push => ({
  kind: 'push',
  ...common(file),
  ref: parseImageRef(ref),
  refSite: at(file),
  tool: 'docker push',
});

const workload = (file: string, image: Text, name?: Text): Workload => ({
  kind: 'workload',
  ...common(file),
  service: 'ecs',
  label: file,
  declared: true,
  imageSite: at(file),
  image: { kind: 'ref', ref: parseImageRef(image) },
  ...(name === undefined ? {} : { name }),
});

const build = (file: string, ref: Text): Build => ({
  kind: 'build',
  ...common(file),
  tool: 'docker',
  label: 'docker build',
  driver: 'docker',
  platforms: UNKNOWN_PLATFORMS,
  names: [{ ref: parseImageRef(ref), site: at(file) }],
  output: 'store',
  attestations: { provenance: 'default', sbom: 'default' },
  buildArgs: [],
  host: { kind: 'developer' },
  emulation: 'unknown',
});

const files = (parts: readonly (readonly { readonly site: Site }[])[]): string[][] =>
  parts.map((part) => part.map(({ site }) => site.file));

describe('facts are tied', () => {
  it('by the name of an image, whoever says it', () => {
    const facts = [push('a.sh', literal('api')), build('c.sh', literal('web')), workload('b.yml', literal('api'))];
    expect(files(new Ties().partsOf(facts))).toEqual([['a.sh', 'b.yml'], ['c.sh']]);
  });

  it("by a name that may be another one's", () => {
    const facts = [
      push('a.sh', ['team/', ...hole('NAME')]),
      workload('b.yml', literal('team/orders:1')),
      workload('c.yml', literal('billing:1')),
    ];
    expect(files(new Ties().partsOf(facts))).toEqual([['a.sh', 'b.yml'], ['c.yml']]);
  });

  it('by the file they stand in', () => {
    const facts = [push('a.sh', literal('one')), { ...push('a.sh', literal('two')), run: 'other' }];
    expect(new Ties().partsOf(facts)).toHaveLength(1);
  });

  it('not by a public image that many take and nobody here makes', () => {
    const sidecar = literal('public.ecr.aws/xray/aws-xray-daemon:3.x');
    expect(new Ties().partsOf([workload('a.yml', sidecar), workload('b.yml', sidecar)])).toHaveLength(2);
    expect(
      new Ties().partsOf([workload('a.yml', sidecar), workload('b.yml', sidecar), push('c.sh', sidecar)]),
    ).toHaveLength(1);
  });

  it('as they are now, whatever names were tied before', () => {
    const ties = new Ties();
    const [a, b] = [push('a.sh', literal('api')), workload('b.yml', literal('web'))];
    expect(ties.partsOf([a, b, push('a.sh', literal('web'))])).toHaveLength(1);
    expect(ties.partsOf([a, b])).toHaveLength(2);
  });
});
