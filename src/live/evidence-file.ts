/** Evidence on disk: written whole or not at all, and read with every field looked at. */
import * as v from 'valibot';
import { reasonOf } from '../files/text.ts';
import { readTyped } from '../files/typed.ts';
import { save } from '../files/write.ts';
import { EVIDENCE_VERSION, type Evidence } from './evidence.ts';

/** Says in one line what is wrong with a file of evidence. */
export class EvidenceError extends Error {}

/** `projects`: the boundaries of those at hand, whose links are not written through. */
export function saveEvidence(path: string, evidence: Evidence, projects: readonly string[] = []): void {
  try {
    save({ path, projects, mode: 0o600 }, `${JSON.stringify(evidence, null, 1)}\n`);
  } catch (error) {
    throw new EvidenceError(`the evidence could not be saved to ${path}: ${reasonOf(error)}`);
  }
}

const text = v.string();
const texts = v.array(text);
const natural = v.pipe(v.number(), v.minValue(0));
const platform = v.object({ os: text, architecture: text, variant: v.exactOptional(text) });
const descriptor = { mediaType: text, digest: text, size: natural };
const owner = v.object({ stack: text, logicalId: text });

const SCHEMA = v.object({
  kind: v.literal('plimsoll evidence'),
  version: v.literal(EVIDENCE_VERSION),
  collectedAt: v.pipe(text, v.isoTimestamp()),
  complete: v.boolean(),
  scopes: v.array(
    v.object({
      account: v.exactOptional(text),
      region: text,
      partition: text,
      closed: v.exactOptional(v.literal(true)),
      workloads: v.array(
        v.object({
          service: v.picklist(['lambda', 'ecs', 'apprunner', 'batch', 'codebuild']),
          arn: text,
          name: text,
          version: v.exactOptional(text),
          aliases: v.exactOptional(texts),
          container: v.exactOptional(text),
          cluster: v.exactOptional(text),
          taskDefinition: v.exactOptional(text),
          image: text,
          digests: texts,
          architecture: v.exactOptional(text),
          architectureBasis: v.exactOptional(v.picklist(['stated', 'default', 'service'])),
          autoDeploy: v.exactOptional(v.boolean()),
          state: v.exactOptional(text),
          stateCode: v.exactOptional(text),
          stateReason: v.exactOptional(text),
          owner: v.exactOptional(owner),
          rollout: v.exactOptional(
            v.object({
              definition: text,
              state: v.exactOptional(text),
              reason: v.exactOptional(text),
              since: v.exactOptional(text),
              rolledBackTo: v.exactOptional(text),
              older: v.array(v.object({ definition: text, tasks: natural })),
            }),
          ),
        }),
      ),
      repositories: v.array(
        v.object({
          arn: text,
          registry: text,
          name: text,
          mutability: text,
          exclusions: texts,
          lifecycle: v.exactOptional(text),
          owner: v.exactOptional(owner),
          ownerKnown: v.boolean(),
        }),
      ),
      images: v.array(
        v.object({
          mediaType: text,
          kind: v.picklist(['image', 'index', 'attestation', 'other']),
          config: v.exactOptional(v.object(descriptor)),
          layers: v.array(v.object(descriptor)),
          entries: v.array(v.object({ ...descriptor, attestation: v.boolean(), platform: v.exactOptional(platform) })),
          platform: v.exactOptional(platform),
          entrypoint: v.exactOptional(texts),
          cmd: v.exactOptional(texts),
          registry: text,
          repository: text,
          digest: text,
          tags: texts,
          size: v.exactOptional(natural),
          archived: v.boolean(),
          listed: v.exactOptional(v.literal(true)),
          pushed: v.exactOptional(text),
        }),
      ),
      references: v.array(
        v.object({
          registry: text,
          repository: text,
          name: text,
          found: v.picklist(['yes', 'no', 'no repository', 'archived', 'unverified']),
          digest: v.exactOptional(text),
        }),
      ),
      stacks: v.array(
        v.object({
          arn: text,
          name: text,
          status: text,
          reason: v.exactOptional(text),
          since: v.exactOptional(text),
          concerns: v.picklist(['yes', 'empty', 'unknown']),
        }),
      ),
      gaps: v.array(
        v.object({
          action: text,
          kind: v.picklist([
            'denied',
            'throttled',
            'credentials',
            'unreachable',
            'unreadable',
            'unsupported',
            'gone',
            'failed',
            'skipped',
            'interrupted',
          ]),
          reason: text,
          permission: v.exactOptional(text),
          count: natural,
          about: texts,
          resource: v.exactOptional(text),
        }),
      ),
      unverified: v.exactOptional(v.array(v.object({ service: text, reason: text }))),
    }),
  ),
});

export function loadEvidence(path: string, projects: readonly string[] = []): Evidence {
  let json: unknown;
  try {
    json = JSON.parse(readTyped(path, projects).toString('utf8'));
  } catch (error) {
    throw new EvidenceError(
      error instanceof SyntaxError
        ? `${path} is not a whole evidence file: it isn't JSON to its end`
        : `${path} could not be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return parseEvidence(json, path);
}

export function parseEvidence(json: unknown, where: string): Evidence {
  const head = v.safeParse(v.object({ kind: v.literal('plimsoll evidence'), version: v.number() }), json);
  if (!head.success)
    throw new EvidenceError(`${where} is no evidence of plimsoll's: \`plimsoll audit --save FILE\` writes it`);
  if (head.output.version !== EVIDENCE_VERSION)
    throw new EvidenceError(
      `${where} is evidence of version ${head.output.version}; this plimsoll reads version ${EVIDENCE_VERSION}`,
    );
  const parsed = v.safeParse(SCHEMA, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new EvidenceError(`${where} is damaged at ${v.getDotPath(issue) ?? 'its top'}: ${issue.message}`);
}
