import { defineRule } from '../define.ts';

/** Found by the engine, which alone sees suppressions and what they suppress; here are its name, level and page. */
export const rule = defineRule({
  id: 'unused-suppression',
  summary: 'A suppression comment suppresses nothing',
  severity: 'warning',
  services: ['any'],
  group: 'plimsoll',
  check() {},
});
