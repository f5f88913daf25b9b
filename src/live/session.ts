/** One account in one region: its clients, made when first needed, and a record of the calls that failed. */
import { setMaxListeners } from 'node:events';
import { clientsIn, stsClient, type Clients, type Connection } from './clients.ts';
import { Calls, type Asked, type Outcome } from './calls.ts';
import type { Gap, Unverified } from './evidence.ts';
import type { Failure } from './failure.ts';
import { closeConnections } from './network.ts';

export type Progress = (what: string, done: number, total: number | undefined) => void;

export interface Session extends Clients {
  readonly region: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Calls go to another place than AWS's own. */
  readonly emulated: boolean;
  /**
   * Runs one call; a failure becomes a gap and never an exception, unless another way leads to the same: that one is
   * told why the first failed.
   */
  call<T>(
    asked: Asked,
    work: () => Promise<T>,
    otherwise?: (failure: Failure) => Promise<T | undefined>,
  ): Promise<Outcome<T>>;
  /** Notes something that could not be verified for another reason than a call's failure. */
  missed(asked: Asked, failure: Failure): void;
  /** How many calls came through. */
  succeeded(): number;
  gaps(): Gap[];
  /** Services of which no call, or none that matters, came through. */
  unverified(): Unverified[];
  /** Sessions share their connections: to be called when none of them has anything under way. */
  close(): void;
}

function isEmulated(endpoint: string | undefined): boolean {
  return (
    endpoint !== undefined &&
    URL.canParse(endpoint) &&
    !/\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/.test(new URL(endpoint).hostname)
  );
}

export async function openSession(connection: Connection, progress: Progress): Promise<Session> {
  setMaxListeners(0, connection.signal);
  const sts = stsClient(connection);
  const region = connection.region ?? (await (await sts()).config.region());
  const calls = new Calls(connection.signal);
  return {
    region,
    signal: connection.signal,
    progress,
    sts,
    ...clientsIn(connection, region),
    emulated: isEmulated(connection.endpoint ?? process.env['AWS_ENDPOINT_URL_ECR'] ?? process.env['AWS_ENDPOINT_URL']),
    call: (asked, work, otherwise) => calls.call(asked, work, otherwise),
    missed: (asked, failure) => calls.missed(asked, failure),
    succeeded: () => calls.succeeded(),
    gaps: () => calls.gaps(),
    unverified: () => calls.unverified(),
    close: closeConnections,
  };
}
