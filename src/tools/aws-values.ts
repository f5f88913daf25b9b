/** Reading the AWS CLI's option values: shorthand (`Key=value,…`), JSON, `file://`. */
import { judged } from '../core/sealed.ts';
import type { Text } from '../core/text.ts';
import type { Arg, Invocation } from '../project/evaluation.ts';
import { parseJsonText, type JsonText } from './json-text.ts';
import { afterPrefix, cut, head, split } from './texts.ts';

/** A value's text: itself, or the content of the file that `file://` names. */
export function content(invocation: Invocation, arg: Arg): Text | undefined {
  for (const prefix of ['file://', 'fileb://']) {
    const path = afterPrefix(arg.text, prefix);
    if (path === undefined) continue;
    const name = judged(path);
    return name === undefined ? undefined : invocation.file(name);
  }
  return arg.text;
}

/** The project-relative path that `file://` names. */
export function filePath(invocation: Invocation, arg: Arg): string | undefined {
  const path = afterPrefix(arg.text, 'file://');
  return path === undefined ? undefined : invocation.path(path);
}

export function jsonOf(invocation: Invocation, arg: Arg | undefined): JsonText | undefined {
  const text = arg === undefined ? undefined : content(invocation, arg);
  return text === undefined ? undefined : parseJsonText(text);
}

/** One field of `Key=value,Other=value`, at the top level. */
function shorthand(text: Text, key: string): Text | undefined {
  for (const field of split(text, ',')) {
    const assigned = cut(field, '=');
    if (assigned !== undefined && judged(assigned[0])?.trim() === key) return assigned[1];
  }
  return undefined;
}

/** `ImageUri` of `--code`, in either form. */
export function field(invocation: Invocation, arg: Arg | undefined, key: string): Text | undefined {
  if (arg === undefined) return undefined;
  const start = head(arg.text).trimStart();
  if (start.startsWith('{') || start.startsWith('file://')) {
    const json = jsonOf(invocation, arg);
    const found = json?.kind === 'object' ? json.entries.get(key) : undefined;
    return found?.kind === 'string' ? found.text : undefined;
  }
  return shorthand(arg.text, key);
}

/** The last component of an ARN, or the name itself. */
export function nameFromArn(text: Text): Text {
  if (!head(text).startsWith('arn:')) return text;
  const pieces = split(text, ':');
  const last = pieces.at(-1) ?? text;
  return split(last, '/').at(-1) ?? last;
}
