/** Cutting up Texts that are known in parts only. */
import { concat, hole, type Part, type Text } from '../../core/text.ts';

/**
 * Pieces up to the first hole that may itself contain the delimiter are certain; from there on each is unknown, as many
 * as there seem to be.
 */
export function splitText(text: Text, delimiter: string): (Text | undefined)[] {
  const pieces: (Text | undefined)[] = [[]];
  let certain = true;
  const add = (part: Part): void => {
    const last = pieces[pieces.length - 1];
    pieces[pieces.length - 1] = certain && last !== undefined ? concat(last, [part]) : undefined;
  };
  for (const part of text) {
    if (typeof part !== 'string') {
      if (part.nature === 'unknown') certain = false;
      add(part);
      continue;
    }
    for (const [index, piece] of part.split(delimiter).entries()) {
      if (index > 0) pieces.push(certain ? [] : undefined);
      if (piece !== '') add(piece);
    }
  }
  return pieces;
}

/**
 * A dynamic reference is a hole named by what it looks up, the same in every template; so is what another template
 * language fills in.
 */
export function dynamicReferences(text: Text): Text {
  if (!text.some((part) => typeof part === 'string' && part.includes('{{'))) return text;
  const parts: Part[] = [];
  let inside: string | undefined;
  for (const part of text) {
    if (typeof part !== 'string') {
      if (inside === undefined) parts.push(part);
      else inside += `\${${part.hole}}`;
      continue;
    }
    let at = 0;
    while (at < part.length) {
      const mark = part.indexOf(inside === undefined ? '{{' : '}}', at);
      const stop = mark === -1 ? part.length : mark;
      if (inside === undefined) {
        parts.push(part.slice(at, stop));
        if (mark !== -1) inside = '';
      } else {
        inside += part.slice(at, stop);
        if (mark !== -1) {
          parts.push(...hole(inside.trim()));
          inside = undefined;
        }
      }
      at = mark === -1 ? part.length : mark + 2;
    }
  }
  if (inside !== undefined) parts.push(`{{${inside}`);
  return concat(parts);
}

const TOOLS_VARIABLE = /\$\{(?:self|opt|env|sls|file|ssm|cf|s3|param|custom|git|aws|strToBool)[:(]/;

/**
 * `${self:custom.name}`, which a tool in front of CloudFormation fills in: a hole for each, the variables in its name
 * included.
 */
export function toolsVariables(text: Text): Text {
  if (!text.some((part) => typeof part === 'string' && TOOLS_VARIABLE.test(part))) return text;
  const parts: Part[] = [];
  let inside: { name: string; open: number } | undefined;
  for (const part of text) {
    if (typeof part !== 'string') {
      if (inside === undefined) parts.push(part);
      else inside.name += `\${${part.hole}}`;
      continue;
    }
    for (let at = 0; at < part.length; at++) {
      const char = part.charAt(at);
      if (inside === undefined) {
        const start = part.slice(at).search(TOOLS_VARIABLE);
        parts.push(start === -1 ? part.slice(at) : part.slice(at, at + start));
        if (start === -1) break;
        at += start + 1;
        inside = { name: '', open: 1 };
      } else {
        inside.open += char === '{' ? 1 : char === '}' ? -1 : 0;
        if (inside.open > 0) inside.name += char;
        else {
          parts.push(...hole(inside.name));
          inside = undefined;
        }
      }
    }
  }
  if (inside !== undefined) parts.push(...hole(inside.name));
  return concat(parts);
}
