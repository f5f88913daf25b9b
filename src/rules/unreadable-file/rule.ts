import { defineRule } from '../define.ts';

/** Found by the engine, which alone sees what readers could not read; here are its name, level and page. */
export const rule = defineRule({
  id: 'unreadable-file',
  summary: 'A file, or a place in it, could not be read and was not judged',
  severity: 'note',
  services: ['any'],
  group: 'plimsoll',
  check() {},
});
