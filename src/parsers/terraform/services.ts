/** Lambda functions, App Runner services, AgentCore runtimes, Batch jobs and Express Mode services that run images. */
import { table } from '../../core/table.ts';
import { SERVICES } from '../../services/index.ts';
import { embeddedJson } from './embedded.ts';
import type { Workload } from '../../model/facts.ts';
import { ignoresChanges, pick, property, resourcesOfTypes, said, type Resource } from './resources.ts';
import type { Scope } from './scope.ts';
import { judgedString, knownString, one, under, unknown, type Value, type Way } from './value.ts';
import { cpusFrom, emitWorkload, saidWords, truthy, type CpuChoice, type Described } from './workloads.ts';
import { deploysByItself } from '../../services/app-runner.ts';
import { startLine, startOf } from '../../services/start.ts';
import { defined } from '../../core/optional.ts';

export function evaluateServices(scope: Scope): void {
  for (const resource of resourcesOfTypes(scope, (type) => EVALUATORS[type] !== undefined))
    EVALUATORS[resource.type]?.(resource);
}

const EVALUATORS: Readonly<Record<string, (resource: Resource) => void>> = table({
  aws_lambda_function: (resource) => lambda(resource, said(resource, 'image_uri')),
  awscc_lambda_function: (resource) => lambda(resource, property(resource, 'code', 'image_uri')),
  aws_apprunner_service: appRunner,
  awscc_apprunner_service: appRunner,
  aws_bedrockagentcore_agent_runtime: agentCore,
  awscc_bedrockagentcore_runtime: agentCore,
  aws_batch_job_definition: batchJob,
  aws_ecs_express_gateway_service: expressService,
  aws_sagemaker_model: sageMakerModel,
});

function about(resource: Resource): Pick<Described, 'address' | 'site' | 'when'> {
  return { address: resource.address, site: resource.site, when: resource.when };
}

/** Where each type says its image. */
const IMAGE_ATTRIBUTES = [
  'image_uri',
  'code',
  'source_configuration',
  'agent_runtime_artifact',
  'container_properties',
  'ecs_properties',
  'node_properties',
  'primary_container',
  'container',
];

function begins(resource: Resource): Pick<Workload, 'placeholder'> {
  return ignoresChanges(resource, IMAGE_ATTRIBUTES) ? { placeholder: true } : {};
}

/** Is anything but `null` and the empty string said? */
export function isSaid(value: Value | undefined): value is Value {
  return value?.some((way) => way.value.kind !== 'null' && judgedString(way.value) !== '') === true;
}

function lambda(resource: Resource, image: Value | undefined): void {
  const packaged = said(resource, 'package_type');
  if (!isSaid(image) && !(packaged ?? []).some((way) => judgedString(way.value) === 'Image')) return;
  if (knownString(packaged) === 'Zip') return;
  const config = said(resource, 'image_config');
  emitWorkload(resource.scope, {
    ...about(resource),
    service: 'lambda',
    name: said(resource, 'function_name'),
    images: isSaid(image) ? withoutNulls(image) : unsaid(resource, packaged),
    cpus: cpusFrom(said(resource, 'architectures'), SERVICES.lambda.unsaidCpu),
    more: {
      ...begins(resource),
      ...startOf(saidWords(pick(config, 'entry_point')), saidWords(pick(config, 'command'))),
    },
  });
}

/** A zip on one side of a condition, an image on the other. */
export function withoutNulls(value: Value): Value {
  return value.filter((way) => way.value.kind !== 'null');
}

function unsaid(resource: Resource, stated: Value | undefined): Value {
  return one(
    unknown(`${resource.address}.image_uri`),
    stated?.[0]?.place ?? { lines: resource.declared.lines, range: resource.declared.block.range },
  );
}

/** App Runner runs amd64 only. */
function appRunner(resource: Resource): void {
  const source = said(resource, 'source_configuration');
  const images = pick(source, 'image_repository', 'image_identifier');
  if (!isSaid(images)) return;
  const auto = pick(source, 'auto_deployments_enabled');
  const type = knownString(pick(source, 'image_repository', 'image_repository_type'));
  const autoDeploy = deploysByItself({ stated: isSaid(auto) ? (truthy(auto) ?? 'unknown') : undefined, type });
  const command = knownString(pick(source, 'image_repository', 'image_configuration', 'start_command'));
  emitWorkload(resource.scope, {
    ...about(resource),
    service: 'apprunner',
    name: said(resource, 'service_name'),
    images: withoutNulls(images),
    cpus: [{ ...SERVICES.apprunner.unsaidCpu, when: [] }],
    more: {
      ...begins(resource),
      ...defined({ autoDeploy }),
      ...startLine(command),
    },
  });
}

/** Bedrock AgentCore runs arm64 only. */
function agentCore(resource: Resource): void {
  const images = pick(said(resource, 'agent_runtime_artifact'), 'container_configuration', 'container_uri');
  if (!isSaid(images)) return;
  emitWorkload(resource.scope, {
    ...about(resource),
    service: 'agentcore',
    name: said(resource, 'agent_runtime_name'),
    images: withoutNulls(images),
    cpus: [{ ...SERVICES.agentcore.unsaidCpu, when: [] }],
    more: begins(resource),
  });
}

/** ECS Express Mode: its request has no architecture, and ECS may choose. */
function expressService(resource: Resource): void {
  const container = said(resource, 'primary_container');
  const images = pick(container, 'image');
  if (!isSaid(images)) return;
  emitWorkload(resource.scope, {
    ...about(resource),
    service: 'ecs',
    name: said(resource, 'service_name'),
    images: withoutNulls(images),
    cpus: [{ when: [] }],
    more: { ...begins(resource), ...startOf(undefined, saidWords(pick(container, 'command'))) },
  });
}

/** A model has one container, or a row of them. Its endpoint's instances decide the CPU. */
function sageMakerModel(resource: Resource): void {
  const containers = [said(resource, 'primary_container'), ...itemsOf(said(resource, 'container'))];
  for (const [index, container] of containers.entries()) {
    const images = pick(container, 'image');
    if (!isSaid(images)) continue;
    emitWorkload(resource.scope, {
      ...about(resource),
      service: 'sagemaker',
      name: said(resource, 'name'),
      images: withoutNulls(images),
      cpus: [{ when: [] }],
      ...(index === 0 ? {} : { part: `/container${index}` }),
      more: begins(resource),
    });
  }
}

// ── Batch ───────────────────────────────────────────────────────────────────────────────────────

function batchJob(resource: Resource): void {
  const capabilities = said(resource, 'platform_capabilities');
  const fallback: Omit<CpuChoice, 'when'> = listsOnly(capabilities, 'FARGATE') ? SERVICES.batch.unsaidCpuOnFargate : {};
  const container = documentOf(said(resource, 'container_properties'));
  if (container !== undefined) job(resource, container, fallback, '');
  const ecs = documentOf(said(resource, 'ecs_properties'));
  for (const [index, task] of itemsOf(pick(ecs, 'taskProperties')).entries()) {
    for (const [number, one] of itemsOf(pick(task, 'containers')).entries())
      job(resource, one, fallback, `/task${index}/${number}`, pick(task, 'runtimePlatform', 'cpuArchitecture'));
  }
  const nodes = documentOf(said(resource, 'node_properties'));
  for (const [index, range] of itemsOf(pick(nodes, 'nodeRangeProperties')).entries()) {
    const inner = pick(range, 'container');
    if (inner !== undefined) job(resource, inner, fallback, `/node${index}`);
  }
}

function job(
  resource: Resource,
  container: Value,
  fallback: Omit<CpuChoice, 'when'>,
  part: string,
  cpu: Value | undefined = pick(container, 'runtimePlatform', 'cpuArchitecture'),
): void {
  const images = pick(container, 'image');
  if (!isSaid(images)) return;
  emitWorkload(resource.scope, {
    ...about(resource),
    service: 'batch',
    name: said(resource, 'name'),
    images: withoutNulls(images),
    cpus: cpusFrom(cpu, fallback),
    part,
    more: { ...begins(resource), ...startOf(undefined, saidWords(pick(container, 'command'))) },
  });
}

/** The JSON document that an attribute holds; on each of its ways, where it has several. */
export function documentOf(value: Value | undefined): Value | undefined {
  const seen = new Set<unknown>();
  const ways = (value ?? []).flatMap((way): Way[] => {
    if (way.value.kind === 'null') return [];
    if (way.value.kind === 'list' || way.value.kind === 'object') return [way];
    const { written } = way.place;
    if (written === undefined) return under(embeddedJson(way) ?? [], way.when);
    // A text of several ways that is written once is one document, with several ways inside.
    if (seen.has(written.expression)) return [];
    seen.add(written.expression);
    const others = (value ?? []).filter((one) => one.place.written?.expression === written.expression);
    const shared = way.when.filter(({ cond, is }) =>
      others.every((one) => one.when.some((guard) => guard.cond === cond && guard.is === is)),
    );
    return under(embeddedJson(way) ?? [], shared);
  });
  return ways.length === 0 ? undefined : ways;
}

export function itemsOf(value: Value | undefined): readonly Value[] {
  return (value ?? []).flatMap((way) =>
    way.value.kind === 'list'
      ? way.value.items.map((item) => under(item, way.when)).filter((item) => item.length > 0)
      : [],
  );
}

export function listed(value: Value | undefined): readonly (string | undefined)[] {
  return itemsOf(value).map(knownString);
}

function listsOnly(value: Value | undefined, word: string): boolean {
  const found = listed(value);
  return found.length > 0 && found.every((each) => each === word);
}
