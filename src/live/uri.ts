/** Image addresses in Amazon ECR, as services hand them out: whole strings, no holes. */
import { defined } from '../core/optional.ts';
export interface EcrUri {
  readonly registry: string;
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const ECR =
  /^((\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws))\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/;

/** Undefined for what isn't in Amazon ECR (private). */
export function readUri(address: string): EcrUri | undefined {
  const found = ECR.exec(address);
  if (found === null) return undefined;
  const [, registry = '', account = '', region = '', repository = '', tag, digest] = found;
  return {
    registry,
    account,
    region,
    repository,
    ...defined({ tag, digest }),
  };
}

export function registryOf(account: string, region: string): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com${partitionOf(region) === 'aws-cn' ? '.cn' : ''}`;
}

export function partitionOf(region: string): 'aws' | 'aws-cn' | 'aws-us-gov' {
  return region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** Instead of names of regions: all that an account has switched on. */
export const ALL_REGIONS = 'all';

/** Undefined for what is no role's ARN. */
export function accountOfRole(arn: string): string | undefined {
  return /^arn:aws[a-z-]*:iam::(\d{12}):role\/[\w+=,.@/-]+$/.exec(arn)?.[1];
}
