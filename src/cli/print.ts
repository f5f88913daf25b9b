/** Standard output, all of it or a problem. */
import { Problem } from '../config/problem.ts';
import { writeToReader } from '../files/descriptor.ts';

export function print(text: string): void {
  // A terminal has its own ways (on Windows, its own encoding); all else is a file or somebody who reads.
  if (process.stdout.isTTY === true) {
    process.stdout.write(text);
    return;
  }
  try {
    writeToReader(process.stdout.fd, text);
  } catch (error) {
    throw new Problem(
      `standard output could not be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
