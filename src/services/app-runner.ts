/** AWS App Runner, and what it means by a service's settings, in whatever language they are written. */
import { defined } from '../core/optional.ts';
import { WILL_NOT_START, always, type ServiceDescription } from './describe.ts';
import { startLine } from './start.ts';
import { flagOf, only, wordOf, type Running, type View } from './view.ts';

export const APP_RUNNER = {
  noun: ['App Runner service', 'App Runner services'],
  unsaidCpu: always('amd64'),
  wrongCpu: WILL_NOT_START,
  keeps: 'without automatic deployments App Runner keeps the image of its last deployment',
  take: 'Call `aws apprunner start-deployment` after the push, or turn automatic deployments on',
} as const satisfies ServiceDescription;

/** What is said of automatic deployments, and of the kind of registry that the image comes from. */
interface DeploymentSettings {
  /** `unknown`: it is said, and not known. */
  readonly stated: boolean | 'unknown' | undefined;
  /** `ImageRepositoryType`; undefined where that can't be told. */
  readonly type: string | undefined;
}

/** Without a word, App Runner deploys what is pushed to a private repository of its own account. */
function deploysByItself({ stated, type }: DeploymentSettings): boolean | undefined {
  if (stated !== undefined) return stated === 'unknown' ? undefined : stated;
  return type === undefined ? undefined : type === 'ECR';
}

/** Undefined for a service that is built from source. */
export function readService(view: View): Running | undefined {
  const images = view.images('SourceConfiguration', 'ImageRepository', 'ImageIdentifier');
  if (images.length === 0) return undefined;
  const autoDeploy = deploysByItself({
    stated: flagOf(view.get('SourceConfiguration', 'AutoDeploymentsEnabled')),
    type: wordOf(view.get('SourceConfiguration', 'ImageRepository', 'ImageRepositoryType')),
  });
  return {
    service: 'apprunner',
    names: view.get('ServiceName'),
    images,
    cpus: only(APP_RUNNER.unsaidCpu),
    more: {
      ...defined({ autoDeploy }),
      ...startLine(wordOf(view.get('SourceConfiguration', 'ImageRepository', 'ImageConfiguration', 'StartCommand'))),
    },
  };
}
