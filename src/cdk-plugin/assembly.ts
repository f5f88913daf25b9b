/**
 * A cloud assembly that has just been synthesized, read from disk and judged by itself: what the project's scripts do
 * is `plimsoll check`'s to tell.
 */
import { basename, dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { applySuppressions } from '../config/suppress.ts';
import { inOrder, judge, type Unmarked } from '../engine/judge.ts';
import { evaluate } from '../engine/evaluate.ts';
import { hasEntry } from '../files/boundary.ts';
import { openDoor, type Door } from '../files/door.ts';
import type { Fact } from '../model/facts.ts';
import { link } from '../model/link.ts';
import { readAssembly, type AssemblyReading } from '../parsers/assembly/read.ts';
import type { TemplateReading } from '../parsers/cloudformation/reading.ts';
import type { Kind, Reading, Readings } from '../project/readings.ts';
import { RULES } from '../rules/registry.ts';

export interface Judged {
  readonly assembly: AssemblyReading;
  readonly templates: readonly TemplateReading[];
  readonly facts: readonly Fact[];
  readonly findings: readonly Unmarked[];
  /** The folder that paths in findings start from. */
  readonly base: string;
}

export function judgeAssembly(templatePath: string, config: Config, today: string): Judged | undefined {
  const folder = outermost(dirname(templatePath));
  if (folder === undefined) return undefined;
  const base = dirname(folder);
  const door = openDoor(base);
  const assembly = readAssembly(basename(folder), { read: door.text, exists: door.exists });
  const readings = readingsOf(assembly, door);
  const facts = evaluate({ readings, bindings: new Map(Object.entries(config.variables)) });
  const templates = assembly.stacks.flatMap((stack) => [stack.template, ...Object.values(stack.nested)]);
  const found = judge(link(facts), RULES, { config });
  const ids = new Set(RULES.map((rule) => rule.id));
  const { kept } = applySuppressions({
    findings: found,
    suppressions: templates.flatMap((base) => base.suppressions.map((suppression) => ({ base, suppression }))),
    ruleId: (name) => RULES.find((rule) => rule.id === name || rule.aliases?.includes(name) === true)?.id,
    ran: (id) => ids.has(id),
    nearest: () => undefined,
    requireReasons: config.requireReasons ?? false,
    today,
  });
  return {
    assembly,
    templates,
    facts,
    findings: inOrder(kept.filter((one) => one.confidence !== 'possible' || config.pedantic === true)),
    base,
  };
}

/** Stages synthesize into folders of their app's; images of both lie in the outer one. */
function outermost(folder: string): string | undefined {
  if (!hasEntry(folder, 'manifest.json')) return undefined;
  const outer = dirname(folder);
  return basename(folder).startsWith('assembly-') ? (outermost(outer) ?? folder) : folder;
}

function readingsOf(assembly: AssemblyReading, door: Door): Readings {
  const dockerfiles = assembly.images.flatMap((image) => (image.staged === undefined ? [] : [image.staged.reading]));
  const readings: readonly Reading[] = [assembly, ...dockerfiles];
  const byFile = new Map(readings.map((one) => [one.file, one]));
  const inAssembly = (path: string): boolean =>
    path.startsWith(`${assembly.folder}/`) && !path.split('/').includes('..');
  return {
    get: (file) => byFile.get(file),
    ofKind: <K extends Kind>(kind: K) =>
      readings.filter((one): one is Extract<Reading, { kind: K }> => one.kind === kind),
    // The source is left out, so that findings stand at resources, which the toolkit leads back to constructs itself.
    exists: (path) => inAssembly(path) && door.exists(path),
    text: (file) => (inAssembly(file) && door.look(file).kind === 'file' ? door.text(file) : undefined),
  };
}
