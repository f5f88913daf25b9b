/** Each cloud assembly: its templates are judged with what it knows about them. */
import { byHand, type Entries } from '../../project/entries.ts';
import { evaluateAssembly, toolkitOf } from './run.ts';

export const entries: Entries = {
  priority: 100,
  because: 'what a synthesized stack says of its own templates is more than they say themselves',
  run(world, take) {
    const toolkit = toolkitOf(world.readings);
    for (const reading of world.readings.ofKind('assembly'))
      take(reading, (own) => evaluateAssembly(own, reading, byHand(reading.file, ''), toolkit), toolkit);
  },
};
