/** What was not followed or not understood, so that nobody takes silence about it for approval. */
import type { Text } from '../../core/text.ts';
import type { Common } from './common.ts';

/** Evaluation is bounded: what was not followed, so that nobody takes silence about it for approval. */
export interface Unfollowed extends Common {
  readonly kind: 'unfollowed';
  /**
   * `steps`: of an entry, or of what stands here. `rehearsals`: all was followed, but not once more for each command that
   * may fail. `time`: the last net, in seconds. `failure`: evaluation failed here.
   */
  readonly what:
    | 'steps'
    | 'rehearsals'
    | 'turns of a loop'
    | 'runs of a command'
    | 'facts of a place'
    | 'levels'
    | 'links'
    | 'time'
    | 'failure';
  /** How many were followed. */
  readonly most: number;
  /** Of a failure, in a few words. */
  readonly reason?: string;
}

/** What something out of our sight may have done to an image, its repository or its workload. */
export type Effect = 'build' | 'tag' | 'push' | 'roll out' | 'verify' | 'create';

/**
 * Something on an image's way that was not understood: an action, workflow or module from elsewhere, a command nobody
 * here knows, a call through an unknown name. It belongs to a voyage when what it was given names it.
 */
export interface BlindSpot extends Common {
  readonly kind: 'blind-spot';
  readonly what: 'action' | 'workflow' | 'command' | 'module' | 'call';
  /** For people: `acme/ecs-deploy@v2`. */
  readonly label: string;
  readonly may: readonly Effect[];
  /** What it was given. `role`: what the giver called it (`service`, `cluster`); an argument has none. */
  readonly given: readonly { readonly role?: string; readonly text: Text }[];
}
