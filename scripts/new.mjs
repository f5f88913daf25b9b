// Makes the files of a new rule, language, command, service or format, the lines by which others know it, and a test
// that fails until it does something.
//   npm run new -- rule no-root-user
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KINDS } from './new/templates.mjs';

const ROOT = process.env.PLIMSOLL_ROOT ?? fileURLToPath(new URL('..', import.meta.url));
const [kind = '', id = ''] = process.argv.slice(2);

const refuse = (why) => {
  console.error(why);
  process.exit(2);
};

if (!Object.hasOwn(KINDS, kind)) refuse(`npm run new -- ${Object.keys(KINDS).join('|')} ID`);
if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id)) refuse(`'${id}' is no id: lower-case words with hyphens between them`);

const plan = KINDS[kind](id);
for (const file of Object.keys(plan.files)) if (existsSync(join(ROOT, file))) refuse(`${file} is there already`);

/** All lines find their place, or nothing is written. */
const edited = new Map();
for (const { file, before, text } of plan.lines) {
  const whole = edited.get(file) ?? readFileSync(join(ROOT, file), 'utf8');
  const found = before.exec(whole);
  if (found === null)
    refuse(`${file} has no line like ${before} any more: scripts/new/templates.mjs needs another place`);
  edited.set(file, whole.slice(0, found.index) + text + whole.slice(found.index));
}

for (const [file, text] of [...Object.entries(plan.files), ...edited]) {
  mkdirSync(dirname(join(ROOT, file)), { recursive: true });
  writeFileSync(join(ROOT, file), text);
  console.log(`wrote ${file}`);
}
console.log(['', 'Next:', ...plan.next.map((line) => `- ${line}`), '- `npm run format`.'].join('\n'));
