/** What the editor asks about a document, answered with the project as it is now. */
import { setImmediate as turn } from 'node:timers/promises';
import { CodeActionKind, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import { actionsOf, endsOf, hoverOf, lensesOf, type Asked } from './answers.ts';
import type { Places } from './places.ts';
import type { Current } from './project.ts';
import type { Held, Projects } from './projects.ts';
import type { Refreshing } from './refreshing.ts';
import type { Telling } from './telling.ts';

export interface QuestionsRequest {
  readonly connection: Connection;
  readonly places: Places;
  readonly projects: Projects;
  readonly telling: Telling;
  readonly refreshing: Refreshing;
  /** What the editor has asked for by itself, where it said beforehand that it would. */
  readonly pulls: { readonly can: boolean; open: boolean; rest: boolean };
  asked(held: Held, current: Current, file: string): Asked;
}

export function answerQuestions(request: QuestionsRequest): void {
  const { connection, places, projects, telling, refreshing, pulls, asked } = request;
  /** Undefined when the project can't be judged; that is said once, not with each question. */
  const known = (held: Held): Promise<Current | undefined> =>
    projects.current(held).catch((error: unknown) => {
      projects.failed(held, error);
      return undefined;
    });

  /** Answers what is asked about a document, with the project as it is now; nothing where it belongs to none. */
  const answering = async <T>(
    uri: string,
    token: CancellationToken,
    nothing: T,
    answer: (about: Asked) => T | Promise<T>,
  ): Promise<T> => {
    const place = places.of(uri);
    if (place === undefined) return nothing;
    const held = projects.at(place);
    // Newer text, or word that nobody waits for the answer any more, may be right behind the question.
    await turn();
    stopIf(token);
    const current = await known(held);
    stopIf(token);
    return current === undefined ? nothing : answer(asked(held, current, place.file));
  };

  connection.onCodeAction(({ textDocument, range, context: { only } }, token) =>
    answering(textDocument.uri, token, [], (about) =>
      only !== undefined && !only.some((kind) => kind === '' || kind === CodeActionKind.QuickFix)
        ? []
        : actionsOf(about, range),
    ),
  );
  connection.onHover(({ textDocument, position }, token) =>
    answering(textDocument.uri, token, null, (about) => hoverOf(about, position) ?? null),
  );
  connection.onDefinition(({ textDocument, position }, token) =>
    answering(textDocument.uri, token, [], (about) => endsOf(about, position)),
  );
  connection.onCodeLens(({ textDocument: { uri } }, token) =>
    answering(uri, token, [], (about) => {
      const lenses = lensesOf(about);
      refreshing.gaveLenses(uri, lenses);
      return lenses;
    }),
  );
  connection.languages.diagnostics.on(async ({ textDocument: { uri }, previousResultId }, token) => {
    pulls.open ||= pulls.can;
    const report = await answering(uri, token, undefined, (about) => telling.report(about, previousResultId));
    if (report === undefined) return { kind: 'full', items: [] };
    if (report.resultId !== undefined) refreshing.gaveReport(uri, report.resultId);
    return report;
  });
  connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token) => {
    pulls.rest ||= pulls.can;
    await turn();
    const items = [];
    for (const held of projects.all()) {
      stopIf(token);
      const current = await known(held);
      const reports = current === undefined ? [] : telling.reportAll(held, current, previousResultIds);
      for (const { uri, resultId } of reports) if (resultId !== undefined) refreshing.gaveReport(uri, resultId);
      items.push(...reports);
    }
    return { items };
  });
}

function stopIf({ isCancellationRequested }: CancellationToken): void {
  if (isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
}
