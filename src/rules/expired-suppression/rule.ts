import { defineRule } from '../define.ts';

/** Found by the engine, which alone sees suppressions; here are its name, level and page. */
export const rule = defineRule({
  id: 'expired-suppression',
  summary: 'A suppression comment is past its date',
  severity: 'warning',
  services: ['any'],
  group: 'plimsoll',
  check() {},
});
