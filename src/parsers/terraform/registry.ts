/** Well-known modules of the Terraform registry: what their inputs make, and what their outputs name. */
import type { LifecycleRule } from '../../model/facts.ts';
import { both } from '../../core/choices.ts';
import { parseImageRef } from '../../core/image-ref.ts';
import { table } from '../../core/table.ts';
import { concat, literal, type Text } from '../../core/text.ts';
import { oneOrNone } from '../../core/optional.ts';
import { emitWorkload } from '../../project/workloads.ts';
import { readContainer, type Task } from '../../services/ecs.ts';
import { balancedNames } from './ecs.ts';
import { readFunction } from '../../services/lambda.ts';
import { readRepository } from '../../services/ecr.ts';
import { cpusOf, type View } from '../../services/view.ts';
import { SERVICES } from '../../services/index.ts';
import { ecrHost } from './attributes.ts';
import { buildImage } from './images.ts';
import { headOf } from './module.ts';
import { describeRepository, rulesOf } from './repositories.ts';
import { pick, type Resource } from './resources.ts';
import { emit, identityOf, type Scope } from './scope.ts';
import { isSaid, listed } from './documents.ts';
import { judgedString, one, placed, text, textOf, unknown, type Place, type Value } from './value.ts';
import { declarationOf, viewFrom, viewOfValue } from './view.ts';

interface Known {
  evaluate(scope: Scope): void;
  output?(scope: Scope, name: string): Value | undefined;
}

/** `terraform-aws-modules/ecr/aws`, as a registry address or a git one. */
function knownModule(source: string): Known | undefined {
  const plain = source
    .replace(/^(?:app\.terraform\.io|registry\.terraform\.io|registry\.opentofu\.org)\//, '')
    .replace(/\?.*$/, '');
  const found =
    /^terraform-aws-modules\/([\w-]+)\/aws(?:\/\/(.+))?$/.exec(plain) ??
    /(?:^|[/:])terraform-aws-modules\/terraform-aws-([\w-]+?)(?:\.git)?(?:\/\/(.+))?$/.exec(plain);
  return found === null ? undefined : MODULES[`${found[1] ?? ''}${found[2] === undefined ? '' : `//${found[2]}`}`];
}

/** False: nobody here knows that module. */
export function evaluateRegistryModule(scope: Scope): boolean {
  const module = knownModule(scope.registry ?? '');
  module?.evaluate(scope);
  return module !== undefined || HARMLESS.test(scope.registry ?? '');
}

/** Networks, accounts and logs: nothing that an image passes. */
const HARMLESS =
  /terraform-aws-(?:modules\/(?:vpc|iam|acm|alb|s3-bucket|rds|rds-aurora|route53|security-group|kms|cloudwatch|sns|sqs|dynamodb-table|key-pair|elasticache)|(?:vpc|iam|acm|alb|s3-bucket|rds|route53|security-group|kms))\b/;

export function registryOutput(scope: Scope, name: string): Value | undefined {
  return knownModule(scope.registry ?? '')?.output?.(scope, name);
}

function input(scope: Scope, name: string): Value | undefined {
  const value = scope.inputs?.get(name);
  return isSaid(value) ? value : undefined;
}

function about(scope: Scope): Pick<Resource, 'address' | 'site' | 'when'> {
  return { address: scope.label, site: placed(placeOf(scope), scope.frame.via), when: scope.when };
}

function placeOf(scope: Scope): Place {
  const { call } = scope;
  return call === undefined
    ? { lines: { file: '', starts: [0] }, range: [0, 0] }
    : { lines: call.lines, range: headOf(call) };
}

function isOff(value: Value | undefined): boolean {
  return value?.every((way) => judgedString(way.value) === 'false') === true;
}

function identity(scope: Scope): string {
  return `${scope.label}@${scope.rootFolder}`;
}

/** Inputs by CloudFormation's names of what they become. */
type Inputs = Readonly<Record<string, string>>;

function inputsOf(scope: Scope, names: Inputs): View {
  return viewFrom(scope, (path) => input(scope, names[path.join('.')] ?? ''));
}

// ── ecr ─────────────────────────────────────────────────────────────────────────────────────────

const REPOSITORY_INPUTS: Inputs = table({
  RepositoryName: 'repository_name',
  ImageTagMutability: 'repository_image_tag_mutability',
  EmptyOnDelete: 'repository_force_delete',
});

const ecr: Known = {
  evaluate(scope) {
    if (
      isOff(input(scope, 'create')) ||
      isOff(input(scope, 'create_repository')) ||
      judgedString(input(scope, 'repository_type')?.[0]?.value) === 'public'
    )
      return;
    const policy = input(scope, 'repository_lifecycle_policy');
    describeRepository(scope, about(scope), {
      id: identity(scope),
      settings: readRepository(inputsOf(scope, REPOSITORY_INPUTS), 'immutable'),
      lifecycle: isOff(input(scope, 'create_lifecycle_policy')) ? [] : lifecycle(policy, scope),
    });
  },
  output(scope, name) {
    const names = input(scope, 'repository_name') ?? one(unknown(identity(scope)), placeOf(scope));
    if (name === 'repository_url') return around(names, concat(ecrHost(scope), literal('/')));
    return name === 'repository_name' ? names : undefined;
  },
};

function lifecycle(policy: Value | undefined, scope: Scope): LifecycleRule[] {
  return policy === undefined ? [] : rulesOf(policy, scope);
}

function around(names: Value, prefix: Text, suffix: Text = []): Value {
  return names.map((way) => ({ ...way, value: { kind: 'text', text: concat(prefix, textOf(way.value), suffix) } }));
}

// ── lambda ──────────────────────────────────────────────────────────────────────────────────────

const FUNCTION_INPUTS: Inputs = table({
  FunctionName: 'function_name',
  'Code.ImageUri': 'image_uri',
  Architectures: 'architectures',
  'ImageConfig.EntryPoint': 'image_config_entry_point',
  'ImageConfig.Command': 'image_config_command',
});

const lambda: Known = {
  evaluate(scope) {
    const image = input(scope, 'image_uri');
    if (image === undefined || isOff(input(scope, 'create')) || isOff(input(scope, 'create_function'))) return;
    for (const running of oneOrNone(readFunction(inputsOf(scope, FUNCTION_INPUTS))))
      emitWorkload(declarationOf(scope, about(scope)), running);
  },
};

const BUILD_REPOSITORY_INPUTS: Inputs = table({
  RepositoryName: 'ecr_repo',
  ImageTagMutability: 'image_tag_mutability',
  EmptyOnDelete: 'ecr_force_delete',
});

/** Builds with the Docker provider, tags and pushes. */
const dockerBuild: Known = {
  evaluate(scope) {
    const names = imageNames(scope);
    const repository = input(scope, 'ecr_repo');
    if (names === undefined) return;
    if (
      repository !== undefined &&
      input(scope, 'create_ecr_repo')?.some((way) => judgedString(way.value) === 'true') === true
    ) {
      describeRepository(scope, about(scope), {
        id: identity(scope),
        settings: readRepository(inputsOf(scope, BUILD_REPOSITORY_INPUTS)),
        lifecycle: lifecycle(input(scope, 'ecr_repo_lifecycle_policy'), scope),
      });
    }
    buildImage(scope, {
      ...about(scope),
      label: 'modules/docker-build',
      names,
      context: input(scope, 'source_path'),
      dockerfile: input(scope, 'docker_file_path'),
      platform: input(scope, 'platform'),
      target: undefined,
      args: input(scope, 'build_args'),
      classic: input(scope, 'builder') === undefined,
    });
    for (const way of names) {
      const when = both(scope.when, way.when);
      if (when === undefined) continue;
      const site = placed(way.place, scope.frame.via);
      emit(
        scope,
        {
          kind: 'push',
          tool: 'docker',
          ref: parseImageRef(textOf(way.value)),
          refSite: site,
          site,
          origin: identityOf(scope, `${scope.label} push`),
        },
        when,
      );
    }
  },
  output(scope, name) {
    const names = imageNames(scope);
    if (name !== 'image_uri' || names === undefined) return undefined;
    // By default it names the digest besides, so that a function sees every new image.
    return input(scope, 'use_image_tag')?.some((way) => judgedString(way.value) === 'false') === true
      ? names.map((way) => ({ ...way, value: unknown(`${scope.label}.image_uri@${scope.rootFolder}`, 'unique') }))
      : names;
  },
};

/** Undefined where the image's repository isn't said; without a tag of the caller's, one made of the time of the apply. */
function imageNames(scope: Scope): Value | undefined {
  const repository = input(scope, 'ecr_repo');
  const tag = input(scope, 'image_tag');
  const suffix: Text = concat(
    literal(':'),
    tag === undefined
      ? [{ hole: `${scope.label}.image_tag@${scope.rootFolder}`, nature: 'unique' }]
      : textOf(tag[0]!.value),
  );
  return repository === undefined
    ? undefined
    : around(repository, concat(ecrHost(scope), literal('/')), suffix).map((way) => ({
        ...way,
        place: tag?.[0]?.place ?? way.place,
      }));
}

// ── ecs ─────────────────────────────────────────────────────────────────────────────────────────

const service: Known = {
  evaluate(scope) {
    if (isOff(input(scope, 'create')) || isOff(input(scope, 'create_task_definition'))) return;
    emitService(scope, (name) => input(scope, name), scope.label);
  },
};

/** The cluster module takes services as a map, each with the inputs of the service module. */
const cluster: Known = {
  evaluate(scope) {
    for (const way of input(scope, 'services') ?? []) {
      if (way.value.kind !== 'object') continue;
      for (const [key, each] of way.value.entries) {
        emitService(
          scope,
          (name) => {
            const value = pick(each, name);
            return isSaid(value) ? value : undefined;
          },
          `${scope.label}.services["${key}"]`,
          one(text(key), way.place),
        );
      }
    }
  },
};

function emitService(
  scope: Scope,
  said: (name: string) => Value | undefined,
  address: string,
  fallbackName?: Value,
): void {
  const compatibilities = said('requires_compatibilities');
  const fargate = compatibilities === undefined || listed(compatibilities).includes('FARGATE');
  const platform = viewFrom(scope, ([, name]) =>
    name === undefined ? undefined : pick(said('runtime_platform'), name),
  );
  // The module's own default says X86_64 outright.
  const cpus = cpusOf(platform.get('', 'cpu_architecture'), fargate ? SERVICES.ecs.unsaidCpuOnFargate : {});
  const name = said('family') ?? said('name') ?? fallbackName;
  const names = viewFrom(scope, () => name).get();
  const task: Task = { cpus, more: {}, balanced: balancedNames(said('load_balancer')) };
  for (const way of said('container_definitions') ?? []) {
    if (way.value.kind !== 'object') continue;
    for (const [key, value] of way.value.entries) {
      const container = viewOfValue(scope, value, { snakeCase: true });
      for (const running of oneOrNone(readContainer(container, task)))
        emitWorkload(declarationOf(scope, { ...about(scope), address }), { ...running, names, part: `/${key}` });
    }
  }
}

const MODULES: Readonly<Record<string, Known>> = table({
  ecr,
  lambda,
  ecs: cluster,
  'lambda//modules/docker-build': dockerBuild,
  'ecs//modules/service': service,
});
