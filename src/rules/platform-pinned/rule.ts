import type { Build, Workload } from '../../model/facts.ts';
import type { Report, Severity } from '../../model/finding.ts';
import { showPlatform, showPlatforms, type Platform } from '../../core/platform.ts';
import type { Model, Voyage } from '../../model/voyage.ts';
import { compatible } from '../../core/choices.ts';
import { defineRule } from '../define.ts';
import { pinOf, type Pin } from '../support/cpu.ts';
import { bySite, cpuSide, relatedTo, strongest } from '../support/places.ts';
import { code, nameWorkloads } from '../support/words.ts';
import { oneOrNone } from '../../core/optional.ts';

interface Contradiction {
  readonly pin: Pin;
  readonly build: Build;
  readonly voyage: Voyage;
  readonly severity: Severity;
  /** The platforms asked for that the pinned base isn't. */
  readonly denied: readonly Platform[];
}

export const rule = defineRule({
  id: 'platform-pinned',
  summary:
    "A constant `FROM --platform` or one-CPU base decides the image's content, whatever platform the build asks for",
  severity: 'error',
  services: ['any'],
  group: 'run',
  reach: 'tied',
  check(model, report) {
    for (const group of bySite(contradictions(model), (one) => one.pin.site)) report(reportOf(group));
  },
});

/**
 * Only where the build states a platform does the label lie. Without one the pin decides label and content alike, and
 * whether that suits the workload is arch-mismatch's question.
 */
function contradictions(model: Model): Contradiction[] {
  const found: Contradiction[] = [];
  for (const voyage of model.voyages) {
    for (const build of voyage.builds) {
      const pin = pinOf(build.base);
      if (pin === undefined || build.platforms.kind === 'host') continue;
      const needed = voyage.arrivals
        .filter((one) => compatible(one.workload.when, build.when))
        .flatMap((one) => oneOrNone(one.workload.cpu));
      if (build.platforms.kind === 'unknown') {
        const wrong = needed.find((cpu) => cpu !== pin.platform.arch);
        if (wrong !== undefined)
          found.push({ pin, build, voyage, severity: 'error', denied: [{ os: 'linux', arch: wrong }] });
        continue;
      }
      const denied = build.platforms.list.filter((one) => one.os !== pin.platform.os || one.arch !== pin.platform.arch);
      if (denied.length === 0) continue;
      // The pin suits every workload: what is wrong is the platform that the build states, and arch-mismatch says so,
      // unless they take another build's image.
      const suits = needed.length > 0 && needed.every((cpu) => cpu === pin.platform.arch);
      if (
        suits &&
        build.platforms.list.length === 1 &&
        !voyage.arrivals.every(({ workload }) => hasOther(model, voyage, workload, pin.platform))
      )
        continue;
      found.push({ pin, build, voyage, severity: voyage.arrivals.length > 0 && !suits ? 'error' : 'warning', denied });
    }
  }
  return found;
}

/** Does an image that says it is for this platform reach the workload as well? */
function hasOther(model: Model, voyage: Voyage, workload: Workload, { os, arch }: Platform): boolean {
  return model.voyages.some(
    (other) =>
      other !== voyage &&
      other.arrivals.some((one) => one.workload === workload) &&
      other.builds.some(
        ({ platforms }) =>
          platforms.kind === 'set' && platforms.list.every((one) => one.os === os && one.arch === arch),
      ),
  );
}

function reportOf(group: readonly Contradiction[]): Report {
  const worst = group.find((one) => one.severity === 'error') ?? group[0]!;
  const { pin, build, voyage, severity, denied } = worst;
  const asked =
    build.platforms.kind === 'unknown'
      ? `${nameWorkloads(voyage.arrivals.map((one) => one.workload))} needs ${denied.map(showPlatform).join(',')}`
      : `${code(build.label)} asks for ${code(showPlatforms(build.platforms))}`;
  const workloads = voyage.arrivals.map((one) => one.workload);
  const arrival = voyage.arrivals[0];
  return {
    site: pin.site,
    severity,
    message:
      `${code(pin.text)} makes the image ${showPlatform(pin.platform)}, but ${asked}: its label will say ${denied.map(showPlatform).join(',')} over ${pin.platform.arch} binaries, ` +
      'and it fails with `exec format error` where the label is believed',
    confidence: voyage.arrivals.length === 0 ? 'certain' : strongest(voyage.arrivals.map((one) => one.certainty)),
    help:
      pin.by === 'platform flag'
        ? `Drop ${code('--platform')} from this ${code('FROM')}; the build's own platform then decides.`
        : 'Use the multi-platform tag of this base image.',
    related: relatedTo(
      pin.site,
      [
        {
          message:
            build.platforms.kind === 'unknown'
              ? 'the platform comes from here'
              : `asks for ${showPlatforms(build.platforms)}`,
          site: build.platformSite ?? build.site,
        },
        ...workloads.filter((one) => one.cpu !== undefined).map(cpuSide),
      ],
      arrival?.steps,
    ),
  };
}
