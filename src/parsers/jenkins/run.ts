/** A Jenkinsfile, as Jenkins runs it: the project is checked out, and the file's statements are followed. */
import { ALWAYS } from '../../core/choices.ts';
import type { World } from '../../project/evaluation.ts';
import { Interpreter } from './interpreter.ts';
import { machineFor } from './machine.ts';
import type { JenkinsReading } from './reading.ts';
import { Scope } from './values.ts';

export function runJenkins(world: World, reading: JenkinsReading): void {
  const interpreter = new Interpreter(world, reading);
  interpreter.run(reading.body, {
    scope: new Scope(),
    environment: new Map(),
    ...machineFor(interpreter, undefined),
    via: [],
    // A pipeline's checkout is the whole project, wherever its file lies.
    cwd: '',
    when: ALWAYS,
    fate: {},
    depth: 0,
  });
}
