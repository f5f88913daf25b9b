/**
 * Progress on a terminal: what, how many of how many, how long still. One line on stderr that is wiped at the end;
 * nothing in CI.
 */
import { forTerminal } from '../report/escape.ts';

export interface ProgressLine {
  readonly step: (what: string, done: number, total: number | undefined) => void;
  readonly end: () => void;
}

const NOTHING: ProgressLine = { step: () => {}, end: () => {} };
/** Milliseconds between two drawings. */
const INTERVAL = 100;

export function showProgress(quiet: boolean): ProgressLine {
  const out = process.stderr;
  if (quiet || out.isTTY !== true || process.env['CI'] !== undefined || process.env['TERM'] === 'dumb') return NOTHING;
  const started = new Map<string, number>();
  let drawn = 0;
  let shown = false;
  return {
    step: (what, done, total) => {
      const now = performance.now();
      const since = started.get(what) ?? now;
      started.set(what, since);
      if (now - drawn < INTERVAL && done !== total) return;
      drawn = now;
      shown = true;
      const line = `${forTerminal(what)}: ${done}${total === undefined ? '' : ` of ${total}${timeLeft(now - since, done, total)}`}`;
      out.write(`\r\u001b[2K${line.slice(0, Math.max(10, (out.columns ?? 80) - 1))}`);
    },
    end: () => {
      if (shown) out.write('\r\u001b[2K');
      shown = false;
    },
  };
}

function timeLeft(spent: number, done: number, total: number): string {
  if (done < 3 || spent < 1000 || done >= total) return '';
  const seconds = Math.ceil(((spent / done) * (total - done)) / 1000);
  return `, about ${seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`} left`;
}
