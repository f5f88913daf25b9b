/**
 * The library's objects: every `new`, call and method on them is recorded with its arguments as they were at that
 * moment.
 */
import { show } from '../../core/text.ts';
import type { CdkObject, CdkSingle, CdkSource, CdkValue } from './reading.ts';
import type { Run } from './interpreter/run.ts';
import {
  identity,
  importName,
  memberPath,
  one,
  textOf,
  type LibraryObject,
  type Single,
  type Value,
} from './interpreter/values.ts';
import { view } from './interpreter/alternatives.ts';
import { defined } from '../../core/optional.ts';

/** Where and how a construct is written. */
export interface MadeHere {
  readonly label: string;
  readonly source: CdkSource;
  readonly whole: CdkSource;
  readonly written?: { readonly scope: string; readonly id: string };
  readonly className?: string;
}

export interface Made {
  readonly how: CdkObject['how'];
  readonly module: string;
  readonly name: string;
  readonly target?: Single;
  readonly args: readonly Value[];
  readonly source: CdkSource;
  readonly whole: CdkSource;
  readonly written?: { readonly scope: string; readonly id: string };
  readonly className?: string;
}

const MAX_OBJECTS = 20_000;

export function record(run: Run, made: Made): LibraryObject {
  const args = made.args.map((arg) => view(arg, run.when));
  const { left } = run.budget;
  const scope = made.how === 'new' || made.how === 'call' ? libraryOf(args[0]) : undefined;
  const id = run.library.length;
  const path = made.how === 'new' || made.how === 'call' ? pathOf(args, scope, made) : '';
  const object: LibraryObject = {
    kind: 'library',
    id,
    entry: run.entry,
    module: made.module,
    name: made.name,
    how: made.how,
    args,
    path,
    ...defined({ scope, target: made.target }),
  };
  run.library.push(object);
  if (made.how === 'new' && /(?:^|\.)CfnOutput$/.test(made.name)) noteExport(run, args[2]);
  if (run.objects.length >= MAX_OBJECTS || left === 0) return object;
  const budget = { left: Math.min(4_000, left) };
  const granted = budget.left;
  run.objects.push({
    id,
    how: made.how,
    module: made.module,
    name: made.name,
    path,
    args: args.map((arg) => snapshot(arg, budget)),
    source: made.source,
    whole: made.whole,
    via: run.via,
    when: run.when,
    ...(made.target === undefined ? {} : { target: snapshotSingle(made.target, budget, 0) }),
    ...(scope === undefined ? {} : { scope: scope.id }),
    ...defined({ className: made.className, written: made.written }),
    ...(run.unmade ? { unmade: true as const } : {}),
  });
  // Large props that are handed to thousands of constructs are as large each time.
  run.budget.spend((granted - budget.left) >> 3);
  return object;
}

/** `new CfnOutput(this, 'Name', { value, exportName })`: stacks that are made later may import it. */
function noteExport(run: Run, props: Value | undefined): void {
  for (const { value: given } of props ?? []) {
    if (given.kind !== 'object') continue;
    const value = given.entries.get('value')?.value;
    const names = given.entries.get('exportName')?.value ?? [];
    const sure = run.when.length === 0 && !run.unmade && props?.length === 1 && names.length === 1;
    for (const { value: single } of names) {
      if (single.kind !== 'text' && single.kind !== 'unknown') continue;
      const name = importName(single);
      run.exports.set(name, sure && !run.exports.has(name) ? value : undefined);
    }
  }
}

export function libraryOf(value: Value | undefined): LibraryObject | undefined {
  const single = value?.find(
    (alt) => alt.value.kind === 'object' || alt.value.kind === 'library' || alt.value.kind === 'member',
  )?.value;
  if (single?.kind === 'object') return single.library;
  if (single?.kind === 'member') return memberPath(single).object;
  return single?.kind === 'library' ? single : undefined;
}

/** `Stage/ApiStack/Image`. Constructs are told by their `(scope, id)`; an unknown scope adds nothing. */
function pathOf(args: readonly Value[], scope: LibraryObject | undefined, made: Made): string {
  const id = args[1]?.[0]?.value;
  const first = args[0]?.[0]?.value;
  if (
    id === undefined ||
    (id.kind !== 'text' && id.kind !== 'unknown') ||
    (scope === undefined && first?.kind !== 'unknown')
  )
    return '';
  const root = id.kind === 'unknown' && made.className !== undefined;
  const own = root ? made.className! : show(textOf(id));
  return scope === undefined || scope.path === '' ? own : `${scope.path}/${own}`;
}

// ── plain data ─────────────────────────────────────────────────────────────────────────────────

const MAX_SNAPSHOT_DEPTH = 14;
interface Budget {
  left: number;
}

function snapshot(value: Value, budget: Budget, depth = 0): CdkValue {
  return value.map((alt) => {
    const single = snapshotSingle(alt.value, budget, depth);
    return {
      value: single,
      when: alt.when,
      ...defined({ source: alt.source, tag: alt.tag }),
    };
  });
}

function snapshotSingle(value: Single, budget: Budget, depth: number): CdkSingle {
  if (--budget.left < 0 || depth > MAX_SNAPSHOT_DEPTH) return { kind: 'unknown', name: '…', nature: 'unknown' };
  switch (value.kind) {
    case 'text':
      return { kind: 'text', text: value.text };
    case 'literal':
      return value.value !== undefined
        ? { kind: 'literal', value: value.value }
        : value.absent === true
          ? { kind: 'undefined', absent: true }
          : { kind: 'undefined' };
    case 'unknown':
      return { kind: 'unknown', name: identity(value), nature: value.nature };
    case 'symbol':
      return { kind: 'symbol', module: value.module, path: value.path };
    case 'library':
      return { kind: 'ref', id: value.id };
    case 'member':
      return { kind: 'member', of: snapshotSingle(value.of, budget, depth + 1), name: value.name };
    case 'list':
      return {
        kind: 'list',
        items: value.items.map((item) =>
          snapshot(item ?? one({ kind: 'literal', value: undefined }), budget, depth + 1),
        ),
        open: value.open,
      };
    case 'object': {
      if (value.library !== undefined) return { kind: 'ref', id: value.library.id };
      const entries =
        value.cls !== undefined && depth > 2
          ? []
          : [...value.entries].map(([key, entry]) => ({
              key,
              value: snapshot(entry.value, budget, depth + 1),
              ...defined({ keySource: entry.keySource, valueSource: entry.valueSource }),
            }));
      return {
        kind: 'object',
        entries,
        ...(value.open === undefined ? {} : { open: identity(value.open) }),
        ...(value.cls === undefined ? {} : { className: value.cls.name }),
      };
    }
    case 'regex':
      return { kind: 'text', text: textOf(value) };
    case 'function':
    case 'class':
      return { kind: 'unknown', name: value.name === '' ? 'function' : value.name, nature: 'unknown' };
  }
}
