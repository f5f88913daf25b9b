/** `--stdin`: one file's text from standard input, laid over the project around it. */
import { Problem } from '../config/problem.ts';
import { LARGEST, decode, reasonOf } from '../files/text.ts';

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
    return decode(Buffer.concat(chunks));
  } catch (error) {
    throw new Problem(`standard input could not be read: ${reasonOf(error)}`);
  }
}
