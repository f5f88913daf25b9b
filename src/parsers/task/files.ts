/** Where a Taskfile stands, and the files that it includes. */
import type { World } from '../../project/evaluation.ts';
import { dirname, joinPath } from '../../project/paths.ts';
import type { TaskfileReading } from './reading.ts';
import type { TaskRequest } from './run.ts';

const NAMES = [
  'Taskfile.yml',
  'taskfile.yml',
  'Taskfile.yaml',
  'taskfile.yaml',
  'Taskfile.dist.yml',
  'taskfile.dist.yml',
  'Taskfile.dist.yaml',
  'taskfile.dist.yaml',
];

export function taskfileFor(world: World, { folder, file }: TaskRequest): TaskfileReading | undefined {
  if (file !== undefined)
    return (
      taskfileAt(world, file) ??
      NAMES.map((name) => taskfileAt(world, `${file}/${name}`)).find((one) => one !== undefined)
    );
  for (let at = folder; ; at = dirname(at)) {
    for (const name of NAMES) {
      const reading = taskfileAt(world, at === '' ? name : `${at}/${name}`);
      if (reading !== undefined) return reading;
    }
    if (at === '') return undefined;
  }
}

function taskfileAt(world: World, file: string): TaskfileReading | undefined {
  const reading = world.readings.get(file);
  return reading?.kind === 'taskfile' ? reading : undefined;
}

export function withIncludes(
  world: World,
  main: TaskfileReading,
): { reading: TaskfileReading; prefix: string; folder: string }[] {
  const found = [{ reading: main, prefix: '', folder: dirname(main.file) }];
  for (let index = 0; index < found.length && found.length < 50; index++) {
    const { reading, prefix } = found[index]!;
    for (const one of reading.includes) {
      const path = joinPath(dirname(reading.file), one.file);
      if (path === undefined) continue;
      const included = [path, ...NAMES.map((name) => (path === '' ? name : `${path}/${name}`))]
        .map((file) => taskfileAt(world, file))
        .find((file) => file !== undefined);
      if (included === undefined || found.some((other) => other.reading === included)) continue;
      world.called.add(included.file);
      // Without `dir` an included file's commands run where the including one's do.
      const folder =
        one.dir === undefined
          ? dirname(main.file)
          : (joinPath(dirname(reading.file), one.dir) ?? dirname(included.file));
      found.push({ reading: included, prefix: one.flatten ? prefix : `${prefix}${one.namespace}:`, folder });
    }
  }
  return found;
}
