/** What AWS App Runner means by a service's settings, in whatever language they are written. */

/** What is said of automatic deployments, and of the kind of registry that the image comes from. */
export interface DeploymentSettings {
  /** `unknown`: it is said, and not known. */
  readonly stated: boolean | 'unknown' | undefined;
  /** `ImageRepositoryType`; undefined where that can't be told. */
  readonly type: string | undefined;
}

/** Without a word, App Runner deploys what is pushed to a private repository of its own account. */
export function deploysByItself({ stated, type }: DeploymentSettings): boolean | undefined {
  if (stated !== undefined) return stated === 'unknown' ? undefined : stated;
  return type === undefined ? undefined : type === 'ECR';
}
