/** Answers to commits: a commit never changes, so its answer depends on its id, the program and the configuration. */
import { isOfToday, type Answer } from '../engine/answer.ts';
import { openKept } from '../files/kept.ts';
import { LIMITS } from './answers.ts';
import { answerIn, gistIn, hashOf, opened, sealed } from './entry.ts';

export interface CommitRequest {
  /** Absolute. */
  readonly folder: string;
  readonly program: string;
  readonly commit: string;
  /** Plain data on which the answer depends beside the commit. */
  readonly judgedBy: unknown;
  /** Undefined: it may come out otherwise the next time. */
  judge(): Promise<{ readonly answer: Answer; readonly isSure: boolean }>;
}

export async function commitAnswer({ folder, program, commit, judgedBy, judge }: CommitRequest): Promise<Answer> {
  const kept = openKept(folder, LIMITS);
  if (typeof kept === 'string') return (await judge()).answer;
  const name = hashOf(JSON.stringify(['commit', program, commit, judgedBy]));
  const [gist, rest] = opened(name, kept.read(name)) ?? [];
  const about = gist === undefined ? undefined : gistIn(gist);
  if (about !== undefined && rest !== undefined && isOfToday(about)) return answerIn(about, rest);
  const { answer, isSure } = await judge();
  const { gist: own, ...others } = answer;
  if (isSure) kept.write(name, sealed(name, [JSON.stringify(own), JSON.stringify(others)]));
  return answer;
}
