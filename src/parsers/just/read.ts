/** Reads a justfile: assignments, settings and recipes, with the recipes' lines as they stand. */
import type { Unreadable } from '../../syntax/source.ts';
import { position, type Range } from '../../core/site.ts';
import { ExpressionParser, parseJustExpression } from './expression.ts';
import type { JustAssignment, JustCall, JustfileReading, JustParameter, JustRecipe } from './reading.ts';
import { isContinued, physicalLine, type PhysicalLine } from '../make/lines.ts';
import { mappedBuilder, type MappedText } from '../../syntax/mapped.ts';
import type { SourceText, Suppression } from '../../syntax/source.ts';
import { parseSuppression, toSuppression } from '../../syntax/suppressions.ts';
import { defined } from '../../core/optional.ts';

export type { JustfileReading } from './reading.ts';

export function read(source: SourceText): JustfileReading {
  return new JustfileReader(source).read();
}

interface OpenRecipe extends Omit<JustRecipe, 'lines' | 'shebang'> {
  readonly lines: { text: MappedText; ignoresErrors?: Range }[];
  shebang?: NonNullable<JustRecipe['shebang']>;
}

const RECIPE_NAME = /^@?([A-Za-z_][\w-]*)(?=\s|:|$)/;

class JustfileReader {
  private readonly unreadable: Unreadable[] = [];
  private readonly suppressions: Suppression[] = [];
  private readonly assignments: JustAssignment[] = [];
  private readonly recipes: OpenRecipe[] = [];
  private readonly aliases: { name: string; target: string }[] = [];
  private readonly imports: string[] = [];
  private settings: JustfileReading['settings'] = {
    shell: ['sh', '-cu'],
    exportAll: false,
    dotenv: false,
    positional: false,
  };
  private attributes = '';

  constructor(private readonly source: SourceText) {}

  read(): JustfileReading {
    const { file, lines, text } = this.source;
    let recipe: OpenRecipe | undefined;
    for (let at = 0; at < text.length; ) {
      const line = physicalLine(text, at);
      const content = text.slice(line.start, line.end);
      if (recipe !== undefined && (/^[ \t]/.test(content) || content.trim() === '')) {
        at = content.trim() === '' ? line.next : this.body(recipe, line);
        continue;
      }
      recipe = undefined;
      if (content.trim() === '') {
        at = line.next;
        continue;
      }
      const { text: logical, next } = this.logical(line);
      recipe = this.item(logical, [line.start, line.end]);
      at = next;
    }
    const { assignments, recipes, aliases, imports, settings, unreadable, suppressions } = this;
    return {
      kind: 'justfile',
      file,
      lines,
      assignments,
      recipes,
      aliases,
      imports,
      settings,
      unreadable,
      suppressions,
    };
  }

  /** Outside recipes a backslash, an open bracket or an open string joins the next line. */
  private logical(first: PhysicalLine): { text: string; next: number } {
    const { text } = this.source;
    let line = first;
    let joined = text.slice(line.start, line.end);
    for (let count = 0; count < 200 && line.next < text.length; count++) {
      const open = isContinued(text, line) || isOpen(joined);
      if (!open) break;
      joined = joined.replace(/\\$/, ' ');
      line = physicalLine(text, line.next);
      joined += `\n${text.slice(line.start, line.end)}`;
    }
    return { text: joined, next: line.next };
  }

  /** Between recipes, or a line of one, which is the shell's comment. */
  private comment(line: string, range: Range): void {
    const parsed = line.startsWith('#') ? parseSuppression(line) : undefined;
    if (parsed !== undefined) this.suppressions.push(toSuppression(parsed, range, this.source.lines, this.source.text));
  }

  private item(line: string, range: Range): OpenRecipe | undefined {
    if (line.startsWith('#')) {
      this.comment(line, range);
      return undefined;
    }
    if (line.startsWith('[')) {
      this.attributes += line;
      return undefined;
    }
    const { attributes } = this;
    this.attributes = '';
    const assigned = /^(export\s+)?([A-Za-z_][\w-]*)\s*:=\s*(.*)$/s.exec(line);
    if (assigned !== null) {
      this.assignments.push({
        name: assigned[2]!,
        value: parseJustExpression(withoutComment(assigned[3]!)),
        exported: assigned[1] !== undefined,
        range,
      });
      return undefined;
    }
    const alias = /^alias\s+([\w-]+)\s*:=\s*([\w:-]+)/.exec(line);
    if (alias !== null) {
      this.aliases.push({ name: alias[1]!, target: alias[2]! });
      return undefined;
    }
    const imported = /^import\??\s+['"]([^'"]+)['"]/.exec(line);
    if (imported !== null) {
      this.imports.push(imported[1]!);
      return undefined;
    }
    if (/^set\s/.test(line)) {
      this.setting(line);
      return undefined;
    }
    if (/^(?:mod\??|unexport)\s/.test(line)) return undefined;
    const plain = withoutComment(line);
    const name = RECIPE_NAME.exec(plain);
    const colon = outsideQuotes(plain, ':');
    if (name === null || colon === undefined) {
      this.unreadable.push({
        file: this.source.file,
        ...position(this.source.lines, range[0]),
        reason: 'neither an assignment nor a recipe',
      });
      return undefined;
    }
    const [before, after] = split(plain.slice(colon + 1));
    const recipe: OpenRecipe = {
      name: name[1]!,
      range,
      parameters: parameters(plain.slice(name[0].length, colon)),
      before: calls(before),
      after: calls(after),
      lines: [],
      staysPut: /\bno-cd\b/.test(attributes),
    };
    this.recipes.push(recipe);
    return recipe;
  }

  private setting(line: string): void {
    const [, name = '', value = 'true'] = /^set\s+([\w-]+)(?:\s*:=\s*(.*))?$/s.exec(withoutComment(line).trim()) ?? [];
    const on = value.trim() !== 'false';
    if (name === 'shell')
      this.settings = {
        ...this.settings,
        shell: [...value.matchAll(/'([^']*)'|"([^"]*)"/g)].map((found) => found[1] ?? found[2] ?? ''),
      };
    else if (name === 'export') this.settings = { ...this.settings, exportAll: on };
    else if (name === 'dotenv-load') this.settings = { ...this.settings, dotenv: on };
    else if (name === 'positional-arguments') this.settings = { ...this.settings, positional: on };
  }

  /** A line of the body with what a backslash joins to it. Returns where the next one starts. */
  private body(recipe: OpenRecipe, first: PhysicalLine): number {
    const { text } = this.source;
    const indent = /^[ \t]*/.exec(text.slice(first.start, first.end))![0].length;
    this.comment(text.slice(first.start + indent, first.end), [first.start + indent, first.end]);
    const builder = mappedBuilder();
    let line = first;
    for (;;) {
      const blank = /^[ \t]*/.exec(text.slice(line.start, line.end))![0].length;
      const start = line.start + Math.min(blank, indent);
      builder.copy(text.slice(start, line.end), start);
      if (!isContinued(text, line) || line.next >= text.length) break;
      builder.copy('\n', line.end);
      line = physicalLine(text, line.next);
    }
    const whole = builder.done();
    if (recipe.lines.length === 0 && recipe.shebang === undefined && whole.text.startsWith('#!')) {
      const words = whole.text
        .slice(2)
        .trim()
        .split(/\s+/)
        .filter((word) => !/\/env$|^-S$/.test(word));
      recipe.shebang = { interpreter: (words[0] ?? 'sh').replace(/^.*\//, ''), options: words.slice(1) };
      return line.next;
    }
    if (recipe.shebang !== undefined) {
      recipe.lines.push({ text: whole });
      return line.next;
    }
    const marks = /^[@-]*/.exec(whole.text)![0];
    const dash = marks.indexOf('-');
    const stripped = mappedBuilder();
    stripped.slice(whole, marks.length, whole.text.length);
    const at = first.start + indent + dash;
    if (!whole.text.startsWith('#'))
      recipe.lines.push({ text: stripped.done(), ...(dash === -1 ? {} : { ignoresErrors: [at, at + 1] }) });
    return line.next;
  }
}

function isOpen(text: string): boolean {
  let depth = 0;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote !== '') {
      if (char === '\\' && quote === '"') at++;
      else if (text.startsWith(quote, at)) {
        at += quote.length - 1;
        quote = '';
      }
    } else if (char === '"' || char === "'" || char === '`') {
      quote = text.startsWith(char.repeat(3), at) ? char.repeat(3) : char;
      at += quote.length - 1;
    } else if (char === '#') break;
    else if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
  }
  return depth > 0 || quote.length === 3;
}

function withoutComment(line: string): string {
  return line.slice(0, outsideQuotes(line, '#'));
}

function outsideQuotes(line: string, wanted: string): number | undefined {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (quote !== '') {
      if (char === '\\' && quote === '"') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === wanted) return at;
  }
  return undefined;
}

function parameters(text: string): JustParameter[] {
  const found: JustParameter[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const head = /^([*+]?)(\$?)([A-Za-z_][\w-]*)\s*(=?)/.exec(rest);
    if (head === null) break;
    rest = rest.slice(head[0].length);
    let value: JustParameter['default'];
    if (head[4] === '=') {
      const parser = new ExpressionParser(rest);
      value = parser.value(0) ?? { kind: 'unknown', text: rest };
      rest = rest.slice(Math.max(1, parser.offset));
    }
    found.push({
      name: head[3]!,
      variadic: head[1] !== '',
      exported: head[2] !== '',
      ...defined({ default: value }),
    });
    rest = rest.trimStart();
  }
  return found;
}

function split(dependencies: string): [string, string] {
  const at = dependencies.indexOf('&&');
  return at === -1 ? [dependencies, ''] : [dependencies.slice(0, at), dependencies.slice(at + 2)];
}

/** `build (push "api" tag)` */
function calls(text: string): JustCall[] {
  const found: JustCall[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const name = /^(\(?)\s*([A-Za-z_][\w:-]*)\s*/.exec(rest);
    if (name === null) break;
    rest = rest.slice(name[0].length);
    const args: JustCall['args'][number][] = [];
    while (name[1] === '(' && rest !== '' && !rest.startsWith(')')) {
      const parser = new ExpressionParser(rest);
      const arg = parser.expression(0);
      if (arg === undefined) break;
      args.push(arg);
      rest = rest.slice(parser.offset).trimStart();
    }
    if (name[1] === '(') rest = rest.replace(/^[^)]*\)?/, '');
    found.push({ name: name[2]!, args });
    rest = rest.trimStart();
  }
  return found;
}
