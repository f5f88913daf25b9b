/** The thread behind the plugin: answers one question after the other. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { ANSWERS, CHANGES, type Inquiry, type WorkerData } from './protocol.ts';

function serve(questions: MessagePort, { signal, answers }: WorkerData): void {
  const counts = new Int32Array(signal);
  // Loaded here, so that even a failure to load is an answer: whoever waits hears nothing else.
  const engine = import('./projects.ts').then(({ openProjects }) =>
    openProjects({
      count: () => Atomics.load(counts, CHANGES),
      changed: () => void Atomics.add(counts, CHANGES, 1),
    }),
  );
  let queue: Promise<unknown> = Promise.resolve();
  questions.on('message', (inquiry: Inquiry) => {
    queue = queue.then(async () => {
      // What is wrong with a project is said when somebody asks.
      if ('prepare' in inquiry) return engine.then(({ prepare }) => prepare(inquiry.prepare)).catch(() => undefined);
      const reply = await engine
        .then(({ answer }) => answer(inquiry))
        .catch((error: unknown) => ({ id: inquiry.id, file: inquiry.file, problems: [], failure: String(error) }));
      answers.postMessage(reply);
      Atomics.add(counts, ANSWERS, 1);
      Atomics.notify(counts, ANSWERS);
    });
  });
  // Beside the queue: it gives way, so that no question waits until all of the disk is looked at.
  engine.then(
    ({ keepUp, everyMs }) => void setInterval(() => void keepUp().catch(() => undefined), everyMs).unref(),
    () => undefined,
  );
}

if (parentPort !== null) serve(parentPort, workerData);
