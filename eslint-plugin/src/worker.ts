/** The thread behind the plugin: answers one question after the other. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { Question, WorkerData } from './protocol.ts';

function serve(questions: MessagePort, { signal, answers }: WorkerData): void {
  const answered = new Int32Array(signal);
  // Loaded here, so that even a failure to load is an answer: whoever waits hears nothing else.
  const engine = import('./projects.ts');
  let queue: Promise<unknown> = Promise.resolve();
  questions.on('message', (question: Question) => {
    queue = queue.then(async () => {
      const reply = await engine.then(({ answer }) => answer(question)).catch((error: unknown) => ({ id: question.id, file: question.file, problems: [], failure: String(error) }));
      answers.postMessage(reply);
      Atomics.add(answered, 0, 1);
      Atomics.notify(answered, 0);
    });
  });
  engine.then(({ keepUp, SWEEP_MS }) => {
    setInterval(() => {
      queue = queue.then(keepUp).catch(() => undefined);
    }, SWEEP_MS).unref();
  }, () => undefined);
}

if (parentPort !== null) serve(parentPort, workerData);
