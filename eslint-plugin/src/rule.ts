/** An ESLint rule for each of Plimsoll's: it shows what the engine finds in the file at hand. */
import { isAbsolute, resolve } from 'node:path';
import type { Rule, SourceCode } from 'eslint';
import type { RULES } from './catalogue.ts';
import { answerTo, ask, waitFor, type Asked } from './ask.ts';
import type { Problem } from './protocol.ts';

export type Described = (typeof RULES)[number];

interface Options {
  /** Mark the ends that this file has of findings that stand elsewhere. */
  readonly otherEnds: boolean;
}

const DEFAULTS: Options = { otherEnds: true };

export function ruleFor({ id, summary, severity }: Described): Rule.RuleModule {
  return {
    meta: {
      type: severity === 'note' ? 'suggestion' : 'problem',
      docs: { description: summary, recommended: severity !== 'note' },
      fixable: 'code',
      hasSuggestions: true,
      schema: [
        {
          type: 'object',
          properties: {
            otherEnds: {
              type: 'boolean',
              description: 'Also mark, in this file, the ends of findings that stand in other files.',
            },
          },
          additionalProperties: false,
        },
      ],
      defaultOptions: [{ ...DEFAULTS }],
      messages: { finding: '{{message}}', otherEnd: '{{message}}', change: '{{title}}' },
    },
    create(context) {
      const { otherEnds } = optionsOf(context.options[0]);
      // Asked before the file is walked through, and answered after, so that other rules and the engine work side by
      // side.
      const asked = askedAbout(context);
      const show = (): void => {
        for (const problem of problemsIn(asked))
          if (problem.rule === id && (otherEnds || !problem.otherEnd))
            context.report(reportOf(problem, context.sourceCode));
      };
      // `Root` is the one node of this plugin's own languages.
      return { 'Program:exit': show, 'Root:exit': show };
    },
  };
}

function optionsOf(given: unknown): Options {
  return typeof given === 'object' && given !== null && 'otherEnds' in given && typeof given.otherEnds === 'boolean'
    ? { otherEnds: given.otherEnds }
    : DEFAULTS;
}

/** All rules of a file share one question. */
const questions = new WeakMap<SourceCode, Asked>();

function askedAbout(context: Rule.RuleContext): Asked {
  const { sourceCode } = context;
  let asked = questions.get(sourceCode);
  if (asked === undefined) {
    const settings = settingsOf(context);
    const text = sourceCode.hasBOM ? `\uFEFF${sourceCode.text}` : sourceCode.text;
    asked = ask(
      {
        file: context.physicalFilename,
        text,
        cwd: context.cwd,
        root: settings.root,
        pedantic: settings.pedantic,
        trust: settings.trust,
      },
      waitFor(settings.wait),
    );
    questions.set(sourceCode, asked);
  }
  return asked;
}

const answers = new WeakMap<Asked, readonly Problem[]>();

function problemsIn(asked: Asked): readonly Problem[] {
  let problems = answers.get(asked);
  if (problems === undefined) {
    const answer = answerTo(asked);
    problems = answer.problems;
    answers.set(asked, problems);
    if (answer.failure !== undefined) throw new Error(`plimsoll: ${answer.failure}`);
  }
  return problems;
}

function settingsOf({ settings, cwd }: Rule.RuleContext): {
  root?: string;
  pedantic?: boolean;
  trust?: boolean;
  wait?: unknown;
} {
  const own: unknown = settings['plimsoll'];
  if (typeof own !== 'object' || own === null) return {};
  return {
    ...('root' in own && typeof own.root === 'string'
      ? { root: isAbsolute(own.root) ? own.root : resolve(cwd, own.root) }
      : {}),
    ...('pedantic' in own && typeof own.pedantic === 'boolean' ? { pedantic: own.pedantic } : {}),
    ...('trust' in own && own.trust === true ? { trust: true } : {}),
    ...('wait' in own ? { wait: own.wait } : {}),
  };
}

/** ESLint's text begins after a byte order mark, the engine's with it. */
function reportOf(problem: Problem, sourceCode: SourceCode): Rule.ReportDescriptor {
  const mark = sourceCode.hasBOM ? 1 : 0;
  const at = (line: number, column: number): { line: number; column: number } => ({
    line,
    column: Math.max(0, column - 1 - (line === 1 ? mark : 0)),
  });
  const apply =
    (edits: Problem['fixes'][number]['edits']) =>
    (fixer: Rule.RuleFixer): Rule.Fix[] =>
      edits.map(({ start, end, text }) => fixer.replaceTextRange([start - mark, end - mark], text));
  const safe = problem.fixes.find((one) => one.safe);
  return {
    messageId: problem.otherEnd ? 'otherEnd' : 'finding',
    data: { message: problem.message },
    loc: { start: at(problem.line, problem.column), end: at(problem.endLine, problem.endColumn) },
    ...(safe === undefined ? {} : { fix: apply(safe.edits) }),
    suggest: problem.fixes
      .filter((one) => one !== safe)
      .map(({ title, edits }) => ({ messageId: 'change', data: { title }, fix: apply(edits) })),
  };
}
