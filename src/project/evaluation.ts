/**
 * What every evaluator shares: the readings, the facts being collected, and the circumstances in which something runs.
 */
import type { Budget } from '../core/budget.ts';
import type { Deploy, Driver, Fact, Host } from '../model/facts.ts';
import type { Values, When } from '../core/choices.ts';
import type { Hop, Lines, Range, Site } from '../core/site.ts';
import type { Text } from '../core/text.ts';
import type { PipelineReading } from '../parsers/pipelines/reading.ts';
import type { Reading, Readings } from './readings.ts';
import type { Script } from '../parsers/shell/reading.ts';
import type { ImageUse, LocalImages } from './local-images.ts';

type Stamped = 'run' | 'seq' | 'when' | 'origin';
type Loose<T> = T extends Fact ? Omit<T, Stamped> & Partial<Pick<T, 'when' | 'origin'>> : never;
/** A fact before it is stamped with its run, its turn and the choices under which it holds. */
export type NewFact = Loose<Fact>;

export interface World {
  readonly readings: Readings;
  /** The commands whose meaning is known, by name. */
  readonly commands: ReadonlyMap<string, CommandHandler>;
  /** Variable bindings from the configuration (`stage: [dev1, staging, prod]`). */
  readonly bindings: ReadonlyMap<string, readonly string[]>;
  /** Stamps and collects. `origin` defaults to kind + site + the way in. */
  emit(fact: NewFact, frame: Frame): void;
  /** Changes facts already emitted under this origin: what a rehearsal found out about them. */
  revise?(origin: string, change: (fact: Fact) => Fact): void;
  /** Steps of the entry at hand: what lies beyond them is not evaluated, and so not judged. */
  readonly budget: Budget;
  /** A budget of so many steps ended here. What comes after it may go on. */
  stopped?(site: Site, most: number, what?: 'steps' | 'rehearsals'): void;
  readonly calls: Calls;
  /** Readings some caller evaluated, so that they aren't evaluated on their own as well. */
  readonly called: Set<string>;
}

/** A machine of somebody else's making that runs a buildspec: what it is, and what it hands over. */
export interface Runner {
  /** Identity of what runs. */
  readonly run: string;
  readonly via: readonly Hop[];
  readonly host: Host;
  readonly limit?: NonNullable<Fate['limit']>;
  readonly variables: ReadonlyMap<string, Values>;
  readonly when: When;
}

/** What one language asks of another, beside the commands of scripts: by its name, so that neither imports what the other means. */
export interface Calls {
  pipeline(world: World, reading: PipelineReading, runner: Runner): void;
  /** A Kubernetes manifest that a command applies. */
  manifest(world: World, frame: Frame, text: Text, applied: Site): void;
  /** Does a module's provisioner name this file? */
  provisions(world: World): (file: string) => boolean;
}

/**
 * Lets one entry point have its turn; `given` is what it gets from elsewhere. Whoever evaluates again and again (an
 * editor) may answer from what an earlier turn found.
 */
export type Take = (reading: Reading, turn: (world: World) => void, given?: string) => void;

/**
 * The machine a run happens on. It is mutable: `buildx create --use` or a set-up action in one step holds for the next.
 */
export interface Machine {
  readonly host: Host;
  /** The current buildx builder's driver. */
  driver: Driver;
  /**
   * `docker buildx install`: plain `docker build` uses the current buildx builder too; otherwise it always uses the
   * engine's own.
   */
  buildxInstalled?: boolean;
  /** Named builders, by name. */
  readonly builders: Map<string, Driver>;
  emulation: 'set up' | 'not set up' | 'unknown';
  /** Files whose content an evaluated step wrote and later steps may read, by project-relative or absolute path. */
  readonly files: Map<string, Values>;
}

export type Environment = ReadonlyMap<string, Values>;

/** The circumstances an execution starts in. */
export interface Frame {
  /** Identity of the run: all that happens on one machine from one entry point. */
  readonly run: string;
  readonly via: readonly Hop[];
  readonly env: Environment;
  /** Project-relative folder (`''` is the root); undefined when it can't be told. */
  readonly cwd: string | undefined;
  readonly machine: Machine;
  readonly inCi: boolean;
  readonly when: When;
  /** Is the environment all there is (a workflow job), or may the user's own add to it (a script run by hand)? */
  readonly openEnvironment: boolean;
  /** The step of somebody else's making whose commands these are: nobody here can word them otherwise. */
  readonly madeBy?: string;
  /** For the shell interpreter's own use, when one of its commands leads back to it (make, npm run). */
  readonly nested?: Nested;
  /**
   * What the callers do with the exit status and output of everything inside; filled by evaluators, read by the shell.
   */
  readonly fate?: Fate;
}

/** A long command that ran, and what around it could swallow its failure, innermost first. */
export interface MetLong {
  readonly origins: Set<string>;
  readonly swallowers: readonly NonNullable<Deploy['masked']>[];
  /** Its words when it was first met. */
  readonly words: string;
  /** The turns of loops and calls in which it was met with those words, and with others alone. */
  readonly same: Set<string>;
  readonly others: Set<string>;
  /**
   * It was met again with other words, or stands in a loop that goes on to others: it may fail once and work the next
   * time.
   */
  readonly varied: boolean;
  /** It only starts something: the command works, and whether it worked shows later. */
  readonly starts?: true;
}

/**
 * The command that a rehearsal lets fail: by its place, and in all turns but these where what is to fail is the first of
 * several things. Another attempt at the same thing fails as well.
 */
export interface Failing {
  readonly key: string;
  readonly but?: ReadonlySet<string>;
  /** It makes what it is about, so that there is nothing to look at where it failed. */
  creates?: boolean;
  /** What it started stopped without having run. */
  stopped?: boolean;
  /** What the machine has of images. */
  readonly images?: LocalImages;
  /** The run itself had too few steps. */
  readonly endless?: boolean;
  /** The choices under which it failed. */
  when?: When;
  /** After it failed, variables came from a text that nobody has read. */
  sourced?: boolean;
  /** Refusals of the budget before it failed: what was left out by then could not have noticed. */
  refused?: number;
}

/** How deep we are, which command a rehearsal lets fail, and which call or loop turn this is. */
interface Nested {
  readonly depth: number;
  readonly failing: Failing | undefined;
  readonly turn: string;
  /** Long commands met so far, for rehearsing their failure once the run is through. */
  readonly longs: Map<string, MetLong>;
  /** Does the caller act on the exit status (a condition, an `||`)? Then errexit does not hold inside. */
  readonly condition: boolean;
  readonly swallowers: readonly NonNullable<Deploy['masked']>[];
  /** In a rehearsal: the failing command was met inside. */
  readonly reached: () => void;
}

/**
 * What happens to a command's output and status outside the script at hand (`make` ignoring errors,
 * `continue-on-error`, a pipe around a script).
 */
export interface Fate {
  readonly hidden?: NonNullable<Deploy['hidden']>;
  readonly hiddenErrors?: NonNullable<Deploy['hidden']>;
  readonly masked?: NonNullable<Deploy['masked']>;
  readonly limit?: NonNullable<Deploy['limit']>;
  /** A failure that ends nothing may leave its mark in files: does whoever reads them later act on it? */
  readonly isActedOn?: (files: ReadonlyMap<string, Values>) => boolean;
}

/** How a script's text is run. */
export interface ShellOptions {
  readonly interpreter: string;
  readonly errexit: boolean;
  readonly pipefail: boolean;
  readonly nounset: boolean;
}

export interface ShellRun {
  readonly script: Script;
  /** Identity of the script's text for scoping names, usually its file. */
  readonly name: string;
  readonly lines: Lines;
  readonly options: ShellOptions;
  readonly args?: readonly Values[];
  /** Positional parameters are whatever a user may pass (a script nobody calls). */
  readonly openArgs?: boolean;
  /** Does anybody look at its output? Yes, unless said otherwise. */
  readonly capture?: boolean;
  /** Whoever runs it goes by its exit status alone, be it that a script called that in turn. */
  readonly apart?: true;
}

export interface Outcome {
  /** Standard output, when all of it is known. */
  readonly stdout?: Values;
  /** Exported and plain variables at the end, for `source` and for callers that look. */
  readonly variables: ReadonlyMap<string, Values>;
  readonly status: 'ok' | 'fails' | 'unknown';
  /** Where it left the shell, for pipelines that keep one shell over several texts. */
  readonly cwd: string | undefined;
}

// ── commands ────────────────────────────────────────────────────────────────────────────────────

/** One word of a command line, expanded under one set of choices. */
export interface Arg {
  readonly text: Text;
  /**
   * Where the word stands: in the script at hand, or where an array element or variable that supplied it was written.
   */
  readonly site: Site;
  readonly range: Range;
}

/** A command about to run, with everything its handler may ask. Alternatives of a command are handled one at a time. */
export interface Invocation {
  readonly name: string;
  readonly args: readonly Arg[];
  /** The whole simple command. */
  readonly site: Site;
  readonly nameSite: Site;
  readonly world: World;
  readonly frame: Frame;
  /**
   * Variables the command sees, prefix assignments included; undefined when unset. An unknown variable is a Text with a
   * hole.
   */
  env(name: string): Text | undefined;
  /** What is piped or redirected into it, when known. */
  readonly stdin: Text | undefined;
  /** The content of a file, if a step or the project supplies it. */
  file(path: string): Text | undefined;
  /**
   * Joins a path argument to the working directory: project-relative, or undefined when it can't be told or leaves the
   * project.
   */
  path(text: Text): string | undefined;
  /** Stamps and emits; `site` defaults to the whole command. */
  emit(fact: NewFact): void;
  /** For wrappers (`sudo`, `timeout 300`, `npx`, `env X=1`, `xargs`): runs the inner command in the same place. */
  run(
    args: readonly Arg[],
    change?: { limit?: Fate['limit']; env?: ReadonlyMap<string, Text>; cwd?: string; name?: string },
  ): CommandResult;
  /** Runs a piece of shell text known as a whole (`sh -c "…"`, `eval`). */
  shell(text: Text, options?: Partial<ShellOptions> & { args?: readonly Arg[] }): CommandResult;
}

export interface CommandResult extends ImageUse {
  readonly stdout?: Text;
  readonly status?: 'ok' | 'fails' | 'unknown';
  /** Where a script ends well on some ways and with an error on others: the latter. */
  readonly failures?: readonly When[];
  /**
   * The command takes long and matters: the interpreter adds what happens to its output and status, and emits a Deploy
   * fact.
   */
  readonly long?: LongCommand | undefined;
  /** It starts what may come to nothing later: the origin of the fact that says so. */
  readonly starts?: string;
  /** As with a command that nobody knows: a blind spot. */
  readonly notUnderstood?: true;
}

export interface LongCommand {
  readonly what: Deploy['what'];
  readonly label: string;
  readonly unconfirmed?: Deploy['unconfirmed'];
  /** An option of its own has it succeed whatever happens. */
  readonly ignores?: { readonly by: string; readonly site: Site };
  /**
   * Itself prints nothing on the way (`docker build -q`, what only begins the work): for silence about hidden output.
   */
  readonly quiet?: boolean;
  /** It shows how it goes on standard error. */
  readonly onErrors?: boolean;
  readonly unlocked?: true;
}

export type CommandHandler = (invocation: Invocation) => CommandResult;
