/** A Jenkinsfile as plain data: the Groovy that pipelines are written in. */
import type { Range } from '../../core/site.ts';
import type { MappedText } from '../../syntax/mapped.ts';
import type { ReadingBase } from '../../syntax/source.ts';

export interface JenkinsReading extends ReadingBase {
  readonly kind: 'jenkins';
  readonly body: readonly Statement[];
}

interface Placed {
  readonly range: Range;
}

/** Of `"…${x}…"`: a stretch of text, or a value that Groovy puts in. */
export type StringPart =
  | { readonly kind: 'text'; readonly text: MappedText }
  | ({ readonly kind: 'value'; readonly value: Expression } & Placed);

export interface NamedArgument {
  readonly name: string;
  readonly value: Expression;
}

export interface Closure extends Placed {
  readonly kind: 'closure';
  /** Undefined: none are written, and `it` is the only one. */
  readonly parameters: readonly string[] | undefined;
  readonly body: readonly Statement[];
}

export interface Call extends Placed {
  readonly kind: 'call';
  /** What it is called on (`docker` in `docker.build(…)`), if anything. */
  readonly of?: Expression;
  readonly name: string;
  readonly nameRange: Range;
  readonly args: readonly Expression[];
  readonly named: readonly NamedArgument[];
}

export interface GroovyString extends Placed {
  readonly kind: 'string';
  readonly parts: readonly StringPart[];
}

export type Expression =
  | GroovyString
  | Call
  | Closure
  /** `true`, `null`, a number: as it is written. */
  | ({ readonly kind: 'constant'; readonly value: string } & Placed)
  | ({ readonly kind: 'name'; readonly name: string } & Placed)
  | ({ readonly kind: 'member'; readonly of: Expression; readonly name: string } & Placed)
  | ({ readonly kind: 'index'; readonly of: Expression; readonly at: Expression } & Placed)
  | ({ readonly kind: 'list'; readonly items: readonly Expression[] } & Placed)
  | ({ readonly kind: 'map'; readonly entries: readonly NamedArgument[] } & Placed)
  | ({ readonly kind: 'not'; readonly of: Expression } & Placed)
  | ({
      readonly kind: 'operation';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    } & Placed)
  /** `a ? b : c`; without `then`, `a ?: c`. */
  | ({
      readonly kind: 'choice';
      readonly condition: Expression;
      readonly then?: Expression;
      readonly otherwise: Expression;
    } & Placed)
  /** `+=` has its operator. */
  | ({
      readonly kind: 'assignment';
      readonly operator: string;
      readonly to: Expression;
      readonly value: Expression;
    } & Placed)
  | ({ readonly kind: 'unknown' } & Placed);

export type Body = readonly Statement[];

export interface FunctionDefinition extends Placed {
  readonly kind: 'function';
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly default?: Expression }[];
  readonly body: Body;
}

export type Statement =
  | FunctionDefinition
  | ({ readonly kind: 'expression'; readonly value: Expression } & Placed)
  | ({ readonly kind: 'define'; readonly names: readonly string[]; readonly value?: Expression } & Placed)
  | ({ readonly kind: 'if'; readonly condition: Expression; readonly then: Body; readonly otherwise: Body } & Placed)
  /** `for (x in list)`; without `over`, as long as something holds. */
  | ({
      readonly kind: 'loop';
      readonly over?: { readonly name: string; readonly list: Expression };
      readonly body: Body;
    } & Placed)
  | ({
      readonly kind: 'switch';
      readonly of: Expression;
      /** Without `value`: the default. */
      readonly cases: readonly { readonly value?: Expression; readonly body: Body }[];
    } & Placed)
  | ({
      readonly kind: 'try';
      readonly body: Body;
      /** `types`: as it is written, `Exception | Error`; nothing catches all. */
      readonly catches: readonly { readonly range: Range; readonly types: string; readonly body: Body }[];
      readonly after: Body;
    } & Placed)
  | ({ readonly kind: 'return' | 'throw'; readonly value?: Expression } & Placed)
  | ({ readonly kind: 'break' | 'continue' } & Placed);
