import type { Manifest } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { showPlatforms } from '../../core/platform.ts';
import { defineRule } from '../define.ts';
import { shortDigest } from '../support/live.ts';
import { code } from '../support/words.ts';

export const rule = defineRule({
  id: 'label-lies',
  summary: "The CPU that an image's config names is not the CPU of the programs in it",
  severity: 'error',
  services: ['any'],
  group: 'live',
  check(model, report) {
    for (const manifest of model.manifests) {
      const found = lie(manifest);
      if (found !== undefined) report(found);
    }
  },
});

/** Where a system keeps its own programs; elsewhere packages may well ship files for several CPUs side by side. */
const SYSTEM = /^(?:usr\/(?:local\/)?)?(?:s?bin|lib|lib64)\//;

function lie(manifest: Manifest): Report | undefined {
  const { binaries = [], platforms } = manifest;
  const label = platforms.kind === 'set' && platforms.list.length === 1 ? platforms.list[0]?.arch : undefined;
  if (label === undefined) return undefined;
  const system = binaries.filter((one) => SYSTEM.test(one.path));
  const judged = system.length > 0 ? system : binaries;
  const others = judged.filter((one) => one.cpu !== label);
  const [first] = others;
  const agreeing = judged.length - others.length;
  if (first === undefined || others.length <= agreeing) return undefined;
  return {
    site: manifest.site,
    message:
      `The image ${code(shortDigest(manifest.digest))} is labelled ${code(showPlatforms(platforms))}, but ${others.length === judged.length ? 'its programs' : `${others.length} of ${judged.length} programs in it`} are for ${first.cpu} (${code(`/${first.path}`)} for one): ` +
      'it passes every check of its label and then fails with `exec format error`',
    confidence: agreeing === 0 ? 'certain' : 'likely',
    help: 'Somewhere the base is pinned (`FROM --platform=…`, or an image for one CPU) and the build was told another platform: remove the pin, or build for the CPU it has.',
  };
}
