import { describe, expect, it } from 'vitest';
import { builds, factsOfEntries, factsOfScript, ofKind, textAt } from './project.ts';

const packageJson = (scripts: Record<string, string>, more: object = {}) =>
  JSON.stringify({ name: 'app', version: '1.2.3', ...more, scripts }, null, 2);

describe('npm scripts nobody calls', () => {
  it('run once each; those that another one runs, only through it', () => {
    const facts = factsOfEntries({
      'package.json': packageJson({
        build: 'docker build -t app:1 .',
        release: 'npm run build && docker push app:1',
        other: 'docker build -t other:1 .',
      }),
    });
    expect(facts.filter((fact) => fact.kind !== 'deploy').map((fact) => `${fact.kind} ${fact.run}`)).toEqual([
      'build package.json#release',
      'push package.json#release',
      'build package.json#other',
    ]);
    expect(ofKind(facts, 'build')[0]!.site.via?.map((hop) => hop.label)).toEqual(['npm run build']);
  });

  it('run with their pre and post scripts, and know the package', () => {
    const facts = factsOfEntries({
      'package.json': packageJson({
        predeploy: 'docker build -t $npm_package_name:$npm_package_version .',
        deploy: 'docker push app:1.2.3',
        postdeploy: 'docker build -t after:1 .',
      }),
    });
    expect(facts.filter((fact) => fact.kind !== 'deploy').map((fact) => fact.kind)).toEqual(['build', 'push', 'build']);
    expect(builds(facts)[0]).toBe("app:${the content of package.json} for the builder's own platform");
  });

  it('point into the JSON string, escapes and all', () => {
    const files = {
      'package.json': packageJson({ b: 'docker build --build-arg "A=b c" --platform "linux/arm64" -t app:1 .' }),
    };
    const [build] = ofKind(factsOfEntries(files), 'build');
    expect(build!.buildArgs).toMatchObject([{ name: 'A', value: ['b c'] }]);
    expect(textAt(files, build!.platformSite!)).toBe('\\"linux/arm64\\"');
    expect(textAt(files, build!.names[0]!.site)).toBe('app:1');
  });
});

describe('a script that runs npm scripts', () => {
  it('passes arguments on, in the folder of the package', () => {
    const files = {
      'web/package.json': packageJson({ image: 'docker build -t web .' }),
      'web/Dockerfile': 'FROM --platform=linux/amd64 node:20\n',
    };
    const [build] = ofKind(factsOfScript('cd web && npm run image -- --platform linux/arm64', files), 'build');
    expect(build!.platforms).toMatchObject({ kind: 'set', list: [{ arch: 'arm64' }] });
    expect(build!.context).toBe('web');
    expect(build!.base?.stages[0]?.platform?.nature).toBe('constant');
  });

  it('does not follow a script that calls itself for ever', () => {
    expect(
      builds(factsOfScript('npm run a', { 'package.json': packageJson({ a: 'docker build -t a . && npm run a' }) }))
        .length,
    ).toBeLessThan(60);
  });
});
