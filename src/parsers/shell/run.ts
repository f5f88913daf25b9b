/**
 * Running a script: once for what it says, then once more for each long command, to see whether anybody would notice
 * its failure.
 */
import { always, type Values } from '../../core/choices.ts';
import type { Fact, MaskReason } from '../../model/facts.ts';
import { siteOf } from '../../core/site.ts';
import { LocalImages } from '../../project/local-images.ts';
import type { Failing, Frame, MetLong, Outcome, ShellRun, World } from '../../project/evaluation.ts';
import type { Context } from './context.ts';
import { rangeOf } from './describe.ts';
import { Interpreter } from './interpreter.ts';
import { Session } from './session.ts';
import { State } from './state.ts';
import { join } from './join.ts';
import { atEnd } from './traps.ts';
import { rehearse, type Played, type Rehearsal } from './rehearse.ts';
import { oneOrNone } from '../../core/optional.ts';

/** Long commands rehearsed per script; a script with more is one of a kind. */
const MAX_REHEARSALS = 40;

/** Rehearsals have as much as this many parts of a script that follow. */
const KEPT_FOR_REHEARSALS = 25;

/** Steps one script may take, rehearsals and all that it calls included; long ones take a few thousand. */
const SCRIPT_STEPS = 60_000;

export function runScript(around: World, called: Frame, run: ShellRun): Outcome {
  const { nested } = called;
  if (nested !== undefined && (run.apart !== true || nested.failing !== undefined)) {
    const ends = execute(new Session(around, called, nested.longs, nested.failing), run);
    if (ends.some((one) => one.failed)) nested.reached();
    return outcome(ends);
  }
  const longs = new Map<string, MetLong>();
  const frame = nested === undefined ? called : onItsOwn(called, nested, longs);
  const budget = around.budget.part(SCRIPT_STEPS);
  const world: World = { ...around, budget };
  const machine = { ...frame.machine, builders: new Map(frame.machine.builders), files: new Map(frame.machine.files) };
  const kept = budget.keep(KEPT_FOR_REHEARSALS);
  const result = execute(new Session(world, frame, longs, undefined), run);
  budget.release(kept);
  const endless = budget.refused > 0;
  const rehearsed = [...longs].slice(0, MAX_REHEARSALS);
  let cut = false;
  for (const [index, [key, long]] of rehearsed.entries()) {
    const share = budget.share(rehearsed.length - index);
    let left: ReadonlyMap<string, Values> = new Map();
    const play = (failing: Failing): Played => {
      const session = new Session({ ...world, budget: share }, { ...frame, machine }, longs, failing);
      left = session.machine.files;
      return { ends: execute(session, run), refused: session.world.budget.refused };
    };
    const rehearsal = (one: Failing): Rehearsal => {
      const found = rehearse(play, { ...one, endless, images: new LocalImages(frame.inCi) });
      cut ||= found.cut;
      return found;
    };
    if (long.starts === true) {
      if (frame.fate?.masked === undefined && rehearsal({ key }).noticed)
        for (const origin of long.origins) world.revise?.(origin, watched);
      continue;
    }
    const unseen = (failing: Failing): boolean => {
      const found = rehearsal(failing);
      // What was left out after it failed might have noticed, unless the failure was gone by then.
      return (
        found.unnoticed &&
        (!found.cut || AT_ONCE.has(long.swallowers[0]?.why)) &&
        frame.fate?.isActedOn?.(left) !== true
      );
    };
    const masked = swallowerOf(key, long, unseen) ?? frame.fate?.masked;
    if (masked === undefined) continue;
    const change = (fact: Fact): Fact => (fact.kind === 'deploy' ? { ...fact, masked } : fact);
    for (const origin of long.origins) world.revise?.(origin, change);
  }
  if (budget.hasToSay(0) || cut)
    world.stopped?.(
      siteOf(run.lines, rangeOf(run.script.body), frame.via),
      budget.most,
      endless ? 'steps' : 'rehearsals',
    );
  return outcome(result);
}

/** What calls it sees its status alone, and nothing around it has a say in whether a failure in it is noticed. */
function onItsOwn(frame: Frame, nested: NonNullable<Frame['nested']>, longs: Map<string, MetLong>): Frame {
  return { ...frame, nested: { ...nested, longs, condition: false, swallowers: [], reached: () => undefined } };
}

/** What swallows the command's failure, whenever it runs or the first time only. */
function swallowerOf(
  key: string,
  { swallowers, others: but, varied }: MetLong,
  unseen: (failing: Failing) => boolean,
): MetLong['swallowers'][number] | undefined {
  // Where nothing around it could swallow a failure there is nothing to rehearse.
  if (swallowers.length === 0) return undefined;
  const loop = swallowers.find(isLoop);
  // A loop that does something else in each turn tries nothing again.
  const triesAgain = loop?.why === 'retry falls through' && !varied;
  const others = triesAgain ? swallowers : swallowers.filter((one) => !isLoop(one));
  const next = loop === undefined ? others[0] : { ...loop, why: 'next turn decides' as const };
  if (unseen({ key })) return others[0] ?? next;
  const [inner] = others;
  return varied && unseen({ key, but }) ? (AT_ONCE.has(inner?.why) ? inner : next) : undefined;
}

function isLoop({ why }: MetLong['swallowers'][number]): boolean {
  return why === 'retry falls through' || why === 'next turn decides';
}

/** What swallows a failure where it happens, whatever comes later. */
const AT_ONCE: ReadonlySet<string | undefined> = new Set<MaskReason | undefined>([
  'or true',
  'pipe without pipefail',
  'substitution in declaration',
  'ignored by make',
]);

function watched(fact: Fact): Fact {
  return fact.kind === 'rollout' ? { ...fact, watched: true } : fact;
}

/** All ways in which the script can end. */
function execute(session: Session, run: ShellRun): State[] {
  const { frame } = session;
  const state = new State();
  for (const [name, values] of frame.env) state.assign(name, { kind: 'scalar', values, exported: true });
  state.positional =
    run.openArgs === true
      ? undefined
      : (run.args ?? []).map((values) => ({
          values,
          site: { file: run.lines.file, span: { start: 0, end: 0, line: 1, column: 1, endLine: 1, endColumn: 1 } },
          when: [],
        }));
  state.options = { errexit: run.options.errexit, pipefail: run.options.pipefail, nounset: run.options.nounset };
  state.cwd = frame.cwd;
  state.when = frame.when;
  state.out = run.capture === false ? undefined : always([]);
  const exits: State[] = [];
  const context: Context = {
    code: { lines: run.lines, name: run.name },
    via: frame.via,
    turn: frame.nested?.turn ?? '',
    depth: frame.nested?.depth ?? 0,
    caller: undefined,
    condition: false,
    stdin: undefined,
    hidden: frame.fate?.hidden,
    hiddenErrors: frame.fate?.hiddenErrors,
    limit: frame.fate?.limit,
    swallowers: frame.nested?.swallowers ?? [],
    tolerated: false,
    exits,
    returns: undefined,
    breaks: undefined,
    continues: undefined,
  };
  const interpreter = new Interpreter(session);
  const end = interpreter.list(run.script.body, state, context);
  return [...exits, ...oneOrNone(end)].flatMap((one) => atEnd(interpreter, one, context));
}

function outcome(ends: readonly State[]): Outcome {
  const whole = join(ends, 'end');
  const variables = new Map<string, Values>();
  // Whoever comes after a failure all the same (a later phase) is judged by what is there when all went well.
  const well = ends.filter(({ status }) => status === 0 || status === 'unknown');
  const left = well.length === 0 || well.length === ends.length ? whole : join(well, 'end');
  for (const [name, variable] of left?.scopes[0] ?? [])
    if (variable?.kind === 'scalar') variables.set(name, variable.values);
  return {
    variables,
    cwd: whole?.cwd,
    ...(whole?.out === undefined ? {} : { stdout: whole.out }),
    status: whole === undefined || whole.status === 'unknown' ? 'unknown' : whole.status === 0 ? 'ok' : 'fails',
  };
}
