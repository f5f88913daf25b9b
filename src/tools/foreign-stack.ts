/**
 * A program of somebody's own that is given a template of the project and values for its parameters: whatever else it
 * does, it deploys that.
 */
import type { Values } from '../core/choices.ts';
import { always } from '../core/choices.ts';
import { judged } from '../core/sealed.ts';
import type { Text } from '../core/text.ts';
import { section, type TemplateReading } from '../parsers/cloudformation/reading.ts';
import type { Invocation } from '../project/evaluation.ts';
import { evaluateStack } from './stacks.ts';
import { cut, head } from './texts.ts';
import { defined } from '../core/optional.ts';

export function evaluateForeignStack(invocation: Invocation, label: string): void {
  const words = invocation.args.map(({ text }) => (head(text).startsWith('--') ? (cut(text, '=')?.[1] ?? text) : text));
  const template = words.map((text) => templateAt(invocation, text)).find((one) => one !== undefined);
  if (template === undefined) return;
  const values = new Map<string, Values>();
  for (const { text } of invocation.args)
    for (const [name, value] of assignments(text, template)) values.set(name, always(value));
  if (values.size === 0) return;
  const at = invocation.args.findIndex(({ text }) => /^--?stack[-_]?name$/i.test(judged(text) ?? ''));
  const stackName = at === -1 ? undefined : invocation.args[at + 1]?.text;
  evaluateStack(invocation, {
    file: template.file,
    label,
    parameters: { values, open: true },
    ...defined({ stackName }),
  });
}

function templateAt({ world, path }: Invocation, text: Text): TemplateReading | undefined {
  const plain = judged(text);
  if (plain === undefined || !/\.(?:ya?ml|json|template|tmpl|cfn)$/.test(plain)) return undefined;
  const file = path(text);
  const reading = file === undefined ? undefined : world.readings.get(file);
  return reading?.kind === 'template' ? reading : undefined;
}

/** `Image=…`, or `--parameters=Image=…`, where the template declares `Image`. */
function assignments(text: Text, template: TemplateReading): [string, Text][] {
  const declared = section(template, 'Parameters');
  const pair = cut(text, '=');
  const name = judged(pair?.[0]);
  if (pair === undefined || name === undefined) return [];
  return Object.hasOwn(declared, name)
    ? [[name, pair[1]]]
    : name.startsWith('--')
      ? assignments(pair[1], template)
      : [];
}
