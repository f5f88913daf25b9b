/** What an orb's job or command was given, as words of shell: an orb evaluates its parameters as the shell would. */
import { scalarText } from '../../syntax/yaml.ts';
import type { Word } from './composed.ts';
import type { OrbCall } from './orbs.ts';

/** A parameter by any of the names that it has had; undefined where nobody gives it. */
export function given(call: OrbCall, ...names: readonly string[]): Word | undefined {
  for (const name of names) {
    const node = call.given.get(name);
    const text = scalarText(node);
    // `\${CIRCLE_SHA1}`: an orb that evaluated it twice wanted the first `$` kept.
    if (node !== undefined && text !== undefined && text !== '')
      return { text: text.replaceAll('\\$', '$').trim(), range: node.range };
  }
  return undefined;
}

export function textOf(call: OrbCall, fallback: string, ...names: readonly string[]): string {
  return given(call, ...names)?.text ?? fallback;
}

/** Undefined where it can't be told. */
export function isOn(call: OrbCall, fallback: boolean, ...names: readonly string[]): boolean | undefined {
  const text = given(call, ...names)?.text;
  if (text === undefined) return fallback;
  return text === 'true' || text === 'yes' ? true : text === 'false' || text === 'no' ? false : undefined;
}

/** A parameter that holds the name of a variable: `AWS_ECR_ACCOUNT_URL`. */
export function variable(text: string): string {
  return /^[A-Za-z_]\w*$/.test(text) ? `\${${text}}` : text;
}

/** One word, whatever is in it. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '\\"')}"`;
}
