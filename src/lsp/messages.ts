/** What the editor's user is told besides findings: what went wrong, and which code of the project was not run. */
import { MessageType, ShowMessageNotification } from 'vscode-languageserver/node';
import type { Connection } from 'vscode-languageserver/node';
import { Problem } from '../config/problem.ts';
import { forNotification, linesForTerminal } from '../report/escape.ts';
import type { Current } from './project.ts';
import type { Held } from './projects.ts';

export interface Messages {
  notRun(held: Held, current: Current): void;
  failed(held: Held, error: unknown): void;
}

export function newMessages(connection: Connection): Messages {
  return {
    notRun(held, { notRun }) {
      if (held.notRun === notRun) return;
      held.notRun = notRun;
      if (notRun === undefined) return;
      connection.console.warn(`plimsoll: ${held.place.root}: ${notRun}`);
      connection
        .sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message: `Plimsoll: ${notRun}` })
        .catch(() => undefined);
    },
    failed(held, error) {
      const message =
        error instanceof Problem
          ? error.message
          : error instanceof Error
            ? (error.stack ?? error.message)
            : String(error);
      // Once for each trouble, not for each keystroke.
      if (held.trouble === message) return;
      held.trouble = message;
      connection.console.error(linesForTerminal(`plimsoll: ${held.place.root}: ${message}`));
      connection
        .sendNotification(ShowMessageNotification.type, {
          type: MessageType.Error,
          message: forNotification(`Plimsoll: ${message.split('\n')[0] ?? ''}`),
        })
        .catch(() => undefined);
    },
  };
}
