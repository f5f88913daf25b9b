/** docker/metadata-action: the tags it computes, for each kind of ref a run may be on. */
import { ALWAYS, both, settle, type Alternative, type When } from '../../../core/choices.ts';
import { table } from '../../../core/table.ts';
import { concat, concatAll, hole, known, literal, type Text } from '../../../core/text.ts';
import type { ActionCall } from './action.ts';
import { choices, flag, type Choice } from './alternatives.ts';
import { fieldsOf } from '../../../syntax/fields.ts';

type RefKind = 'branch' | 'tag' | 'pull request' | 'schedule';

interface Rule {
  readonly type: string;
  readonly fields: ReadonlyMap<string, Text>;
  readonly priority: number;
}

const PRIORITIES: Readonly<Record<string, number>> = table({
  schedule: 1000,
  semver: 900,
  pep440: 900,
  match: 800,
  edge: 700,
  ref: 600,
  raw: 200,
  sha: 100,
});
const DEFAULT_RULES = ['type=schedule', 'type=ref,event=branch', 'type=ref,event=tag', 'type=ref,event=pr'];

export function metadata(call: ActionCall): void {
  const kinds = kindsOf(call);
  const lines: Alternative<Text>[] = [];
  const versions: Alternative<Text>[] = [];
  for (const choice of choices(
    call,
    ['sep-tags'],
    [{ name: 'images' }, { name: 'tags', separators: 'lines' }, { name: 'flavor', separators: 'lines' }],
  )) {
    for (const kind of kinds) {
      const here = both(choice.when, kinds.length === 1 ? ALWAYS : [{ cond: 'github.ref_type', is: kind }]);
      if (here === undefined) continue;
      for (const { tags, when } of tagSets(choice, kind, here)) {
        lines.push({ value: referencesOf(choice, tags), when });
        versions.push({ value: tags[0] ?? [], when });
      }
    }
  }
  call.output('tags', settle(lines, `${call.path}.outputs.tags@${call.scope}`));
  call.output('version', settle(versions, `${call.path}.outputs.version@${call.scope}`));
}

/** What a run may be on, as far as the workflow's events tell. */
function kindsOf(call: ActionCall): RefKind[] {
  const events = new Set((call.env('GITHUB_EVENT_NAME') ?? []).map(({ value }) => known(value)));
  const type = (call.env('GITHUB_REF_TYPE') ?? []).map(({ value }) => known(value));
  const [only] = type;
  const kinds: RefKind[] = type.length === 1 && (only === 'branch' || only === 'tag') ? [only] : ['branch', 'tag'];
  if (events.has(undefined) || [...events].some((one) => one?.startsWith('pull_request') || one === 'merge_group'))
    kinds.push('pull request');
  if (events.has('schedule')) kinds.push('schedule');
  return kinds;
}

function referencesOf(choice: Choice, tags: readonly Text[]): Text {
  const separator = known(choice.input('sep-tags')) ?? '\n';
  const images = choice.items('images').flatMap(({ text }) => {
    const fields = fieldsOf(text);
    if (known(fields.get('enable')) === 'false') return [];
    return [fields.get('name') ?? text];
  });
  const all =
    images.length === 0
      ? [...tags]
      : images.flatMap((image) => tags.map((tag) => concat(lowercase(image), literal(':'), tag)));
  return concatAll(all.flatMap((one, index) => (index === 0 ? [one] : [literal(separator), one])));
}

function lowercase(text: Text): Text {
  return text.map((part) => (typeof part === 'string' ? part.toLowerCase() : part));
}

interface TagSet {
  readonly tags: readonly Text[];
  readonly when: When;
}

/** The tags of one kind of ref, highest priority first; a rule that may be off splits the set in two. */
function tagSets(choice: Choice, kind: RefKind, when: When): TagSet[] {
  const said = choice.items('tags').map(({ text }) => text);
  const rules = (said.length === 0 ? DEFAULT_RULES.map(literal) : said)
    .map(ruleOf)
    .sort((a, b) => b.priority - a.priority);
  const flavor = new Map(choice.items('flavor').flatMap(({ text }) => [...fieldsOf(text)]));
  let sets: { tags: Text[]; latest: boolean | undefined; when: When }[] = [{ tags: [], latest: undefined, when }];
  for (const rule of rules) {
    const tag = tagOf(rule, kind, flavor);
    if (tag === undefined) continue;
    const auto =
      kind === 'tag' || rule.fields.has('value')
        ? ['semver', 'pep440', 'match'].includes(rule.type) || (rule.type === 'ref' && kind === 'tag')
        : false;
    const enabled = enabledOf(rule, kind);
    if (enabled === false) continue;
    const add = (set: (typeof sets)[number], at: When): (typeof sets)[number] => ({
      tags: [...set.tags, tag],
      latest: set.latest ?? auto,
      when: at,
    });
    if (enabled === true) {
      sets = sets.map((set) => add(set, set.when));
      continue;
    }
    sets = sets
      .flatMap((set) => {
        const on = both(set.when, [{ cond: enabled, is: 'true' }]);
        const off = both(set.when, [{ cond: enabled, is: 'false' }]);
        return [...(on === undefined ? [] : [add(set, on)]), ...(off === undefined ? [] : [{ ...set, when: off }])];
      })
      .slice(0, 8);
  }
  const latest = known(flavor.get('latest')) ?? 'auto';
  return sets
    .filter(({ tags }) => tags.length > 0)
    .map((set) => ({
      tags:
        latest === 'true' || (latest === 'auto' && set.latest === true) ? [...set.tags, literal('latest')] : set.tags,
      when: set.when,
    }));
}

function ruleOf(text: Text): Rule {
  const fields = fieldsOf(text);
  const type = known(fields.get('type'));
  if (type === undefined) return { type: 'raw', fields: new Map([['value', text]]), priority: 200 };
  const bare = fields.get('');
  const priority = Number(known(fields.get('priority')) ?? PRIORITIES[type] ?? 0);
  return {
    type,
    fields:
      type === 'raw' && bare !== undefined && !fields.has('value') ? new Map([...fields, ['value', bare]]) : fields,
    priority,
  };
}

/** On, off, or the condition that decides. */
function enabledOf(rule: Rule, kind: RefKind): boolean | string {
  const enable = rule.fields.get('enable');
  if (enable === undefined) return true;
  const value = known(enable);
  if (value !== undefined && /\{\{\s*is_default_branch\s*\}\}/.test(value))
    return kind === 'branch' || kind === 'schedule' ? 'on the default branch' : false;
  if (value !== undefined && /\{\{\s*is_not_default_branch\s*\}\}/.test(value))
    return kind === 'branch' ? 'not on the default branch' : true;
  const is = flag(enable);
  return is ?? enable.map((part) => (typeof part === 'string' ? part : part.hole)).join('');
}

function tagOf(rule: Rule, kind: RefKind, flavor: ReadonlyMap<string, Text>): Text | undefined {
  const value = valueOf(rule, kind);
  if (value === undefined || value.length === 0) return undefined;
  const prefix =
    rule.fields.get('prefix') ??
    (rule.type === 'sha'
      ? literal('sha-')
      : rule.type === 'ref' && kind === 'pull request'
        ? literal('pr-')
        : (flavor.get('prefix') ?? []));
  const suffix = rule.fields.get('suffix') ?? flavor.get('suffix') ?? [];
  return concat(globals(prefix), value, globals(suffix));
}

const REF_NAME = hole('github.ref_name');

function valueOf(rule: Rule, kind: RefKind): Text | undefined {
  const { fields } = rule;
  switch (rule.type) {
    case 'sha':
      return known(fields.get('format')) === 'long'
        ? hole('github.sha', 'unique')
        : hole('github.sha (short)', 'unique');
    case 'raw':
      return globals(fields.get('value') ?? []);
    case 'ref': {
      const event = known(fields.get('event'));
      if (event === 'branch') return kind === 'branch' || kind === 'schedule' ? REF_NAME : undefined;
      if (event === 'tag') return kind === 'tag' ? REF_NAME : undefined;
      return event === 'pr' && kind === 'pull request' ? hole('github.event.number') : undefined;
    }
    case 'edge':
      return kind === 'branch' ? literal('edge') : undefined;
    case 'schedule':
      return kind === 'schedule' ? globals(fields.get('pattern') ?? literal('nightly')) : undefined;
    case 'semver':
    case 'pep440':
      return kind === 'tag' || (fields.get('value') ?? []).length > 0
        ? versioned(fields.get('pattern') ?? literal('{{version}}'), fields.get('value'))
        : undefined;
    case 'match':
      return kind === 'tag' || (fields.get('value') ?? []).length > 0 ? hole('matched version') : undefined;
    default:
      return undefined;
  }
}

/** `{{major}}.{{minor}}` of a version that is known, or of the Git tag nobody knows. */
function versioned(pattern: Text, value: Text | undefined): Text {
  const version = /^v?(\d+)\.(\d+)\.(\d+)$/.exec(known(value) ?? '');
  return fill(pattern, (name) => {
    if (version === null) return hole(`semver ${name}`);
    const [, major = '', minor = '', patch = ''] = version;
    const parts: Readonly<Record<string, string>> = table({
      raw: version[0],
      version: `${major}.${minor}.${patch}`,
      major,
      minor,
      patch,
    });
    return parts[name] === undefined ? hole(`semver ${name}`) : literal(parts[name]);
  });
}

/** `{{sha}}`, `{{date 'YYYYMMDD'}}`, `{{branch}}` … in a value. */
function globals(text: Text): Text {
  return fill(text, (name) => {
    if (name === 'sha') return hole('github.sha (short)', 'unique');
    if (/^(?:commit_)?date\b/.test(name)) return hole('date', 'unique');
    return name === 'branch' || name === 'tag' ? REF_NAME : hole(name);
  });
}

function fill(text: Text, value: (name: string) => Text): Text {
  return concatAll(
    text.flatMap((part): Text[] => {
      if (typeof part !== 'string') return [[part]];
      return part
        .split(/(\{\{[^}]*\}\})/)
        .map((piece) => (piece.startsWith('{{') ? value(piece.slice(2, -2).trim()) : literal(piece)));
    }),
  );
}
