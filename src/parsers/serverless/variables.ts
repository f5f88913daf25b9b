/**
 * Serverless variables: `${self:custom.arch}`, `${opt:stage, 'dev'}`, `${env:TAG}`, `${param:arch}`, `${aws:region}`.
 */
import { always, byDefault, concatValues, given, mapValues, settle, type Values } from '../../core/choices.ts';
import { spelled } from '../../core/sealed.ts';
import { byName } from '../../core/secrets.ts';
import { hole, known, literal, type Nature, type Text } from '../../core/text.ts';
import type { ServerlessReading } from './reading.ts';

/** What a command that deploys the service gives it. */
export interface Given {
  /** `--stage dev`, by `stage`. */
  option(name: string): Text | undefined;
  env(name: string): Text | undefined;
}

export const NOTHING: Given = { option: () => undefined, env: () => undefined };

const MAX_DEPTH = 12;
/** Longer than any name; a value of values of values may grow without end. */
const LONGEST = 4096;

/** A variable, and not something that CloudFormation fills in (`${AWS::Region}`, `${Repository}`). */
const VARIABLE = /^[a-z][\w-]*[:(]/i;

export class Variables {
  /** Values worked out already, and those being worked out: a circle has none. */
  private readonly memo = new Map<string, Values | 'open'>();

  constructor(
    private readonly reading: ServerlessReading,
    private readonly given: Given,
  ) {}

  resolve(text: string, depth = 0): Values {
    if (!text.includes('${')) return always(literal(text));
    const { memo } = this;
    const have = memo.get(text);
    const unknown = always(hole(`${text.slice(0, LONGEST)}@${this.reading.file}`));
    if (have === 'open') return unknown;
    if (have !== undefined) return have;
    memo.set(text, 'open');
    const found = this.substituted(text, depth);
    const settled = found.some(
      (one) => one.value.reduce((sum, part) => sum + (spelled(part)?.length ?? 1), 0) > LONGEST,
    )
      ? unknown
      : found;
    memo.set(text, settled);
    return settled;
  }

  /** As it stands in `resources:`, where CloudFormation's own `${…}` stay for CloudFormation. */
  inTemplate(text: string): Values {
    return this.substituted(text, 0, (inner) => VARIABLE.test(inner) && !inner.startsWith('AWS::'));
  }

  private substituted(text: string, depth: number, isVariable: (inner: string) => boolean = () => true): Values {
    const parts: Values[] = [];
    let at = 0;
    for (let start = text.indexOf('${'); start !== -1; start = text.indexOf('${', Math.max(at, start + 2))) {
      const end = closing(text, start + 2);
      if (end === undefined) break;
      const inner = text.slice(start + 2, end);
      if (!isVariable(inner)) continue;
      parts.push(always(literal(text.slice(at, start))), this.variable(inner, depth));
      at = end + 1;
    }
    return concatValues([...parts, always(literal(text.slice(at)))], `${text}@${this.reading.file}`);
  }

  /** `source, fallback, …`: the first that has a value. */
  private variable(inner: string, depth: number): Values {
    const [source = '', ...fallbacks] = alternatives(inner);
    if (source.includes('${') && depth <= MAX_DEPTH) return this.computed(source, fallbacks, depth);
    const { reading } = this;
    const unknown = always(hole(`${source}@${reading.file}`, natureOf(source)));
    if (depth > MAX_DEPTH) return unknown;
    const rest = (): Values => (fallbacks.length === 0 ? unknown : this.fallback(fallbacks.join(','), depth));
    if (source.startsWith('self:')) {
      const value = reading.values[source.slice('self:'.length)];
      const name = source.slice(source.lastIndexOf('.') + 1);
      return value === undefined ? rest() : mapValues(this.resolve(value, depth + 1), name, (one) => byName(name, one));
    }
    if (source === 'sls:stage') return this.stage(depth);
    if (source.startsWith('param:')) return this.parameter(source.slice('param:'.length), depth) ?? rest();
    if (source === 'aws:region') {
      const region = this.given.option('region');
      if (region !== undefined) return always(region);
      if (reading.values['provider.region'] !== undefined)
        return this.resolve(reading.values['provider.region'], depth + 1);
    }
    const said = this.said(source);
    if (said !== undefined) return always(said);
    if (natureOf(source) !== 'unknown' || fallbacks.length === 0) return unknown;
    return this.defaulted(source, rest());
  }

  private said(source: string): Text | undefined {
    if (source.startsWith('opt:')) return this.given.option(source.slice('opt:'.length));
    return source.startsWith('env:') ? this.given.env(source.slice('env:'.length)) : undefined;
  }

  /** `self:custom.arch.${opt:stage}`: one variable for each name it may have. */
  private computed(source: string, fallbacks: readonly string[], depth: number): Values {
    const all = this.resolve(source, depth + 1).flatMap((one) => {
      const name = known(one.value);
      const values =
        name === undefined
          ? always(hole(`${source}@${this.reading.file}`))
          : this.variable([name, ...fallbacks].join(','), depth + 1);
      return values.map(({ value, when }) => ({
        value,
        when: [...one.when, ...when.filter((guard) => !one.when.some((other) => other.cond === guard.cond))],
      }));
    });
    return settle(all, `${source}@${this.reading.file}`);
  }

  stage(depth = 0): Values {
    const option = this.given.option('stage');
    if (option !== undefined) return always(option);
    const stage = this.reading.values['provider.stage'];
    return stage === undefined ? this.defaulted('opt:stage', always(literal('dev'))) : this.resolve(stage, depth + 1);
  }

  /** `params:` and `stages.*.params`, the stage's own before those of all stages; undefined where nobody states it. */
  private parameter(name: string, depth: number): Values | undefined {
    const said = this.given.option(`param:${name}`);
    if (said !== undefined) return always(said);
    const { values } = this.reading;
    const of = (stage: string): string | undefined =>
      values[`params.${stage}.${name}`] ?? values[`stages.${stage}.params.${name}`];
    const stages = this.stage(depth + 1);
    const found = stages.map((one) => {
      const stage = known(one.value);
      return {
        when: one.when,
        text: (stage === undefined ? undefined : of(stage)) ?? (stage === undefined ? undefined : of('default')),
      };
    });
    if (found.every((one) => one.text === undefined)) return undefined;
    return settle(
      found.flatMap(({ when, text }) => {
        const inner =
          text === undefined ? always(hole(`param:${name}@${this.reading.file}`)) : this.resolve(text, depth + 1);
        return inner.map((one) => ({
          value: one.value,
          when: [...when, ...one.when.filter((guard) => !when.some((other) => other.cond === guard.cond))],
        }));
      }),
      `param:${name}@${this.reading.file}`,
    );
  }

  private fallback(text: string, depth: number): Values {
    const [first = ''] = alternatives(text);
    const quoted = /^(['"])(.*)\1$/s.exec(first);
    if (quoted !== null) return always(literal(quoted[2] ?? ''));
    // `self:provider.stage` may be a fallback without braces of its own.
    if (VARIABLE.test(first)) return this.variable(text, depth + 1);
    return this.resolve(first, depth + 1);
  }

  /** What holds unless a caller gives another value. */
  private defaulted(source: string, fallbacks: Values): Values {
    const name = `${source}@${this.reading.file}`;
    return [
      ...fallbacks.map((one) => ({ value: one.value, when: [...byDefault(name), ...one.when] })),
      { value: hole(name, natureOf(source)), when: given(name) },
    ];
  }
}

/** The brace that closes the variable opened before `from`; inner ones are skipped. */
function closing(text: string, from: number): number | undefined {
  let open = 0;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('${', at)) open++;
    else if (text.charAt(at) === '}' && open-- === 0) return at;
  }
  return undefined;
}

function natureOf(source: string): Nature {
  if (source === 'aws:accountId' || source === 'AWS::AccountId') return 'account';
  if (source === 'aws:region' || source === 'AWS::Region' || source === 'opt:region') return 'region';
  return /^(?:git:(?:sha1|commit|describe)|sls:instanceId)/.test(source) ? 'unique' : 'unknown';
}

/** Cut at commas that stand in no braces, parentheses or quotes. */
function alternatives(text: string): string[] {
  const found: string[] = [];
  let open = 0;
  let quote = '';
  let current = '';
  for (const char of text) {
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === '{' || char === '(') open++;
    else if (char === '}' || char === ')') open--;
    else if (char === ',' && open === 0) {
      found.push(current.trim());
      current = '';
      continue;
    }
    current += char;
  }
  return [...found, current.trim()];
}
