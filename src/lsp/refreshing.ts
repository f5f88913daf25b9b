/**
 * Editors ask again by themselves for what they show of the document being typed in; for the others they are told when
 * there's something new.
 */
import {
  CodeLensRefreshRequest,
  DiagnosticRefreshRequest,
  DocumentDiagnosticReportKind,
} from 'vscode-languageserver/node';
import type { Connection } from 'vscode-languageserver/node';
import { lensesOf, type Asked } from './answers.ts';
import type { Place, Places } from './places.ts';
import type { Current } from './project.ts';
import type { Held } from './projects.ts';
import type { Telling } from './telling.ts';

/** Nobody reads another file while typing. */
const QUIET_MS = 300;

export interface Refreshing {
  /** The editor has these lenses, or this report, of a document. */
  gaveLenses(uri: string, lenses: unknown): void;
  gaveReport(uri: string, resultId: string): void;
  forget(uri: string): void;
  soon(held: Held, current: Current): void;
  stop(): void;
}

export interface RefreshingRequest {
  readonly connection: Connection;
  readonly places: Places;
  readonly telling: Telling;
  /** What the editor can be told of. */
  readonly can: { readonly lenses: boolean; readonly reports: boolean };
  asked(held: Held, current: Current, file: string): Asked;
}

export function newRefreshing({ connection, places, telling, can, asked }: RefreshingRequest): Refreshing {
  const lenses = new Map<string, string>();
  const reports = new Map<string, string>();
  const timers = new Map<Held, NodeJS.Timeout>();

  /** What the editor holds of this project's documents is not what it would be given now. */
  const differs = (
    held: Held,
    given: ReadonlyMap<string, string>,
    now: (about: Asked, before: string) => boolean,
    current: Current,
  ): boolean =>
    [...given].some(([uri, before]) => {
      const place = places.of(uri);
      return place !== undefined && isOf(place, held) && now(asked(held, current, place.file), before);
    });
  const refresh = (held: Held, current: Current): void => {
    if (can.lenses && differs(held, lenses, (about, before) => JSON.stringify(lensesOf(about)) !== before, current)) {
      connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
    }
    if (
      can.reports &&
      differs(
        held,
        reports,
        (about, before) => telling.report(about, before).kind !== DocumentDiagnosticReportKind.Unchanged,
        current,
      )
    ) {
      connection.sendRequest(DiagnosticRefreshRequest.type).catch(() => undefined);
    }
  };

  return {
    gaveLenses: (uri, given) => void lenses.set(uri, JSON.stringify(given)),
    gaveReport: (uri, resultId) => void reports.set(uri, resultId),
    forget(uri) {
      lenses.delete(uri);
      reports.delete(uri);
    },
    soon(held, current) {
      clearTimeout(timers.get(held));
      timers.set(
        held,
        setTimeout(() => {
          timers.delete(held);
          if (!held.isStale() && !held.isClosed()) refresh(held, current);
        }, QUIET_MS),
      );
    },
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

function isOf({ root, lone }: Place, { place }: Held): boolean {
  return root === place.root && lone === place.lone;
}
