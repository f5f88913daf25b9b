/** `--stdin`: one file's text from standard input, laid over the project around it. */
import { Problem } from '../config/problem.ts';
import { LARGEST, reasonOf } from '../files/text.ts';

export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of process.stdin) {
      const bytes = Buffer.from(chunk);
      chunks.push(bytes);
      size += bytes.length;
      // It may have no end.
      if (size > LARGEST) break;
    }
  } catch (error) {
    throw new Problem(`standard input could not be read: ${reasonOf(error)}`);
  }
  if (size > LARGEST) throw new Problem(`standard input is larger than ${LARGEST / 1024 / 1024} MB`);
  return new TextDecoder().decode(Buffer.concat(chunks));
}
