/** `--stdin`: one file's text from standard input, laid over the project around it. */
import { text } from 'node:stream/consumers';

export function readStdin(): Promise<string> {
  return text(process.stdin);
}
