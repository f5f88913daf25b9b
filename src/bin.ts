#!/usr/bin/env node
// Whatever Node runs this must understand it, so as to say that it is too old: nothing newer than import() stands here,
// and nothing is loaded before that is clear.
const running = process.versions.node.split('.').map(Number);
const OLDEST = [20, 19];

if (running[0]! > OLDEST[0]! || (running[0] === OLDEST[0] && running[1]! >= OLDEST[1]!)) {
  import('./start.ts').then(({ start }) => start(process.argv.slice(2)));
} else {
  process.stderr.write(
    `plimsoll: Node.js ${OLDEST.join('.')} or later is needed, and this is ${process.versions.node}\n`,
  );
  process.exitCode = 2;
}
