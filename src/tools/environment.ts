/** Variables that steer a tool (`DOCKER_BUILDKIT`, `AWS_REGION`), and the unknowns that tools' answers are. */
import { judged } from '../core/sealed.ts';
import { concat, hole, instant, literal, type Text } from '../core/text.ts';
import type { Invocation } from '../project/evaluation.ts';
import { goBool } from './texts.ts';

/**
 * The value of a variable that the project itself sets. A variable that merely might come from a user's own environment
 * says nothing, and an empty one counts as unset, as the tools take it.
 */
export function steering(invocation: Invocation, name: string): Text | undefined {
  const value = invocation.env(name);
  if (value === undefined || value.length === 0) return undefined;
  const [only] = value;
  if (value.length === 1 && only !== undefined && typeof only !== 'string' && inherits(only.hole, name))
    return undefined;
  return value;
}

function inherits(holeName: string, variable: string): boolean {
  const bare = holeName.replace(/@.*$/s, '');
  return bare === variable || bare === `env.${variable}` || bare === `$${variable}`;
}

/** A switch in the environment: on, off, not said by the project, or said and not known. */
export function switched(invocation: Invocation, name: string): 'on' | 'off' | 'unset' | 'unknown' {
  const value = steering(invocation, name);
  if (value === undefined) return 'unset';
  const text = judged(value);
  if (text === undefined) return 'unknown';
  const read = goBool(text);
  return read === undefined ? 'unknown' : read ? 'on' : 'off';
}

export const ACCOUNT: Text = hole('account', 'account');
export const REGION: Text = hole('region', 'region');

/** What a command prints, ending as commands do. */
export function line(text: Text): Text {
  return concat(text, literal('\n'));
}

/** Is this hole such an answer — or alternatives of it that joined into one unknown? */
export function tells(holeName: string, answerName: string): boolean {
  return holeName.startsWith(answerName) || holeName.includes(`\${${answerName}`);
}

/** A value nobody can know, with the identity of the place that asks: asking twice may answer twice. */
export function answer(invocation: Invocation, name: string, nature: 'unknown' | 'unique' = 'unknown'): Text {
  return hole(asked(invocation, name), nature);
}

/** The time to the second. */
export function clock(invocation: Invocation): Text {
  return instant(asked(invocation, invocation.name));
}

function asked({ site: { file, span } }: Invocation, name: string): string {
  return `${name}@${file}#${span.start}`;
}
