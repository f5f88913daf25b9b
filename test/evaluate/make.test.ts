import { describe, expect, it } from 'vitest';
import { builds, factsOfEntries, factsOfScript, ofKind, textAt } from './project.ts';

const entries = (makefile: string, closed = false) => factsOfEntries({ Makefile: makefile }, { closed });

describe('a Makefile nobody calls', () => {
  it('runs the targets that no other target needs, prerequisites first', () => {
    const facts = entries(
      'IMAGE := app\nall: push\nbuild:\n\tdocker build -t $(IMAGE):1 .\npush: build\n\tdocker push $(IMAGE):1\nother:\n\tdocker build -t other .\n',
    );
    expect(
      facts.filter((fact) => fact.kind === 'build' || fact.kind === 'push').map((fact) => `${fact.kind} ${fact.run}`),
    ).toEqual(['build Makefile#all', 'push Makefile#all', 'build Makefile#other']);
    expect(ofKind(facts, 'build')[0]!.site.via?.map((hop) => hop.label)).toEqual([
      'target all',
      'target push',
      'target build',
    ]);
  });

  it('points at the very words of the recipe, also where a variable supplied them', () => {
    const Makefile = 'PLATFORM := linux/arm64\nbuild:\n\t@docker build --platform $(PLATFORM) \\\n\t  -t app:1 .\n';
    const [build] = ofKind(factsOfEntries({ Makefile }), 'build');
    expect(textAt({ Makefile }, build!.platformSite!)).toBe('$(PLATFORM)');
    expect(textAt({ Makefile }, build!.names[0]!.site)).toBe('app:1');
    expect(build!.platformSite!.span).toMatchObject({ line: 3, column: 27 });
  });

  it('takes `?=` for a default that a caller may replace', () => {
    expect(builds(entries('TAG ?= latest\nbuild:\n\tdocker build -t app:$(TAG) .\n'))).toEqual([
      "app:latest for the builder's own platform when default:TAG=unset",
      "app:${TAG} for the builder's own platform when default:TAG=set",
    ]);
    expect(builds(entries('TAG ?= latest\nbuild:\n\tdocker build -t app:$(TAG) .\n', true))).toEqual([
      "app:latest for the builder's own platform",
    ]);
  });

  it('keeps both sides of a conditional apart and together', () => {
    const facts = entries(
      'ifeq ($(ARCH),arm)\nP := linux/arm64\nT := arm\nelse\nP := linux/amd64\nT := x86\nendif\nbuild:\n\tdocker build --platform $(P) -t app:$(T) .\n',
    );
    expect(builds(facts)).toEqual([
      'app:arm for linux/arm64 when make:$(ARCH)==arm=yes',
      'app:x86 for linux/amd64 when make:$(ARCH)==arm=no',
    ]);
  });

  it('decides a conditional whose sides are known', () => {
    expect(
      builds(
        entries(
          'ARCH = arm\nifneq ($(ARCH),arm)\nP = linux/amd64\nelse ifeq ($(ARCH), arm)\nP = linux/arm64\nendif\nb:\n\tdocker build --platform=$(P) -t a:1 .\n',
        ),
      ),
    ).toEqual(['a:1 for linux/arm64']);
  });

  it('knows `$$`, `$(shell …)`, functions, automatic and target-specific variables', () => {
    expect(builds(entries('b:\n\tTAG=v2; docker build -t app:$$TAG .\n'))).toEqual([
      "app:v2 for the builder's own platform",
    ]);
    const [git] = ofKind(
      entries('SHA := $(shell git rev-parse --short HEAD)\nb:\n\tdocker build -t app:$(SHA) .\n'),
      'build',
    );
    expect(git!.names[0]!.ref.tag).toMatchObject([{ nature: 'unique' }]);
    expect(
      builds(
        entries('NAMES := one two\nb:\n\tdocker build -t $(firstword $(NAMES))-$(subst o,0,two):$(words $(NAMES)) .\n'),
      ),
    ).toEqual(["one-tw0:2 for the builder's own platform"]);
    expect(builds(entries('image-%:\n\tdocker build -t $*:$@ .\nall: image-api\n'))).toEqual([
      "api:image-api for the builder's own platform",
    ]);
    expect(
      builds(
        entries('P = linux/amd64\narm: P = linux/arm64\narm: build\nbuild:\n\tdocker build --platform $(P) -t a:1 .\n'),
      ),
    ).toEqual(['a:1 for linux/arm64']);
    expect(builds(entries('define image\ndocker build -t $(1):$(2) .\nendef\nb:\n\t$(call image,app,3)\n'))).toEqual([
      "app:3 for the builder's own platform",
    ]);
  });

  it('keeps a shell variable from line to line under .ONESHELL alone', () => {
    const recipe = 'b:\n\tTAG=9\n\tdocker build -t app:$${TAG:-none} .\n';
    expect(builds(entries(`.ONESHELL:\n${recipe}`, true))).toEqual(["app:9 for the builder's own platform"]);
    expect(builds(entries(recipe, true))).toEqual(["app:none for the builder's own platform"]);
    expect(
      builds(entries('define both\ndocker build -t one .\ndocker build -t two .\nendef\nb:\n\t$(both)\n')),
    ).toHaveLength(2);
  });

  it('puts a whole command into place that a variable holds', () => {
    const Makefile =
      'FLAGS = --platform linux/arm64 --build-arg "A=b c"\nDOCKER = docker\nb:\n\t$(DOCKER) build $(FLAGS) -t a:1 .\n';
    const facts = factsOfEntries({ Makefile });
    expect(builds(facts)).toEqual(['a:1 for linux/arm64']);
    expect(textAt({ Makefile }, ofKind(facts, 'build')[0]!.platformSite!)).toBe('$(FLAGS)');
    expect(ofKind(facts, 'build')[0]!.buildArgs).toMatchObject([{ name: 'A', value: ['b c'] }]);
  });

  it('leaves an unknown variable unknown, also inside single quotes', () => {
    const [build] = ofKind(entries("b:\n\tdocker build -t 'app:$(TAG)' .\n"), 'build');
    expect(build!.names[0]!.ref.tag).toMatchObject([{ hole: 'TAG' }]);
  });

  it('reads included files and `include .env`', () => {
    const facts = factsOfEntries({
      Makefile: 'include common.mk\n-include .env\nb:\n\tdocker build -t $(NAME):$(VERSION) .\n',
      'common.mk': 'NAME := app\nhelper:\n\tdocker build -t no .\n',
      '.env': 'VERSION=7\n',
    });
    expect(builds(facts)).toEqual([
      "no for the builder's own platform",
      "app:${the content of .env} for the builder's own platform",
    ]);
    expect(new Set(facts.map((fact) => fact.run))).toEqual(new Set(['Makefile#helper', 'Makefile#b']));
  });
});

describe("what becomes of a recipe's failure", () => {
  const masked = (makefile: string) => ofKind(entries(makefile), 'deploy').map((deploy) => deploy.masked?.why);
  it('goes unnoticed behind a pipe, because make uses a shell without pipefail', () => {
    expect(masked('b:\n\tdocker build -t a . | tee log\n')).toEqual(['pipe without pipefail']);
    expect(masked('SHELL := /bin/bash -o pipefail\nb:\n\tdocker build -t a . | tee log\n')).toEqual([undefined]);
    expect(
      masked('SHELL := /bin/bash\n.SHELLFLAGS := -eu -o pipefail -c\nb:\n\tdocker build -t a . | tee log\n'),
    ).toEqual([undefined]);
  });
  it('is ignored after `-`, and the dash is shown', () => {
    const Makefile = 'b:\n\t-docker build -t a .\n\techo done\n';
    const [deploy] = ofKind(factsOfEntries({ Makefile }), 'deploy');
    expect(deploy!.masked).toMatchObject({ why: 'ignored by make', by: '-', site: { span: { line: 2, column: 2 } } });
  });
  it('stops make when each command has a line of its own, and not in a `;` chain', () => {
    expect(masked('b:\n\tdocker build -t a .\n\techo done\n')).toEqual([undefined]);
    expect(masked('b:\n\tdocker build -t a .; \\\n\techo done\n')).toEqual(['last command decides']);
  });
});

describe('make called by a script', () => {
  const Makefile = 'TAG ?= latest\nbuild:\n\tdocker build -t app:$(TAG) .\ndeploy: build\n\tdocker push app:$(TAG)\n';
  it('gets variables from its command line and from the environment', () => {
    expect(builds(factsOfScript('make build TAG=1.0', { Makefile }, { closed: true }))).toEqual([
      "app:1.0 for the builder's own platform",
    ]);
    expect(builds(factsOfScript('TAG=2.0 make build', { Makefile }, { closed: true }))).toEqual([
      "app:2.0 for the builder's own platform",
    ]);
    expect(builds(factsOfScript('export TAG=3.0\nmake build', { Makefile }, { closed: true }))).toEqual([
      "app:3.0 for the builder's own platform",
    ]);
    expect(builds(factsOfScript('make -C sub', { 'sub/Makefile': Makefile }, { closed: true }))).toEqual([
      "app:latest for the builder's own platform",
    ]);
  });
  it('shows the way in', () => {
    const [push] = ofKind(factsOfScript('make deploy', { Makefile }), 'push');
    expect(push!.site).toMatchObject({ file: 'Makefile', span: { line: 5 } });
    expect(push!.site.via?.map((hop) => `${hop.label} at ${hop.file}:${hop.span.line}`)).toEqual([
      'make deploy at main.sh:1',
      'target deploy at Makefile:4',
    ]);
  });
  it('passes a failure on, unless the script hides it', () => {
    const why = (script: string) =>
      ofKind(factsOfScript(script, { Makefile }, { closed: true }), 'deploy').map((deploy) => deploy.masked?.why);
    expect(why('make build')).toEqual([undefined]);
    expect(why('make build || true')).toEqual(['or true']);
  });
  it('follows $(MAKE) into another folder, and does not follow itself for ever', () => {
    const files = {
      Makefile: 'all:\n\t$(MAKE) -C api build\n',
      'api/Makefile': 'build:\n\tdocker build -t api:1 .\n\t$(MAKE) build\n',
    };
    const facts = factsOfScript('make', files, { closed: true });
    expect(builds(facts)[0]).toBe("api:1 for the builder's own platform");
    expect(ofKind(facts, 'build')[0]!.context).toBe('api');
  });
});

it('is done in time with variables that multiply and rules that go round', () => {
  const lines = Array.from({ length: 40 }, (_, index) => `V${index} = $(V${index + 1})$(V${index + 1})`).join('\n');
  const facts = entries(
    `${lines}\nV40 = x\nSELF = $(SELF)\na: b\n\techo $(V0) $(SELF)\nb: a\n\tdocker build -t x .\nc: a\n`,
  );
  expect(facts.length).toBeLessThan(50);
});
