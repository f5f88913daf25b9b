/**
 * A `run:` text becomes a script. GitHub pastes each `${{ … }}` into the text before the shell sees it; here it becomes
 * a parameter of the same length, so that offsets stay exact, and the evaluator binds that parameter. Pasted text also
 * lands where the shell itself would expand nothing (single quotes, quoted here-documents): there the literal is split
 * afterwards.
 */
import type { Range } from '../../core/site.ts';
import { fileOffset, fileRange } from './mapped.ts';
import { parseScript } from '../shell/parse.ts';
import type { Assignment, Redirect, Script, Statement, TestExpression, Word, WordPart } from '../shell/reading.ts';
import type { RunText, Template } from './reading.ts';

export interface ReadRun {
  readonly run: RunText;
  readonly errors: readonly { readonly offset: number; readonly message: string }[];
  readonly comments: readonly { readonly text: string; readonly range: Range }[];
}

export function readRun(template: Template): ReadRun {
  let text = '';
  let last = 0;
  const placeholders: string[] = [];
  for (const [index, { start, end }] of template.expressions.entries()) {
    const name = placeholder(index, end - start - '${}'.length);
    placeholders.push(name);
    text += `${template.text.slice(last, start)}\${${name}}`;
    last = end;
  }
  text += template.text.slice(last);
  const { script, errors, comments } = parseScript(text, (offset) => fileOffset(template, offset));
  const places = new Map(
    placeholders.map((name, index) => {
      const { start, end } = template.expressions[index]!;
      return [name, { range: fileRange(template, start, end), text: template.text.slice(start, end) }];
    }),
  );
  return { run: { text: template, script: revive(script, places), placeholders }, errors, comments };
}

/**
 * Parameters of these names count also where the shell itself would leave them alone; `text` is what is written at
 * their place.
 */
export function revive(
  script: Script,
  places: ReadonlyMap<string, { readonly range: Range; readonly text: string }>,
): Script {
  return places.size === 0 ? script : new Reviver(places).script(script);
}

/** A name no script uses, `length` characters long. */
function placeholder(index: number, length: number): string {
  const id = index.toString(36);
  const long = `__gha_${id}`;
  return (long.length <= length ? long : `_${id}`).padEnd(length, '_');
}

const PARAMETER = /\$\{(\w+)\}/g;

/** Turns placeholders that the shell would leave alone into quoted parameters. */
class Reviver {
  constructor(private readonly places: ReadonlyMap<string, { readonly range: Range; readonly text: string }>) {}

  script({ body }: Script): Script {
    return { body: this.statements(body) };
  }

  private statements(list: readonly Statement[]): Statement[] {
    return list.map((one) => this.statement(one));
  }

  private statement(one: Statement): Statement {
    switch (one.kind) {
      case 'command':
        return {
          ...one,
          assignments: this.assignments(one.assignments),
          declarations: this.assignments(one.declarations),
          words: this.words(one.words),
          redirects: this.redirects(one.redirects),
        };
      case 'pipeline':
        return { ...one, stages: this.statements(one.stages) };
      case 'and-or':
        return { ...one, commands: this.statements(one.commands) };
      case 'if':
        return {
          ...one,
          branches: one.branches.map(({ condition, body }) => ({
            condition: [this.statement(condition[0]), ...this.statements(condition.slice(1))],
            body: this.statements(body),
          })),
          ...(one.otherwise === undefined ? {} : { otherwise: this.statements(one.otherwise) }),
          redirects: this.redirects(one.redirects),
        };
      case 'for':
        return {
          ...one,
          ...(one.words === undefined ? {} : { words: this.words(one.words) }),
          body: this.statements(one.body),
          redirects: this.redirects(one.redirects),
        };
      case 'arithmetic-for':
        return { ...one, body: this.statements(one.body), redirects: this.redirects(one.redirects) };
      case 'while':
        return {
          ...one,
          condition: this.statements(one.condition),
          body: this.statements(one.body),
          redirects: this.redirects(one.redirects),
        };
      case 'case':
        return {
          ...one,
          subject: this.word(one.subject),
          arms: one.arms.map((arm) => ({
            ...arm,
            patterns: this.words(arm.patterns),
            body: this.statements(arm.body),
          })),
          redirects: this.redirects(one.redirects),
        };
      case 'group':
      case 'subshell':
        return { ...one, body: this.statements(one.body), redirects: this.redirects(one.redirects) };
      case 'function':
        return { ...one, body: this.statements(one.body) };
      case 'test':
        return { ...one, expression: this.test(one.expression), redirects: this.redirects(one.redirects) };
      case 'background':
        return { ...one, command: this.statement(one.command) };
      case 'arithmetic':
        return one;
    }
  }

  private assignments(list: readonly Assignment[]): Assignment[] {
    return list.map((one) => this.assignment(one));
  }

  private assignment(one: Assignment): Assignment {
    return {
      ...one,
      ...(one.index === undefined ? {} : { index: this.word(one.index) }),
      ...(one.value === undefined ? {} : { value: this.word(one.value) }),
      ...(one.array === undefined
        ? {}
        : {
            array: one.array.map(({ key, value }) => ({
              ...(key === undefined ? {} : { key: this.word(key) }),
              value: this.word(value),
            })),
          }),
    };
  }

  private redirects(list: readonly Redirect[]): Redirect[] {
    return list.map((one) => ({
      ...one,
      ...(one.target === undefined ? {} : { target: this.word(one.target) }),
      ...(one.body === undefined ? {} : { body: this.word(one.body) }),
    }));
  }

  private test(one: TestExpression): TestExpression {
    switch (one.kind) {
      case 'unary':
        return { ...one, operand: this.word(one.operand) };
      case 'binary':
        return { ...one, left: this.word(one.left), right: this.word(one.right) };
      case 'logical':
        return { ...one, left: this.test(one.left), right: this.test(one.right) };
      case 'not':
        return { ...one, operand: this.test(one.operand) };
    }
  }

  private words(list: readonly Word[]): Word[] {
    return list.map((one) => this.word(one));
  }

  private word(one: Word): Word {
    const raw = one.raw.replace(PARAMETER, (written, name: string) => this.places.get(name)?.text ?? written);
    return { ...one, raw, parts: one.parts.flatMap((part) => this.part(part)) };
  }

  private part(part: WordPart): WordPart[] {
    switch (part.kind) {
      case 'literal':
        return this.literal(part);
      case 'parameter':
        return [
          {
            ...part,
            ...(part.operand === undefined ? {} : { operand: this.word(part.operand) }),
            ...(part.replacement === undefined ? {} : { replacement: this.word(part.replacement) }),
            ...(part.index === undefined ? {} : { index: this.word(part.index) }),
          },
        ];
      case 'command-substitution':
      case 'process-substitution':
        return [{ ...part, script: this.script(part.script) }];
      case 'brace':
        return [{ ...part, alternatives: this.words(part.alternatives) }];
      case 'arithmetic':
      case 'tilde':
        return [part];
    }
  }

  private literal(part: Extract<WordPart, { kind: 'literal' }>): WordPart[] {
    const pieces: WordPart[] = [];
    let last = 0;
    let [from] = part.range;
    for (const found of part.value.matchAll(PARAMETER)) {
      const name = found[1] ?? '';
      const place = this.places.get(name)?.range;
      if (place === undefined) continue;
      if (found.index > last)
        pieces.push({ ...part, value: part.value.slice(last, found.index), range: [from, Math.max(from, place[0])] });
      pieces.push({ kind: 'parameter', name, quoted: true, range: place, indirect: false, length: false });
      last = found.index + found[0].length;
      [, from] = place;
    }
    if (last === 0) return [part];
    if (last < part.value.length)
      pieces.push({ ...part, value: part.value.slice(last), range: [from, Math.max(from, part.range[1])] });
    return pieces;
  }
}
