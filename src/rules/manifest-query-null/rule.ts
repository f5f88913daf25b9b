import type { ManifestQuery } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { code } from '../support/words.ts';

export const rule = defineRule({
  id: 'manifest-query-null',
  summary: 'A script reads the architecture from an image manifest, where it never is',
  severity: 'warning',
  services: ['any'],
  group: 'deploy',
  reach: 'tied',
  check(model, report) {
    for (const group of bySite(model.manifestQueries, (query) => query.querySite)) report(reportOf(group[0]!));
  },
});

function reportOf({ query, querySite, site }: ManifestQuery): Report {
  return {
    site: querySite,
    message: `${code(query)} asks an image manifest for its architecture and always gets ${code('null')}: it is in the image's config blob, so this check never finds a wrong image`,
    confidence: 'certain',
    help: `Ask the config: ${code('docker buildx imagetools inspect --format "{{.Image.Architecture}}" <image>')}, or ${code('crane config <image> | jq -r .architecture')}.`,
    related: relatedTo(querySite, [{ message: 'the manifest comes from here', site }]),
  };
}
