/** Asks the worker and waits for it: ESLint's rules are synchronous, the engine isn't. */
import { existsSync } from 'node:fs';
import { MessageChannel, Worker, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { Answer, Question } from './protocol.ts';

/** In an editor no keystroke is held up for longer; what isn't known by then shows with the next one. */
const EDITOR_WAIT_MS = 50;

interface Engine {
  readonly worker: Worker;
  readonly answers: MessagePort;
  readonly answered: Int32Array;
}

let engine: Engine | undefined;
let asked = 0;
/** The last answer about each file, for when the next one is late. */
const last = new Map<string, Answer>();
const MOST_ANSWERS = 200;

export function ask(question: Omit<Question, 'id'>, wait: number): Answer {
  const { worker, answers, answered } = engine ??= start();
  const id = ++asked;
  const until = performance.now() + wait;
  let seen = Atomics.load(answered, 0);
  worker.postMessage({ ...question, id } satisfies Question);
  for (;;) {
    const answer = received(answers, id);
    if (answer !== undefined) return answer;
    const left = until - performance.now();
    if (left <= 0) return last.get(question.file) ?? { id, file: question.file, problems: [] };
    Atomics.wait(answered, 0, seen, Math.min(left, 2 ** 30));
    seen = Atomics.load(answered, 0);
  }
}

/** Answers that came too late for an earlier question are kept as the last about their file. */
function received(answers: MessagePort, id: number): Answer | undefined {
  for (let message = receiveMessageOnPort(answers); message !== undefined; message = receiveMessageOnPort(answers)) {
    const answer: Answer = message.message;
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
  const signal = new SharedArrayBuffer(4);
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(script, { workerData: { signal, answers: port2 }, transferList: [port2] });
  // Neither keeps ESLint from ending.
  worker.unref();
  port1.unref();
  return { worker, answers: port1, answered: new Int32Array(signal) };
}

/** Milliseconds; without end where ESLint runs once, and whoever waits for it wants all there is. */
export function waitFor(setting: unknown, argv: readonly string[] = process.argv): number {
  if (typeof setting === 'number' && setting >= 0) return setting;
  return inEditor(argv) ? EDITOR_WAIT_MS : Number.POSITIVE_INFINITY;
}

/** The processes in which editors keep ESLint running. */
function inEditor(argv: readonly string[]): boolean {
  return argv.slice(0, 3).some((one) => /eslintServer|eslint-language-server|eslint_d|eslint-service|eslint-plugin-provider/.test(one));
}
