import type { Build, Stage } from '../../model/facts.ts';
import type { Related, Report } from '../../model/finding.ts';
import { restsOnDefault } from '../../core/choices.ts';
import type { Cpu } from '../../core/platform.ts';
import type { Model, Voyage } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { finalChain, imageCpu, oneCpu, pinOf } from '../support/cpu.ts';
import { bySite, cpuSide, relatedTo } from '../support/places.ts';
import { areOne, code, nameWorkloads } from '../support/words.ts';

type Download = Stage['downloads'][number];
interface Contradiction {
  readonly download: Download;
  readonly build: Build;
  readonly target: Target;
}
interface Target {
  readonly cpu: Cpu;
  readonly why: string;
  readonly related: readonly Related[];
  readonly sure: boolean;
}

export const rule = defineRule({
  id: 'arch-download',
  summary: 'A Dockerfile fetches a binary for one CPU into an image for the other',
  severity: 'error',
  services: ['any'],
  group: 'run',
  reach: 'tied',
  check(model, report) {
    for (const group of bySite(contradictions(model), ({ download }) => download.site)) report(reportOf(group[0]!));
  },
});

function contradictions(model: Model): Contradiction[] {
  const found: Contradiction[] = [];
  for (const voyage of model.voyages) {
    for (const build of voyage.builds) {
      const target = targetOf(voyage, build);
      const downloads = build.base?.stages.flatMap((stage) => stage.downloads) ?? [];
      if (target === undefined) continue;
      const fitting = pinnedDownloads(build);
      for (const download of downloads) {
        if (fitting.has(download)) continue;
        // The same tool fetched for both CPUs is a choice made at run time.
        const chosen = downloads.some((other) => other.cpu === target.cpu && alike(other.text, download.text));
        if (download.cpu !== target.cpu && !chosen) found.push({ download, build, target });
      }
    }
  }
  return found;
}

/**
 * A base that is pinned to one CPU is what its binaries run on: that it contradicts the build or the workload is
 * another rule's to say.
 */
function pinnedDownloads({ base }: Build): ReadonlySet<Download> {
  const pin = pinOf(base);
  return new Set(
    base === undefined || pin === undefined
      ? []
      : finalChain(base)
          .flatMap((stage) => stage.downloads)
          .filter(({ cpu }) => cpu === pin.platform.arch),
  );
}

const CPU_WORD = /x86[_-]64|amd64|x64|aarch64|arm64/gi;

function alike(a: string, b: string): boolean {
  return a.replace(CPU_WORD, '') === b.replace(CPU_WORD, '');
}

/** The one CPU that the image is for: as built, else as the workloads have it. */
function targetOf(voyage: Voyage, build: Build): Target | undefined {
  const image = imageCpu(build);
  if (image.kind === 'unknown') return undefined;
  if (image.kind === 'decided') {
    const cpu = oneCpu(image.platforms);
    return cpu === undefined
      ? undefined
      : {
          cpu,
          why: `the image is built for ${cpu}`,
          related: [{ message: image.how, site: image.site }],
          sure: !restsOnDefault(build.when),
        };
  }
  const workloads = voyage.arrivals.map((one) => one.workload);
  const cpus = new Set(workloads.map((workload) => workload.cpu));
  const cpu = workloads[0]?.cpu;
  if (cpus.size !== 1 || cpu === undefined) return undefined;
  return {
    cpu,
    why: `${nameWorkloads(workloads)} ${areOne(workloads) ? 'runs' : 'run'} on ${cpu}`,
    related: workloads.map(cpuSide),
    sure: voyage.arrivals.every((one) => one.certainty === 'certain'),
  };
}

function reportOf({ download, build, target }: Contradiction): Report {
  return {
    site: download.site,
    message: `${code(download.text)} is a binary for ${download.cpu}, but ${target.why}: it fails with \`exec format error\` when it is started`,
    confidence: target.sure ? 'certain' : 'likely',
    help: 'Choose the name by the platform: declare `ARG TARGETARCH` in the stage, or ask `uname -m` or `dpkg --print-architecture`.',
    related: relatedTo(download.site, [...target.related, { message: `built by ${build.label}`, site: build.site }]),
  };
}
