/** Services that run an image named in one property, and whose CPU isn't the author's to choose. */
import { known } from '../../core/text.ts';
import { SERVICES } from '../../services/index.ts';
import { plainList, plainText, property, truthy, saidWords, type Resource } from './resources.ts';
import { texts, unfoldAt } from './values.ts';
import { emitWorkload, imagesFrom } from './workloads.ts';
import { deploysByItself } from '../../services/app-runner.ts';
import { startLine, startOf } from '../../services/start.ts';
import { defined } from '../../core/optional.ts';

/** App Runner runs amd64 only. Without a word it deploys what is pushed to a private repository of its own account. */
export function evaluateAppRunner(resource: Resource): void {
  const { scope } = resource;
  const source = property(resource, 'SourceConfiguration');
  const images = imagesFrom(resource, unfoldAt(scope, source, 'ImageRepository', 'ImageIdentifier'));
  if (images.length === 0) return;
  const first = (...path: string[]) =>
    unfoldAt(scope, source, ...path).flatMap((way) => texts(scope, way.node))[0]?.value;
  const auto = first('AutoDeploymentsEnabled');
  const type = known(first('ImageRepository', 'ImageRepositoryType'));
  const autoDeploy = deploysByItself({ stated: auto === undefined ? undefined : (truthy(auto) ?? 'unknown'), type });
  const command = known(first('ImageRepository', 'ImageConfiguration', 'StartCommand'));
  emitWorkload(resource, {
    service: 'apprunner',
    name: plainText(resource, 'ServiceName'),
    cpus: [{ ...SERVICES.apprunner.unsaidCpu, when: [] }],
    images,
    more: {
      ...defined({ autoDeploy }),
      ...startLine(command),
    },
  });
}

/** Bedrock AgentCore runs arm64 only. */
export function evaluateAgentCore(resource: Resource): void {
  const images = imagesFrom(
    resource,
    unfoldAt(resource.scope, property(resource, 'AgentRuntimeArtifact'), 'ContainerConfiguration', 'ContainerUri'),
  );
  if (images.length === 0) return;
  emitWorkload(resource, {
    service: 'agentcore',
    name: plainText(resource, 'AgentRuntimeName'),
    cpus: [{ ...SERVICES.agentcore.unsaidCpu, when: [] }],
    images,
  });
}

/** ECS Express Mode: its request has no architecture, and ECS may choose. */
export function evaluateExpressService(resource: Resource): void {
  const images = imagesFrom(resource, unfoldAt(resource.scope, property(resource, 'PrimaryContainer'), 'Image'));
  if (images.length === 0) return;
  emitWorkload(resource, {
    service: 'ecs',
    name: plainText(resource, 'ServiceName'),
    cpus: [{ when: [] }],
    images,
    more: startOf(undefined, saidWords(resource, property(resource, 'PrimaryContainer', 'Command'))),
  });
}

/** A model has one container, or a row of them. Its endpoint's instances decide the CPU. */
export function evaluateSageMakerModel(resource: Resource): void {
  const { scope } = resource;
  const row = plainList(resource, property(resource, 'Containers')) ?? [];
  for (const [index, container] of [property(resource, 'PrimaryContainer'), ...row].entries()) {
    const images = imagesFrom(resource, unfoldAt(scope, container, 'Image'));
    if (images.length === 0) continue;
    emitWorkload(resource, {
      service: 'sagemaker',
      name: plainText(resource, 'ModelName'),
      cpus: [{ when: [] }],
      images,
      ...(index === 0 ? {} : { part: `/container${index}` }),
    });
  }
}
