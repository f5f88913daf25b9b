/**
 * `AWS::CodePipeline::Pipeline`: the projects it starts, with the variables it gives them, and what its deploy actions
 * roll out.
 */
import type { Rollout } from '../../model/facts.ts';
import { always, type Values } from '../../core/choices.ts';
import { hole, known, literal, type Text } from '../../core/text.ts';
import { isList, isObject, parseJson, type Json } from '../../syntax/json.ts';
import { indexLines } from '../../core/site.ts';
import { evaluateProject } from './codebuild.ts';
import { fileNear } from './nested.ts';
import { plainList, property, resourcesOfType, type Resource } from './resources.ts';
import { child, emit, hopTo, intrinsic, openScope, ownHole, siteAt, type Node, type Scope } from './scope.ts';
import { texts, unfoldAt } from './values.ts';
import { defined, oneOrNone } from '../../core/optional.ts';

/** Evaluates the stack of a template of the project; handed in, because that leads back to here. */
type EvaluateStack = (scope: Scope) => void;

/** The projects that the pipeline starts, and so need no start of their own. */
export function evaluatePipeline(resource: Resource, evaluate: EvaluateStack): ReadonlySet<string> {
  const started = new Set<string>();
  for (const stage of plainList(resource, property(resource, 'Stages')) ?? []) {
    const actions = (plainList(resource, child(stage, 'Actions')) ?? []).flatMap((action) =>
      unfoldAt(resource.scope, action).flatMap(({ node }) => node ?? []),
    );
    const order = (action: Node): number => Number(text(resource.scope, child(action, 'RunOrder')) ?? 1);
    for (const action of actions.sort((a, b) => order(a) - order(b))) {
      const project = act(resource, action, evaluate);
      if (project !== undefined) started.add(project);
    }
  }
  return started;
}

function act(resource: Resource, action: Node, evaluate: EvaluateStack): string | undefined {
  const { scope } = resource;
  const provider = text(scope, child(child(action, 'ActionTypeId'), 'Provider'));
  const configuration = child(action, 'Configuration');
  switch (provider) {
    case 'CodeBuild': {
      const project = projectOf(scope, child(configuration, 'ProjectName'));
      if (project !== undefined)
        evaluateProject(project, {
          variables: variablesOf(scope, child(configuration, 'EnvironmentVariables')),
          by: resource.id,
        });
      return project?.id;
    }
    case 'ECS':
    case 'CodeDeployToECS':
      rollOut(resource, action, 'ecs', child(configuration, 'ServiceName'), 'forced');
      return undefined;
    case 'CloudFormation':
      deployStack(resource, action, evaluate);
      return undefined;
    case 'AppRunner':
      rollOut(resource, action, 'apprunner', undefined, 'forced');
      return undefined;
    case 'EKS':
      rollOut(resource, action, 'eks', undefined, 'on change');
      return undefined;
    case 'Lambda':
      if (text(scope, child(child(action, 'ActionTypeId'), 'Category')) === 'Deploy')
        rollOut(resource, action, 'lambda', child(configuration, 'FunctionName'), 'forced');
      return undefined;
    default:
      return undefined;
  }
}

function text(scope: Scope, node: Node | undefined): string | undefined {
  return known(texts(scope, node)[0]?.value);
}

function rollOut(
  { scope, ways }: Resource,
  action: Node,
  service: Rollout['service'],
  named: Node | undefined,
  effect: Rollout['effect'],
): void {
  const name = texts(scope, named)[0]?.value;
  const label = `CodePipeline action ${text(scope, child(action, 'Name')) ?? ''}`.trimEnd();
  for (const when of ways) {
    emit(
      scope,
      {
        kind: 'rollout',
        label,
        service,
        effect,
        ...defined({ name }),
        site: siteAt(scope, child(action, 'ActionTypeId')?.path ?? action.path),
      },
      when,
    );
  }
}

/** By reference, or by the name that both state. */
function projectOf(scope: Scope, node: Node | undefined): Resource | undefined {
  const all = resourcesOfType(scope, 'AWS::CodeBuild::Project');
  const call = node === undefined ? undefined : intrinsic(node.value);
  if (call?.name === 'Ref') return all.find((one) => one.id === call.argument);
  const name = texts(scope, node)[0]?.value;
  const shown = name === undefined ? undefined : JSON.stringify(name);
  return all.find(
    (one) => shown !== undefined && JSON.stringify(texts(scope, property(one, 'Name'))[0]?.value) === shown,
  );
}

// ── JSON in strings ─────────────────────────────────────────────────────────────────────────────

/** A JSON document that a template writes into a string; what functions put into it becomes marks in its strings. */
function document(
  scope: Scope,
  node: Node | undefined,
): { readonly value: Json; readonly read: (text: string) => Text } | undefined {
  const whole = texts(scope, node)[0]?.value;
  if (whole === undefined) return undefined;
  const parts = whole.map((part, index) => (typeof part === 'string' ? part : `\uE000${index}\uE001`));
  const source = parts.join('');
  const { value } = parseJson({ file: scope.reading.file, text: source, lines: indexLines('', source) });
  const read = (found: string): Text =>
    found.split(/\uE000(\d+)\uE001/).flatMap((piece, index): Text => {
      if (index % 2 === 0) return literal(piece);
      const part = whole[Number(piece)];
      return oneOrNone(part);
    });
  return value === undefined ? undefined : { value, read };
}

/** `[{"name": "TAG", "value": "…", "type": "PLAINTEXT"}]` */
function variablesOf(scope: Scope, node: Node | undefined): ReadonlyMap<string, Values> {
  const found = document(scope, node);
  const list = found !== undefined && isList(found.value) ? found.value : [];
  return new Map(
    list.flatMap((one): [string, Values][] => {
      const [name, value, type] = isObject(one) ? [one['name'], one['value'], one['type']] : [];
      if (found === undefined || typeof name !== 'string' || typeof value !== 'string') return [];
      return [
        [name, always((type ?? 'PLAINTEXT') === 'PLAINTEXT' ? pipelineVariables(found.read(value)) : hole(name))],
      ];
    }),
  );
}

/** `#{SourceVariables.CommitId}`: what an action before it left. */
function pipelineVariables(value: Text): Text {
  return value.flatMap(
    (part): Text =>
      typeof part !== 'string'
        ? [part]
        : part.split(/#\{([^}]*)\}/).flatMap((piece, index): Text => {
            if (index % 2 === 0) return literal(piece);
            return hole(
              piece,
              /CommitId|ExecutionId|ImageDigest|Build(?:Id|Number)/i.test(piece) ? 'unique' : 'unknown',
            );
          }),
  );
}

// ── stacks ──────────────────────────────────────────────────────────────────────────────────────

const DEPLOYING = new Set(['CREATE_UPDATE', 'REPLACE_ON_FAILURE', 'CHANGE_SET_REPLACE']);

/** `TemplatePath: Source::infra/service.yml`, of this project where the artifact is its source. */
function deployStack(resource: Resource, action: Node, evaluate: EvaluateStack): void {
  const { scope } = resource;
  const configuration = child(action, 'Configuration');
  const mode = text(scope, child(configuration, 'ActionMode'));
  if (mode === 'CHANGE_SET_EXECUTE' || mode === 'CREATE_UPDATE')
    rollOut(resource, action, 'any', child(configuration, 'StackName'), 'on change');
  if (!DEPLOYING.has(mode ?? '')) return;
  const path = text(scope, child(configuration, 'TemplatePath'))?.split('::')[1];
  const file =
    path === undefined ? undefined : fileNear(scope, path, (one) => scope.world.readings.get(one)?.kind === 'template');
  const reading = file === undefined ? undefined : scope.world.readings.get(file);
  if (reading?.kind !== 'template' || scope.chain.includes(reading.file)) return;
  const overrides = document(scope, child(configuration, 'ParameterOverrides'));
  const parameters = new Map<string, Values>(
    overrides === undefined || !isObject(overrides.value)
      ? []
      : Object.entries(overrides.value).map(([name, value]) => [
          name,
          always(
            typeof value === 'string'
              ? pipelineVariables(overrides.read(value))
              : ownHole(scope, `${action.path.join('.')}.${name}`),
          ),
        ]),
  );
  const stackName = texts(scope, child(configuration, 'StackName'))[0]?.value;
  const { frame, region, account } = scope.call;
  scope.world.called.add(reading.file);
  evaluate(
    openScope(
      scope.world,
      reading,
      {
        parameters,
        open: child(configuration, 'TemplateConfiguration') !== undefined,
        ...defined({ stackName, region, account }),
        frame: { ...frame, via: [...frame.via, hopTo(scope, resource.node.path, `CodePipeline ${resource.id}`)] },
      },
      scope.chain,
    ),
  );
}
