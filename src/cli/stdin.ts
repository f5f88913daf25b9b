/** `--stdin`: one file's text from standard input, laid over the project around it. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { targetOf, type Target } from './project.ts';

export function readStdin(): Promise<string> {
  return text(process.stdin);
}

/** The file itself need not exist yet; its project is that of the nearest folder that does. */
export function rootOf(file: string, cwd = process.cwd()): Target {
  if (existsSync(file)) return targetOf([file], cwd);
  let folder = dirname(file);
  while (!existsSync(folder)) folder = dirname(folder);
  return targetOf([folder, folder], cwd);
}
