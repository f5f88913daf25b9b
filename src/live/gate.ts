/**
 * One gate before each service of an account in a region. Where AWS throttles, fewer calls at a time go through, and
 * more again as they succeed; a call that waits to be tried again holds nobody up. So throttling costs what waiting
 * costs, and a call is lost only where none of its kind comes through, nor another that was throttled.
 */
import type { __Client, STSClientResolvedConfig, ServiceOutputTypes } from '@aws-sdk/client-sts';
import { isThrottled } from './failure.ts';

/** A client's stack, whichever service's it is. */
export type StackOf<Input extends object, Output extends ServiceOutputTypes> = __Client<
  NonNullable<Parameters<STSClientResolvedConfig['requestHandler']['handle']>[1]>,
  Input,
  Output,
  STSClientResolvedConfig
>['middlewareStack'];

/** Wide open: more than anything here asks for at one time. */
const OPEN = 64;
/** So often the SDK's retries start anew, as long as others come through. */
const ROUNDS = 3;
/** Milliseconds between two rounds, on average. */
const PAUSE = 1_000;

export class Gate {
  #limit = OPEN;
  #underWay = 0;
  #cuts = 0;
  readonly #waiting: (() => void)[] = [];

  /** Runs one attempt when there is room for it. */
  async pass<T>(attempt: () => Promise<T>): Promise<T> {
    while (this.#underWay >= Math.floor(this.#limit)) await new Promise<void>((done) => this.#waiting.push(done));
    const cuts = this.#cuts;
    this.#underWay++;
    try {
      const value = await attempt();
      this.#limit = Math.min(OPEN, this.#limit + 1 / this.#limit);
      return value;
    } catch (error) {
      // Those that were under way when it was narrowed say nothing new.
      if (isThrottled(error) && cuts === this.#cuts) this.#narrow();
      throw error;
    } finally {
      this.#underWay--;
      this.#wake();
    }
  }

  /** Nobody waits any more: what is stopped is stopped by its signal. */
  open(): void {
    this.#limit = Infinity;
    this.#wake();
  }

  #narrow(): void {
    this.#cuts++;
    this.#limit = Math.max(1, Math.min(this.#limit, this.#underWay) / 2);
  }

  #wake(): void {
    for (let room = Math.floor(this.#limit) - this.#underWay; room > 0 && this.#waiting.length > 0; room--)
      this.#waiting.shift()?.();
  }
}

/** Runs in which a call came through that had been refused before: there, throttling passes. */
const passing = new WeakSet<AbortSignal>();

/** The SDK's own retries stand where somebody set their mode or number. */
export function paced<T, Input extends object, Output extends ServiceOutputTypes>(
  client: T & { readonly middlewareStack: StackOf<Input, Output> },
  signal: AbortSignal,
): T {
  if (process.env['AWS_RETRY_MODE'] !== undefined) return client;
  const gate = new Gate();
  signal.addEventListener('abort', () => gate.open());
  client.middlewareStack.add((next) => (step) => gate.pass(() => next(step)), {
    step: 'finalizeRequest',
    priority: 'low',
    name: 'plimsollGate',
  });
  if (process.env['AWS_MAX_ATTEMPTS'] !== undefined) return client;
  const succeeded = new Map<string, number>();
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (step) => {
        for (let round = 1; ; round++) {
          const before = succeeded.get(commandName) ?? 0;
          try {
            const result = await next(step);
            succeeded.set(commandName, (succeeded.get(commandName) ?? 0) + 1);
            if ((result.output.$metadata.attempts ?? 1) > 1) passing.add(signal);
            return result;
          } catch (error) {
            // The only call of its kind has no others to judge by.
            const others = passing.has(signal) || (succeeded.get(commandName) ?? 0) > before;
            if (round === ROUNDS || !others || signal.aborted || !isThrottled(error)) throw error;
            await new Promise((done) => setTimeout(done, PAUSE * (0.5 + Math.random())));
          }
        }
      },
    { step: 'build', priority: 'low', name: 'plimsollRounds' },
  );
  return client;
}
