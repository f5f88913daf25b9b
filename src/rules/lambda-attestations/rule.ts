import type { Build, Tag } from '../../model/facts.ts';
import { CONFIDENCE_RANK, type Confidence, type Fix, type Related, type Report } from '../../model/finding.ts';
import { matchRepository, matchTag } from '../../core/image-ref.ts';
import type { Arrival, Model } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { madeForLambda, type MadeForLambda } from '../support/lambda-base.ts';
import { bySite, cpuSide, relatedTo, siteKey, strongest } from '../support/places.ts';
import { pushedNames, pushedWhole } from '../support/pushes.ts';
import { judge, waysOf, type Judged, type Way } from '../support/ways.ts';
import { code, nameWorkloads, shortName, shortRef } from '../support/words.ts';
import { verdict, type Verdict } from './verdict.ts';

type Index = Extract<Verdict, { kind: 'index' }>;

const REFUSAL =
  'Lambda refuses image indexes, `The image manifest, config or layer media type for the source image … is not supported`';

export const rule = defineRule({
  id: 'lambda-attestations',
  summary: 'An image for Lambda reaches the registry as an image index, because attestations are on',
  severity: 'error',
  services: ['lambda'],
  group: 'run',
  reach: 'tied',
  check(model, report) {
    const ways = waysOf(model).filter((way) => way.arrival.workload.service === 'lambda');
    const judged = judge<Index>(ways, verdictOn);
    for (const group of bySite(judged, ({ way }) => way.build.site)) report(built(group));
    const linked = new Set(ways.map(({ build }) => siteKey(build.site)));
    const unlinked = madeForLambda(model).flatMap((made) => {
      const found = verdictOf(made.build);
      return found.kind === 'index' && !linked.has(siteKey(made.build.site)) ? [{ made, bad: found }] : [];
    });
    for (const group of bySite(unlinked, ({ made }) => made.build.site))
      report(builtOnBase(group.reduce((one, other) => (RANK[other.bad.sure] > RANK[one.bad.sure] ? other : one))));
    for (const found of wrapped(model)) report(found);
  },
});

function verdictOf(build: Build): Verdict {
  const { provenance, sbom } = build.attestations;
  return verdict({ ...build, provenance, sbom });
}

function verdictOn(way: Way): 'good' | 'unknown' | { readonly bad: Index } {
  if (!pushedWhole(way)) return 'good';
  const found = verdictOf(way.build);
  const { provenance, sbom } = way.build.attestations;
  if (found.kind === 'index') return { bad: found };
  return provenance === 'unknown' || sbom === 'unknown' ? 'unknown' : 'good';
}

const RANK: Record<Index['sure'], number> = { certain: 2, likely: 1, note: 0 };

function built(group: readonly Judged<Index>[]): Report {
  // One command reached by several callers is as bad as the worst of them.
  const worst = group.reduce((one, other) => (RANK[other.bad.sure] > RANK[one.bad.sure] ? other : one));
  const {
    way: { build, voyage, arrival },
    bad,
  } = worst;
  const same = group.filter((one) => one.bad.sure === bad.sure);
  const workloads = bySite(
    same.map((one) => one.way.arrival.workload),
    (one) => one.imageSite,
    (one) => one.label,
  ).map((alike) => alike[0]!);
  return {
    site: build.site,
    ...(bad.sure === 'note' ? { severity: 'note' as const } : {}),
    message: `${code(shortName(voyage.name))} goes to ${nameWorkloads(workloads)}, and ${bad.why}${notOff(build)}: ${REFUSAL}`,
    confidence: weaker(strongest(same.map((one) => one.confidence)), bad.sure === 'certain' ? 'certain' : 'likely'),
    help: helpFor(build),
    related: relatedTo(
      build.site,
      [
        ...saidOf(build),
        ...workloads.map((one) =>
          one.cpu === undefined
            ? { message: 'used here', site: one.imageSite }
            : { ...cpuSide(one), message: `the function, on ${one.cpu}` },
        ),
      ],
      arrival.steps,
    ),
    fixes: insertOff(build),
  };
}

/** The function is declared out of sight; the base image says what the image is for. */
function builtOnBase({
  made: { voyage, build, base, baseSite },
  bad,
}: {
  readonly made: MadeForLambda;
  readonly bad: Index;
}): Report {
  return {
    site: build.site,
    ...(bad.sure === 'note' ? { severity: 'note' as const } : {}),
    message: `${code(shortName(voyage.name))} is made for Lambda (${code(`FROM ${base}`)}), and ${bad.why}${notOff(build)}: ${REFUSAL}`,
    confidence: 'likely',
    help: helpFor(build),
    related: relatedTo(build.site, [...saidOf(build), { message: 'a base image for Lambda', site: baseSite }]),
    fixes: insertOff(build),
  };
}

function notOff({ attestations: { mistaken } }: Build): string {
  return mistaken === undefined ? '' : ` (${code(mistaken.text)} does not turn it off)`;
}

function helpFor(build: Build): string {
  return `${off(build)}; attestations can live beside the image instead, as OCI referrers (${code('cosign attest')}, ${code('oras attach')}).`;
}

function saidOf({ attestations: { mistaken, site } }: Build): Related[] {
  return [
    ...(site === undefined ? [] : [{ message: 'attestations are asked for here', site }]),
    ...(mistaken === undefined
      ? []
      : [{ message: `${mistaken.text} does not turn provenance off`, site: mistaken.site }]),
  ];
}

function weaker(a: Confidence, b: Confidence): Confidence {
  return CONFIDENCE_RANK[a] < CONFIDENCE_RANK[b] ? a : b;
}

function off(build: Build): string {
  const asked = build.attestations.sbom === 'on' ? ['--sbom=false'] : [];
  switch (build.tool) {
    case 'build-push-action':
      return `Set ${code('provenance: false')}${asked.length > 0 ? ` and ${code('sbom: false')}` : ''}`;
    case 'bake':
    case 'bake-action':
      return `Set ${code('attest = ["type=provenance,disabled=true"]')} in the target`;
    case 'cdk':
      return 'Use a CDK toolkit of 2.179.0 or later';
    case 'serverless':
      return `Set ${code("provenance: 'false'")} on the image (Serverless 4.4.17 or later)`;
    case 'compose':
      return `Build with ${code('docker compose build --provenance=false')}, or ${code('BUILDX_NO_DEFAULT_ATTESTATIONS=1')} in its environment`;
    default:
      return `Build with ${code(['--provenance=false', ...asked].join(' '))}`;
  }
}

/** Safe: it removes metadata that Lambda can't take, and leaves the image as it is. */
function insertOff(build: Build): Fix[] {
  const at = build.insertFlagAt;
  if (at === undefined || build.attestations.provenance !== 'default' || build.attestations.sbom === 'on') return [];
  return [
    {
      title: 'Add --provenance=false',
      safe: true,
      edits: [{ file: build.site.file, start: at, end: at, text: ' --provenance=false' }],
    },
  ];
}

/** `docker buildx imagetools create` on the way makes an index again, whatever the build did. */
function wrapped(model: Model): Report[] {
  const found: { tag: Tag; arrival: Arrival; name: string }[] = [];
  const wrapping = model.tags.filter((tag) => tag.makesIndex === true);
  if (wrapping.length === 0) return [];
  for (const voyage of model.voyages) {
    for (const arrival of voyage.arrivals) {
      if (arrival.workload.service !== 'lambda') continue;
      const tags = new Set(pushedNames({ voyage, arrival }).flatMap((alias) => alias.tags));
      for (const tag of wrapping)
        if (tags.has(tag) || leadsTo(tag, arrival)) found.push({ tag, arrival, name: voyage.name });
    }
  }
  return bySite(found, ({ tag }) => tag.site).map((group): Report => {
    const { tag, arrival, name } = group[0]!;
    const workloads = bySite(
      group.map((one) => one.arrival.workload),
      (one) => one.imageSite,
      (one) => one.label,
    ).map((same) => same[0]!);
    return {
      site: tag.site,
      message: `${code(tag.tool)} wraps ${code(shortName(name))} into an image index as ${code(shortRef(tag.target))}, which goes to ${nameWorkloads(workloads)}: ${REFUSAL}`,
      confidence: strongest(group.map((one) => one.arrival.certainty)),
      help: `Add ${code('--prefer-index=false')}, or re-tag with ${code('aws ecr put-image')} or ${code('crane tag')}.`,
      related: relatedTo(
        tag.site,
        workloads.map((one) => ({ message: 'used here', site: one.imageSite })),
        arrival.steps,
      ),
    };
  });
}

function leadsTo(tag: Tag, { ref }: Arrival): boolean {
  return ref !== undefined && matchRepository(tag.target, ref) === 'exactly' && matchTag(tag.target, ref) === 'exactly';
}
