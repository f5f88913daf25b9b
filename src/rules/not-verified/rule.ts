import { defineRule } from '../define.ts';
import { code } from '../support/words.ts';

export const rule = defineRule({
  id: 'not-verified',
  summary: 'Something the audit was asked to confirm could not be confirmed',
  severity: 'note',
  services: ['any'],
  group: 'live',
  check(model, report) {
    for (const { site, what, reason, permission } of model.unverified) {
      report({
        site,
        message: `Not verified, ${what}: ${reason}`,
        help:
          permission === undefined
            ? 'Audit again; nothing is known of it until then, neither good nor bad.'
            : `Grant ${code(permission)}; ${code('plimsoll audit --print-policy')} prints all that an audit needs.`,
      });
    }
  },
});
