/** A coding agent's question, and the answer. Whatever goes wrong here refuses nothing. */
import { resolve } from 'node:path';
import { reasonFor } from '../core/contain.ts';
import { shorten } from '../core/shorten.ts';
import { SEVERITY_RANK, type Finding } from '../model/finding.ts';
import { place } from '../core/site.ts';
import { worstFirst } from '../report/agent.ts';
import { forTerminal, linesForTerminal } from '../report/escape.ts';
import { plural } from '../report/report.ts';
import type { JudgedLine } from './check-typed.ts';
import type { HookOptions } from './hook.ts';
import { isMessage, protocolOf, type Answer, type Message } from './hook-protocols.ts';
import { print } from './print.ts';
import { readStdin } from './stdin.ts';

/** Agents ask again at once; what is said once needs no list of everything. */
const MOST_TOLD = 3;

export async function hookCommand(options: HookOptions): Promise<number> {
  let answer: Answer;
  try {
    answer = await answerTo(messageIn(await readStdin()), options);
  } catch (error) {
    answer = { stderr: `plimsoll: the command was not judged: ${forTerminal(shorten(reasonFor(error)))}\n`, code: 1 };
  }
  if (answer.stderr !== undefined) process.stderr.write(answer.stderr);
  if (answer.stdout !== undefined) print(answer.stdout);
  return answer.code;
}

function messageIn(text: string): Message {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    throw new Error('standard input is no JSON');
  }
  if (!isMessage(message)) throw new Error('standard input is no message of an agent');
  return message;
}

async function answerTo(message: Message, options: HookOptions): Promise<Answer> {
  const protocol = protocolOf(message);
  if (protocol === undefined) throw new Error('no agent is known that asks in this form (docs/agents.md lists them)');
  const asked = protocol.asked(message);
  if (asked === undefined) return protocol.pass;
  // Most questions are about no command at all, and are answered before anything else loads.
  const [{ judgeTyped }, { exitCode }] = await Promise.all([import('./check-typed.ts'), import('./check.ts')]);
  const judged = await judgeTyped(
    asked.command,
    { ...options, color: false, quiet: true },
    asked.cwd === undefined ? undefined : resolve(asked.cwd),
  );
  if (judged.typed.unread !== undefined)
    return { ...protocol.pass, stderr: `plimsoll: the command line can't be read and was not judged\n` };
  const least = options.failOn ?? 'error';
  const refused = judged.input.findings.filter(({ severity }) => exitCode(severity, least) === 1);
  if (refused.length > 0) return protocol.refuse(said('refuses this command', refused, judged));
  const advice = judged.input.findings.filter(({ severity }) => SEVERITY_RANK[severity] >= SEVERITY_RANK.warning);
  return advice.length > 0
    ? protocol.advise(said('has something to say of this command', advice, judged))
    : protocol.pass;
}

/** What, why, and the better command, or else what to do. */
function said(how: string, findings: readonly Finding[], { input: { typed } }: JudgedLine): string {
  const told = worstFirst(findings).slice(0, MOST_TOLD);
  const more = findings.length - told.length;
  const lines = told.flatMap(({ site, severity, rule, message, help }) => [
    `${severity}[${rule}] ${place(site)}: ${message}`,
    ...(help === undefined || (typed?.better !== undefined && site.file === typed.file) ? [] : [`  ${help}`]),
  ]);
  return linesForTerminal(
    [
      `Plimsoll ${how}.`,
      ...lines.map((line) => line.replace(/[\r\n]+/g, ' ')),
      ...(more === 0 ? [] : [`And ${plural(more, 'more finding')}.`]),
      ...(typed?.better === undefined ? [] : [`Better: ${shorten(typed.better.replace(/\s*[\r\n]+\s*/g, ' '))}`]),
      `\`plimsoll explain ${told[0]?.rule}\` says more.`,
    ].join('\n'),
  );
}
