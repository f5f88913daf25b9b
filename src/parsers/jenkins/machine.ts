/** The machine that a label stands for: one for each label, as images stay on it. */
import { cpuNamed, machineOn } from '../../project/machines.ts';
import type { Machine } from '../../project/evaluation.ts';
import type { Interpreter } from './interpreter.ts';
import { defined } from '../../core/optional.ts';
import type { Here } from './here.ts';

const machines = new WeakMap<Interpreter, Map<string, Machine>>();

export function machineFor(interpreter: Interpreter, label: string | undefined): Pick<Here, 'machine' | 'run'> {
  const of = machines.get(interpreter) ?? new Map<string, Machine>();
  machines.set(interpreter, of);
  const key = label ?? '';
  // `linux && !arm64`; of `a || b` nobody knows which.
  const said = key.includes('||') ? '' : key.replace(/!\s*\S+/g, '');
  const found = of.get(key) ?? machineOn({ kind: 'ci', ...defined({ cpu: cpuNamed(said), label }) });
  of.set(key, found);
  return { machine: found, run: `${interpreter.reading.file}#${key}` };
}
