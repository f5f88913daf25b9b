/** Asks the worker and waits for it: ESLint's rules are synchronous, the engine isn't. */
import { existsSync } from 'node:fs';
import { MessageChannel, Worker, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { newKnown, type Known } from './known.ts';
import { ANSWERS, CHANGES, type Answer, type Inquiry, type Question, type WorkerData } from './protocol.ts';

/** In an editor no keystroke is held up for longer; what isn't known by then shows with the next one. */
const EDITOR_WAIT_MS = 50;

interface Engine {
  readonly worker: Worker;
  readonly answers: MessagePort;
  readonly signal: Int32Array;
  readonly known: Known;
}

/** A question on its way. */
export interface Asked {
  readonly id: number;
  readonly file: string;
  readonly until: number;
  /** Known without asking. */
  readonly answer?: Answer;
}

let engine: Engine | undefined;
let asked = 0;
/** The last answer about each file, for when the next one is late. */
const last = new Map<string, Answer>();
const MOST_ANSWERS = 200;

/** `wait`: milliseconds from now that the answer is waited for. */
export function ask(question: Omit<Question, 'id'>, wait: number): Asked {
  const { worker, known } = (engine ??= start());
  const id = ++asked;
  const about = { id, file: question.file, until: performance.now() + wait };
  // Somebody who lints everything once waits for each answer; an editor has unsaved texts everywhere.
  if (wait === Number.POSITIVE_INFINITY && known.isClean(question))
    return { ...about, answer: { id, file: question.file, problems: [] } };
  worker.postMessage({ ...question, id } satisfies Inquiry);
  return about;
}

export function answerTo({ id, file, until, answer }: Asked): Answer {
  if (answer !== undefined) return answer;
  const { answers, signal, known } = (engine ??= start());
  for (;;) {
    const seen = Atomics.load(signal, ANSWERS);
    const found = received(answers, id, known);
    if (found !== undefined) return found;
    const left = until - performance.now();
    if (left <= 0) return last.get(file) ?? { id, file, problems: [] };
    Atomics.wait(signal, ANSWERS, seen, Math.min(left, 2 ** 30));
  }
}

/** Answers that came too late for an earlier question are kept as the last about their file. */
function received(answers: MessagePort, id: number, known: Known): Answer | undefined {
  for (let message = receiveMessageOnPort(answers); message !== undefined; message = receiveMessageOnPort(answers)) {
    const answer: Answer = message.message;
    if (answer.notice !== undefined) process.stderr.write(`eslint-plugin-plimsoll: ${answer.notice}\n`);
    known.learn(answer);
    last.delete(answer.file);
    last.set(answer.file, answer);
    for (const oldest of last.keys()) {
      if (last.size <= MOST_ANSWERS) break;
      last.delete(oldest);
    }
    if (answer.id === id) return answer;
  }
  return undefined;
}

function start(): Engine {
  const script = new URL('./worker.js', import.meta.url);
  if (!existsSync(script)) throw new Error(`plimsoll: ${script.pathname} is missing; the plug-in is not built`);
  const signal = new SharedArrayBuffer(8);
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(script, {
    workerData: { signal, answers: port2 } satisfies WorkerData,
    transferList: [port2],
  });
  // Neither keeps ESLint from ending.
  worker.unref();
  port1.unref();
  const view = new Int32Array(signal);
  return { worker, answers: port1, signal: view, known: newKnown(() => Atomics.load(view, CHANGES)) };
}

/**
 * Has the project around the working directory read while ESLint is still busy with its own configuration and the first
 * file's parser.
 */
export function prepare(cwd = process.cwd(), argv: readonly string[] = process.argv): void {
  if (!isCommandLine(argv)) return;
  engine ??= start();
  engine.worker.postMessage({ prepare: cwd } satisfies Inquiry);
}

/** Milliseconds; without end where ESLint runs once, and whoever waits for it wants all there is. */
export function waitFor(setting: unknown, argv: readonly string[] = process.argv): number {
  if (typeof setting === 'number' && setting >= 0) return setting;
  return inEditor(argv) ? EDITOR_WAIT_MS : Number.POSITIVE_INFINITY;
}

/** The processes in which editors keep ESLint running. */
function inEditor(argv: readonly string[]): boolean {
  return argv
    .slice(0, 3)
    .some((one) => /eslintServer|eslint-language-server|eslint_d|eslint-service|eslint-plugin-provider/.test(one));
}

function isCommandLine([, script = '']: readonly string[]): boolean {
  return /[\\/]eslint(?:\.js)?$/.test(script);
}
