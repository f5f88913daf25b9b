/** What the live account and its stacks say. */
import type { ImageRef } from '../../core/image-ref.ts';
import type { Cpu, Platforms } from '../../core/platform.ts';
import type { Text } from '../../core/text.ts';
import type { Common } from './common.ts';
import type { Service, Workload } from './workloads.ts';

/** Live: what the registry holds under one digest. */
export interface Manifest extends Common {
  readonly kind: 'manifest';
  readonly ref: ImageRef;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly mediaType: string;
  readonly platforms: Platforms;
  readonly index: boolean;
  readonly attestations: 'none' | 'present' | 'unknown';
  readonly layerMediaTypes: readonly string[];
  readonly configMediaType?: string;
  /** An index: the digests of its entries. */
  readonly children?: readonly string[];
  readonly compressedSize?: number;
  /** Only where all layers are kept uncompressed, or were read. */
  readonly uncompressedSize?: number;
  readonly archived?: boolean;
  /** The registry's own list told all its tags. */
  readonly listed?: true;
  /** Days since it was pushed. */
  readonly age?: number;
  /** CPUs of the ELF binaries in the layers, when they were read. */
  readonly binaries?: readonly { readonly cpu: Cpu | string; readonly path: string }[];
}

/** Live: a stack's state. */
export interface StackState extends Common {
  readonly kind: 'stack-state';
  readonly name: string;
  readonly status: string;
  readonly reason?: string;
  readonly since?: string;
  /** When that was seen, ISO 8601 like `since`. */
  readonly seen?: string;
  /**
   * Does it hold images' workloads or repositories? `empty`: it lists nothing any more; `unknown`: its resources could
   * not be read.
   */
  readonly concerns?: 'yes' | 'empty' | 'unknown';
}

/** From a template diff. */
export interface StackChange extends Common {
  readonly kind: 'stack-change';
  readonly stack: string;
  /** Where the stack is, as far as that's known: a name that is taken in one place is free in another. */
  readonly account?: string;
  readonly region?: string;
  readonly logicalId: string;
  /** Where a CDK app makes it: `Dev/Api/Fn`. */
  readonly constructPath?: string;
  readonly resourceType: string;
  readonly change: 'add' | 'remove' | 'update' | 'replace' | 'orphan';
  readonly properties: readonly { readonly path: string; readonly before?: unknown; readonly after?: unknown }[];
  /** After the change; of what is removed, the name it had. */
  readonly physicalName?: Text;
  /** Of a change to what exists: the name before it. */
  readonly physicalNameBefore?: Text;
  /** Is `replace` what CloudFormation may do, depending on the values, or what it will do? */
  readonly replacement?: 'certain' | 'possible';
  /** Present where what changes runs an image: how its image and CPU are on both sides, each way they may be. */
  readonly workload?: { readonly service: Service; readonly name?: Text; readonly ways: readonly WorkloadChange[] };
}

export interface WorkloadChange {
  readonly before: WorkloadState;
  readonly after: WorkloadState;
  /** Both sides have just this one way, or follow the same choices. */
  readonly certain: boolean;
}

export interface WorkloadState {
  readonly cpu?: Cpu;
  readonly cpuBasis?: Workload['cpuBasis'];
  /** For people; absent where it can't be told. */
  readonly image?: string;
  /**
   * Equal for one image only; absent where a part of the reference is unknown, so that nobody can tell whether it
   * changes.
   */
  readonly imageKey?: string;
  /** In Amazon ECR (private), or an asset of the app: no public image that has every CPU. */
  readonly own: boolean;
}

/** Live: something the audit was asked to confirm and could not. */
export interface Unverified extends Common {
  readonly kind: 'unverified';
  readonly what: string;
  readonly reason: string;
  readonly permission?: string;
}
