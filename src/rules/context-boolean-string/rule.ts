import type { ContextRead } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { code } from '../support/words.ts';

export const rule = defineRule({
  id: 'context-boolean-string',
  summary: "A CDK context value is used as a boolean, but `-c x=false` arrives as the string `'false'`, which is true",
  severity: 'warning',
  services: ['any'],
  group: 'cdk',
  reach: 'tied',
  check(model, report) {
    const open = model.contextReads.filter((read) => read.use === 'boolean');
    for (const group of bySite(open, (read) => read.useSite)) report(reportOf(group[0]!));
  },
});

function reportOf({ key, form, useSite, site, onlyTrue }: ContextRead): Report {
  const value = onlyTrue === true ? 'true' : 'false';
  return {
    site: useSite,
    message: `${code(form)} treats the context value ${code(key)} as a boolean: ${code(`cdk deploy -c ${key}=${value}`)} passes the string \`'${value}'\`, which is not \`${value}\``,
    confidence: 'certain',
    help: `Compare both forms: \`value === true || value === 'true'\`.`,
    related: relatedTo(useSite, [{ message: 'read here', site }]),
  };
}
