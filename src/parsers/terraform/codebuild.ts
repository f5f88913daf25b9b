/** `aws_codebuild_project`: its machine, its environment, and the buildspec of the project that it runs. */
import type { Host } from '../../model/facts.ts';
import { always, both, type Values, type When } from '../../core/choices.ts';
import { defined } from '../../core/optional.ts';
import type { Runner } from '../../project/evaluation.ts';
import type { HclExpression } from '../../syntax/hcl/reading.ts';
import type { PipelineReading } from '../pipelines/reading.ts';
import { buildspecNamed, codeBuildHost } from '../pipelines/run-codebuild.ts';
import { variableHole } from '../shell/names.ts';
import { evaluate } from './expressions.ts';
import { attributeOf } from './module.ts';
import { envOf, pick, property, resourcesOfTypes, said, type Resource } from './resources.ts';
import { identityOf, projectPath, type Scope } from './scope.ts';
import { inlineBuildspec, type InlineBuildspec } from './buildspecs.ts';
import { knownString, placed, valuesOf } from './value.ts';
import { isSaid } from './documents.ts';

export function evaluateCodeBuild(scope: Scope): void {
  for (const resource of resourcesOfTypes(scope, (type) => type === 'aws_codebuild_project')) {
    for (const { reading, bound, when: stated } of buildspecsOf(resource)) {
      const when = [resource.when, stated].reduce<When | undefined>(
        (all, one) => (all === undefined ? undefined : both(all, one)),
        scope.frame.when,
      );
      const { file, span } = resource.site;
      // A build that applies the Terraform it is declared in makes its own project, and runs no second time for that.
      const isInside = scope.frame.via.some((hop) => hop.file === file && hop.span.start === span.start);
      if (when === undefined || isInside || !scope.world.budget.spend()) continue;
      scope.world.called.add(reading.file);
      scope.world.calls.pipeline(scope.world, reading, {
        run: identityOf(scope, resource.address),
        via: [...scope.frame.via, { label: `CodeBuild project ${resource.address}`, file, span }],
        host: hostOf(resource),
        when,
        ...defined({ limit: limitOf(resource) }),
        variables: new Map([...bound, ...variables(resource)]),
      });
    }
  }
}

interface Stated extends InlineBuildspec {
  readonly when: When;
}

/**
 * What the project carries in itself, `file("build/spec.yml")` of this repository, or the path in the source that the
 * project gets, which often is this repository.
 */
function buildspecsOf(resource: Resource): Stated[] {
  const { scope } = resource;
  const source = resource.declared.block.body.blocks.find((one) => one.type === 'source');
  const stated = source === undefined ? undefined : attributeOf(source, 'buildspec');
  const isInFile = stated !== undefined && fileRead(stated) !== undefined;
  const inline = (isInFile ? [] : (property(resource, 'source', 'buildspec') ?? [])).flatMap((way): Stated[] => {
    const found = inlineBuildspec(scope, way);
    return found === undefined ? [] : [{ ...found, when: way.when }];
  });
  if (inline.length > 0) return inline;
  const reading = buildspecOf(resource);
  return reading === undefined ? [] : [{ reading, bound: [], when: [] }];
}

function buildspecOf(resource: Resource): PipelineReading | undefined {
  const {
    scope,
    declared: { block },
  } = resource;
  const source = block.body.blocks.find((one) => one.type === 'source');
  const stated = source === undefined ? undefined : attributeOf(source, 'buildspec');
  if (source === undefined || knownString(property(resource, 'source', 'type')) === 'NO_SOURCE') return undefined;
  if (stated === undefined)
    return buildspecNamed(scope.world.readings, ['buildspec.yml', 'buildspec.yaml'], [scope.rootFolder]);
  const read = fileRead(stated);
  if (read !== undefined) {
    const path = knownString(evaluate(read, envOf(resource)));
    const file = path === undefined ? undefined : projectPath(scope, path);
    const reading = file === undefined ? undefined : scope.world.readings.get(file);
    return reading?.kind === 'pipeline' && reading.flavour === 'codebuild' ? reading : undefined;
  }
  const name = knownString(property(resource, 'source', 'buildspec'));
  return name === undefined || name.includes('\n')
    ? undefined
    : buildspecNamed(scope.world.readings, [name], [scope.rootFolder, scope.module.folder]);
}

/** `build_timeout`, in minutes; an hour where nothing is said. */
function limitOf(resource: Resource): Runner['limit'] {
  const value = said(resource, 'build_timeout');
  const minutes = Number(knownString(value) ?? Number.NaN);
  const [way] = value ?? [];
  return minutes > 0 && way !== undefined
    ? {
        seconds: minutes * 60,
        by: `build_timeout = ${minutes}`,
        site: placed(way.place, resource.scope.frame.via),
      }
    : undefined;
}

/** The path given to `file` or `templatefile`. */
function fileRead(expression: HclExpression): HclExpression | undefined {
  return expression.kind === 'call' && /^(?:templatefile|file)$/.test(expression.name) ? expression.args[0] : undefined;
}

function hostOf(resource: Resource): Host {
  const environment = said(resource, 'environment');
  if (isSaid(pick(environment, 'fleet'))) return { kind: 'codebuild' };
  return codeBuildHost(knownString(pick(environment, 'type')), knownString(pick(environment, 'image')));
}

function variables(resource: Resource): [string, Values][] {
  const {
    declared: { block },
  } = resource;
  const env = envOf(resource);
  return block.body.blocks
    .filter((one) => one.type === 'environment')
    .flatMap(({ body }) => body.blocks)
    .filter((one) => one.type === 'environment_variable')
    .flatMap((one): [string, Values][] => {
      const entry = (name: string) => {
        const expression = attributeOf(one, name);
        return expression === undefined ? undefined : evaluate(expression, env);
      };
      const name = knownString(entry('name'));
      const value = entry('value');
      const type = entry('type');
      if (name === undefined) return [];
      const isPlain = type === undefined || knownString(type) === 'PLAINTEXT';
      return [[name, isPlain && value !== undefined ? valuesOf(value) : always(variableHole(name))]];
    });
}
