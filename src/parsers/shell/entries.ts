/** Each script that nothing calls. */
import type { World, Take } from '../../project/evaluation.ts';
import { byHand, type Entries } from '../../project/entries.ts';
import { homeOf, inCallOrder } from './homes.ts';
import { isInert } from './inert.ts';
import type { ShellReading } from './reading.ts';
import { runScript } from './run.ts';
import { optionsOf } from './scripts.ts';

export const entries: Entries = {
  priority: 70,
  because: 'what CI, make and npm call is no entry, and scripts apply modules',
  run: (world, take) => runAlone(world, take, (provisions, file) => !provisions(file)),
};

/** What is typed at a prompt: nobody calls it, and what it calls is no entry. */
export const typed: Entries = {
  priority: 2,
  because: 'whoever types a command says how the scripts that it calls are called',
  run: (world, take) => {
    for (const reading of world.readings.ofKind('shell'))
      if (reading.typed !== undefined) take(reading, (own) => runTyped(own, reading, reading.typed));
  },
};

export const provisioned: Entries = {
  priority: 90,
  because: "modules' provisioners call these, with what the module knows",
  run: (world, take) => runAlone(world, take, (provisions, file) => provisions(file)),
};

function runAlone(
  world: World,
  take: Take,
  among: (provisions: (file: string) => boolean, file: string) => boolean,
): void {
  const provisions = world.calls.provisions(world);
  for (const reading of inCallOrder(world.readings.ofKind('shell')))
    if (reading.typed === undefined && among(provisions, reading.file) && !world.called.has(reading.file))
      take(reading, (own) => {
        if (!isInert(reading, own.commands)) runByHand(own, reading);
      });
}

/** A prompt has no arguments, and goes on after a failure. */
function runTyped(world: World, reading: ShellReading, folder: string | undefined): void {
  runScript(world, byHand(reading.file, folder), {
    script: reading.script,
    name: reading.file,
    lines: reading.lines,
    options: { interpreter: reading.interpreter, ...optionsOf([]) },
    capture: false,
  });
}

function runByHand(world: World, reading: ShellReading): void {
  runScript(world, byHand(reading.file, homeOf(reading, world.readings)), {
    script: reading.script,
    name: reading.file,
    lines: reading.lines,
    options: { interpreter: reading.interpreter, ...optionsOf(reading.options) },
    openArgs: true,
    capture: false,
  });
}
