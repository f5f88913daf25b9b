/**
 * What a document shows as wrong on purpose: by the heading it stands under, by the line that introduces it, or by a
 * comment inside it. The nearest word counts. Only what names the whole example counts: "Before you deploy" and "Don't
 * forget to push" introduce things to do.
 */
import type { Block, Fence } from './blocks.ts';

export type Verdict = 'wrong' | 'right';

const CROSSES =
  /[\u274C\u274E\u2716\u2717\u2718\u{1F6AB}\u{26D4}\u{1F44E}\u{1F645}]|:x:|:no_entry(?:_sign)?:|:-1:|:thumbsdown:/u;
const TICKS = /[\u2705\u2714\u2713\u2611\u{1F44D}]|:white_check_mark:|:heavy_check_mark:|:\+1:/u;

/** The two marks, as they look after UTF-8 was once taken for another encoding and saved so. */
const MANGLED_CROSS = /\u201A\u00F9\u00E5|\u00E2(?:\u009D|\uFFFD)?\u0152/g;
const MANGLED_TICK = /\u201A\u00FA\u00D6|\u00E2\u0153(?:\u2026|\u201D)/g;

const WRONG_WORD =
  /^(?:the |an? |what is |what's |this is )?(?:incorrect|wrong|bad|broken|faulty|buggy|flawed|naive|anti-?pattern|antipattern|not recommended|not like this|not ok|not working|discouraged|what not to do|how not to|common mistakes?|mistakes?|(?:this |which )?(?:fails|won'?t work|will fail|does(?: not|n'?t) work))\b/i;
const WRONG_ORDER = /^(?:please )?(?:don'?t|do not|never|avoid|stop)\b/i;
/** They begin like an order not to do something, and ask for something. */
const KINDLY =
  /^(?:please )?(?:don'?t|do not|never)\s+(?:forget|worry|skip|omit|miss|hesitate|panic|mind|leave out|have|need|want|see|know)\b/i;
const WITH_REMEDY = /\binstead\b|[,;:.–—-]\s*(?:but |rather |just )?(?:use|run|do|prefer|let)\b|\bby (?:\w+ing)\b/i;
const WRONG_WHOLE =
  /^(?:before(?: the (?:fix|change))?|old(?: way| version| code| command)?|(?:change|replace|migrate)(?: this)?(?: from)?|from|instead of(?: this)?|previous(?:ly)?)\s*(?:[:([–—-]|$)/i;
const RIGHT_WORD =
  /^(?:the |an? |what is |this is )?(?:correct|right|good|better|best|fixed|recommended|preferred|proper|working|do this|do it|use this|this works|how to do it|solution|fix)\b/i;
const RIGHT_WHOLE =
  /^(?:after(?: the (?:fix|change))?|new(?: way| version| code| command)?|to|with|with this|by|do|now|instead|use)\s*(?:[:([–—-]|$)/i;

/** What a heading, or the line that introduces an example, says about it. */
export function labelVerdict(written: string): Verdict | undefined {
  const label = unmangled(written);
  const bare = plain(label);
  if (/^~~.*~~[:.]?$/.test(label.trim())) return 'wrong';
  const crossed = CROSSES.test(label);
  const ticked = TICKS.test(label);
  if (crossed !== ticked) return crossed ? 'wrong' : 'right';
  if (RIGHT_WORD.test(bare) || RIGHT_WHOLE.test(bare)) return 'right';
  if (WRONG_WORD.test(bare)) return aboutAnError(bare) ? undefined : 'wrong';
  if (WRONG_WHOLE.test(bare)) return 'wrong';
  if (/\((?:incorrect|wrong|bad|broken|don'?t(?: do this)?|before)\)[\s:.]*$/i.test(bare)) return 'wrong';
  if (/\((?:correct|right|good|fixed|recommended|after)\)[\s:.]*$/i.test(bare)) return 'right';
  if (WRONG_ORDER.test(bare) && !KINDLY.test(bare) && !WITH_REMEDY.test(bare) && bare.split(/\s+/).length <= 14)
    return 'wrong';
  return undefined;
}

/**
 * "Wrong platform: the image …" is a problem to solve; what follows may be its remedy. "Wrong command" is the example
 * itself.
 */
function aboutAnError(bare: string): boolean {
  const named = /^(?:the |an? )?(?:incorrect|wrong|bad|broken)\s+([\w-]+)/i.exec(bare)?.[1];
  return (
    named !== undefined &&
    !/^(?:way|ways|command|commands|example|examples|code|usage|use|approach|fix|fixes|practice|version|configuration|config|setup|build|push|tag|tagging|deploy|deployment|script|invocation|order|attempt|one|idea|pattern|option|options|flags?|snippet|here|because|for|as|since|again|too|and|or|in|on|\d+)$/i.test(
      named,
    )
  );
}

/** What a comment inside an example says about the lines below it. Narrower than a label: most comments explain. */
export function commentVerdict(written: string): Verdict | undefined {
  const comment = unmangled(written);
  const bare = plain(comment);
  const crossed = CROSSES.test(comment);
  const ticked = TICKS.test(comment);
  if (crossed !== ticked) return crossed ? 'wrong' : 'right';
  if (
    /^(?:incorrect|wrong|bad|anti-?pattern|not recommended|not like this|what not to do)(?:\s+(?:way|command|example|approach|code|usage|practice|version|fix|one|idea))?\s*(?:[:.!(,–—-]|$)/i.test(
      bare,
    )
  )
    return 'wrong';
  if (
    /^(?:BEFORE|Before)\s*(?:[:([–—-]|$)/.test(bare) ||
    /^(?:change|replace|migrate)(?: this)?(?: from)?\s*(?::|$)/i.test(bare) ||
    /^(?:from|old)\s*:/i.test(bare)
  )
    return 'wrong';
  if (/^(?:don'?t|do not|never|avoid) (?:do|run|use|try|write|type)(?:ing)? (?:this|it|that|these)\b/i.test(bare))
    return 'wrong';
  if (/^(?:DON'?T|DO NOT|NEVER|AVOID)\b(?! (?:FORGET|SKIP|OMIT))/.test(bare) && bare.split(/\s+/).length <= 8)
    return 'wrong';
  if (
    /^(?:correct|right|good|better|fixed|recommended|preferred)(?:\s+(?:way|command|example|approach|code|usage|practice|version|fix|one))?\s*(?:[:.!(,–—-]|$)/i.test(
      bare,
    )
  )
    return 'right';
  if (/^(?:AFTER|After)\s*(?:[:([–—-]|$)/.test(bare) || /^(?:to|new|with|with this)\s*:/i.test(bare)) return 'right';
  if (/^(?:do|use|run) (?:this|it like this)\b/i.test(bare) || /^DO\b/.test(bare)) return 'right';
  return undefined;
}

function unmangled(text: string): string {
  return text.replace(MANGLED_CROSS, '\u274C').replace(MANGLED_TICK, '\u2705');
}

/** Without emphasis, numbers, bullets and pictures before the words. */
function plain(text: string): string {
  return text
    .replace(/^\s*(?:#+|\/\/+|\/\*+|--)\s*/, '')
    .replace(/<\/?[a-z][^>]*>/gi, ' ')
    .replace(/^\s*(?::::?\w+|!!!\s*\w+|\[!\w+\])\s*/, '')
    .replace(/[*_`~"“”]/g, '')
    .replace(/^[^\p{L}\p{N}([]+/u, '')
    .replace(/^(?:(?:issue|step|problem|case|example|option|error)\s+)?(?:\d+[.):]?|[a-z][.)])\s*(?:[-–—:]\s*)?/i, '')
    .replace(/^(?:issue|step|problem|case|example|option|error)\s*\d*\s*[:–—-]\s*/i, '')
    .replace(/^[^\p{L}\p{N}([]+/u, '')
    .trim();
}

/** The verdict each fence begins with. */
export function verdictsOf(blocks: readonly Block[]): Map<Fence, Verdict | undefined> {
  const verdicts = new Map<Fence, Verdict | undefined>();
  const headings: { level: number; verdict: Verdict | undefined }[] = [];
  /** The line that introduces what follows; it holds for the fences right below it. */
  let label: { verdict: Verdict; container: number; depth: number; used: boolean } | undefined;
  for (const block of blocks) {
    if (block.kind === 'heading') {
      while ((headings.at(-1)?.level ?? 0) >= block.level) headings.pop();
      headings.push({ level: block.level, verdict: labelVerdict(block.text) ?? headings.at(-1)?.verdict });
      label = undefined;
    } else if (block.kind === 'text') {
      if (label?.used === true) label = undefined;
      const verdict = block.comment === undefined && isLabel(block.text) ? labelVerdict(block.text) : undefined;
      if (verdict !== undefined) label = { verdict, container: block.container, depth: block.depth, used: false };
      // A list item's words are about what stands in it; the next item speaks for itself.
      else if (label !== undefined && block.container !== label.container && block.depth <= label.depth)
        label = undefined;
    } else {
      const inside =
        label !== undefined && (label.depth === 0 || block.container === label.container || block.depth > label.depth);
      if (label !== undefined && inside) {
        verdicts.set(block, label.verdict);
        label.used = true;
      } else {
        verdicts.set(block, infoVerdict(block.info) ?? headings.at(-1)?.verdict);
      }
    }
  }
  return verdicts;
}

/** A table row, or a whole paragraph that happens to hold a tick, introduces nothing. */
function isLabel(text: string): boolean {
  if (text.startsWith('|') || /^\[[ x]\]/i.test(text)) return false;
  return text.length <= 160;
}

function infoVerdict(info: string): Verdict | undefined {
  const words = info.split(/\s+/).slice(1).join(' ');
  if (CROSSES.test(info) || /\b(?:incorrect|wrong|bad|broken|don'?t|antipattern|anti-pattern)\b/i.test(words))
    return 'wrong';
  return TICKS.test(info) || /\b(?:correct|right|good|fixed)\b/i.test(words) ? 'right' : undefined;
}
