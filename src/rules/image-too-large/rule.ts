import type { Manifest } from '../../model/facts.ts';
import type { Confidence, Report, Severity } from '../../model/finding.ts';
import { defineRule } from '../define.ts';
import { heldFor, shortDigest } from '../support/live.ts';
import { relatedTo } from '../support/places.ts';
import { code, nameWorkloads } from '../support/words.ts';

const GIB = 1024 ** 3;
/** Lambda's limit, uncompressed and with all layers. */
const LIMIT = 10 * GIB;
/** Layers shrink to less than half when compressed; from here on the limit is in sight. */
const NEAR = 4 * GIB;

export const rule = defineRule({
  id: 'image-too-large',
  summary: 'An image for Lambda is larger than the 10 GB it takes',
  severity: 'error',
  services: ['lambda'],
  group: 'live',
  check(model, report) {
    for (const workload of model.workloads) {
      if (workload.service !== 'lambda') continue;
      for (const { manifest } of heldFor(model, workload)) {
        const size = sizeOf(manifest);
        if (size !== undefined)
          report({
            ...reportOf(`The image ${code(shortDigest(manifest.digest))} of ${nameWorkloads([workload])}`, size),
            site: workload.imageSite,
            related: relatedTo(workload.imageSite, [{ message: 'the image', site: manifest.site }]),
          });
      }
    }
  },
});

interface Size {
  readonly bytes: number;
  readonly form: 'uncompressed' | 'compressed';
  readonly severity: Severity;
  readonly confidence: Confidence;
}

function sizeOf({ compressedSize: compressed, uncompressedSize: uncompressed, index }: Manifest): Size | undefined {
  if (uncompressed !== undefined)
    return uncompressed > LIMIT
      ? { bytes: uncompressed, form: 'uncompressed', severity: 'error', confidence: 'certain' }
      : undefined;
  if (compressed === undefined || index) return undefined;
  if (compressed > LIMIT) return { bytes: compressed, form: 'compressed', severity: 'error', confidence: 'certain' };
  return compressed > NEAR
    ? { bytes: compressed, form: 'compressed', severity: 'note', confidence: 'likely' }
    : undefined;
}

function reportOf(image: string, { bytes, form, severity, confidence }: Size): Omit<Report, 'site'> {
  const size = `${(bytes / GIB).toFixed(1)} GiB ${form}`;
  return {
    message:
      severity === 'error'
        ? `${image} is ${size}, and Lambda takes at most 10 GB uncompressed: it will not be accepted`
        : `${image} is ${size}: uncompressed it may be more than the 10 GB that Lambda takes`,
    severity,
    confidence,
    help: 'Leave build tools, caches and models out of the final stage; large data can be read from S3 or EFS, or the workload can run on ECS.',
  };
}
