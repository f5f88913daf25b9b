import { describe, expect, it } from 'vitest';
import { parseImageRef, showRef } from '../../src/core/image-ref.ts';
import { concat, hole, literal } from '../../src/core/text.ts';

describe('an image reference', () => {
  it('of a project that is a template has a hole for each placeholder', () => {
    const ref = parseImageRef(
      concat(
        hole('account', 'account'),
        literal('.dkr.ecr.eu-north-1.amazonaws.com/{{ project-name }}/api-{{stage}}:latest'),
      ),
    );
    expect(ref.repository).toEqual([
      { hole: 'project-name', nature: 'unknown' },
      '/api-',
      { hole: 'stage', nature: 'unknown' },
    ]);
    expect(ref.tag).toEqual(['latest']);
    expect(showRef(ref)).toBe('${account}.dkr.ecr.eu-north-1.amazonaws.com/${project-name}/api-${stage}:latest');
  });

  it('keeps braces that are no placeholder', () => {
    expect(parseImageRef(literal('api:{{')).tag).toEqual(['{{']);
    expect(parseImageRef(literal('api:{{}}')).tag).toEqual(['{{}}']);
  });
});
