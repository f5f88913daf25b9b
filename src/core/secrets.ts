/**
 * What looks like a secret: names that credentials go by, and literal secrets in source text. Names decide what of a
 * value may be shown (sealed.ts); the text of sources is shown in code frames, diffs and labels, and there the literal
 * secrets are starred out.
 */
import { sealText } from './sealed.ts';
import type { Text } from './text.ts';

// ── names ───────────────────────────────────────────────────────────────────────────────────────

const WORDS =
  /^(?:PASSWORDS?|PASSWD|PASSPHRASE|PASS|PWD|SECRETS?|TOKENS?|CREDENTIALS?|CREDS|AUTH|AUTHTOKEN|OAUTH|PAT|APIKEYS?|ACCESSKEYS?|PRIVATEKEYS?|SECRETKEYS?)$/;
/** A key of these is a secret; other keys (of a cache, a table, a map) are not. */
const OPENERS =
  /^(?:API|ACCESS|SECRET|PRIVATE|SIGNING|ENCRYPTION|DEPLOY|SSH|AUTH|LICENSE|STORAGE|ACCOUNT|MASTER|CLIENT|SERVICE)$/;
/** What is said about a secret is none: `SECRET_NAME`, `TOKEN_URL`, `--password-stdin`. */
const ABOUT =
  /^(?:NAME|ARN|URL|URI|ENDPOINT|FILE|PATH|DIR|STDIN|TTL|TYPE|LENGTH|EXPIRY|EXPIRES|VERSION|SOURCE|PROVIDER|HOST|REGION|MODE|METHOD|HELPER|ENABLED|REQUIRED|POLICY|ROTATION|MANAGER)$/;

/** Every such name has one of these in it. */
const STEMS = /pass|pwd|secret|token|cred|auth|pat|key/i;
const names = new Map<string, boolean>();
const LONGEST_NAME = 200;

/**
 * Does a variable, argument, parameter or context key of this name hold a credential? `NPM_TOKEN`, `dbPassword`,
 * `_authToken`, `api-key`.
 */
export function isCredential(name: string): boolean {
  if (name.length > LONGEST_NAME || !STEMS.test(name)) return false;
  let found = names.get(name);
  if (found === undefined) {
    found = soundsSecret(name);
    names.set(name, found);
  }
  return found;
}

function soundsSecret(name: string): boolean {
  if (name === 'PWD' || name === 'OLDPWD') return false;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== '');
  const last = words.at(-1);
  if (last === undefined || ABOUT.test(last)) return false;
  if (words.some((word) => WORDS.test(word))) return true;
  const key = words.findIndex((word) => /^KEYS?$/.test(word));
  if (key === -1) return false;
  return name === name.toUpperCase() || (key > 0 && OPENERS.test(words[key - 1]!));
}

/** A value as whoever reads it by this name gets it. */
export function byName(name: string, text: Text): Text {
  return isCredential(name) ? sealText(text, name) : text;
}

// ── source text ─────────────────────────────────────────────────────────────────────────────────

/** From one offset to another. */
export type Stretch = readonly [start: number, end: number];

/** A value in quotes, a reference to another, or a word. */
const VALUE = String.raw`(?:"(?<double>(?:[^"\\\n]|\\.){0,4000})"|'(?<single>[^'\n]{0,4000})'|(?<plain>\$\{\{[^}\n]{0,400}\}\}|\$\([^)\n]{0,400}\)|[^\s"'\x60,;|&<>()]{1,4000}))`;
const GAP = String.raw`(?:[ \t]|\\\r?\n){0,200}`;

/**
 * What may be the name of a value. Most names are none of a credential, so that what stands after them isn't looked at.
 */
const NAME = String.raw`(?<![\w.:-])(?<dashes>-{0,2})(?<name>(?:\/\/[^\s:]{1,200}:)?_?[A-Za-z][\w.-]{0,100})`;
const NAMES = new RegExp(NAME, 'g');
/**
 * `NAME=value`, `NAME: value`, `"name": "value"`, `--name value`, `ENV NAME value`: decided by the name. The value
 * itself may begin the next.
 */
const NAMED = new RegExp(
  String.raw`${NAME}["']?(?<gap>${GAP}(?::=|\?=|=>|=|:(?!\/\/))${GAP}|["']?,?(?:[ \t]|\\\r?\n){1,200})(?=${VALUE})`,
  'dy',
);
/** `- name: NAME` and `value: …` beside it, as containers' environments and stacks' parameters are written. */
const PAIRED = new RegExp(
  String.raw`\b(?:name|key|ParameterKey)["']?[ \t]{0,20}[:=][ \t]{0,20}["']?(?<name>[A-Za-z_][\w.-]{0,100})["']?(?:,?\s{0,200})["']?(?:value|ParameterValue)["']?[ \t]{0,20}[:=][ \t]{0,20}${VALUE}`,
  'dgi',
);
/** `docker login … -p value`, `-pvalue`. */
const LOGIN = new RegExp(
  String.raw`\blogin\b(?:[^\n|;&]|\\\r?\n){0,2000}?[\s"'](?:-p)(?:["',]{0,3}${GAP}=?)${VALUE}`,
  'dg',
);
/** What is handed to a login on its standard input. */
const PIPED = new RegExp(
  String.raw`\b(?:echo|printf)[ \t]+(?:-\w{1,4}[ \t]+){0,4}${VALUE}(?=[ \t]*\|[^|\n]{0,500}--password-stdin)`,
  'dg',
);
const HERE = new RegExp(String.raw`--password-stdin[^\n]{0,500}<<<[ \t]*${VALUE}`, 'dg');
/** `https://user:password@host` */
const ADDRESS = /:\/\/([^\s/@:"'`]{0,200}:)?([^\s/@"'`]{1,400})@/g;
const HEADER =
  /\b(?:Authorization|Proxy-Authorization|X-Api-Key)["']?[ \t]*[:=][ \t]*["']?(?:Basic|Bearer|token)?[ \t]*([^\s"']{1,4000})/gi;
/** Tokens that say what they are. */
const TOKENS =
  /\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w-]{20,255}|npm_[A-Za-z0-9]{30,255}|xox[abprs]-[\w-]{10,255}|eyJ[\w-]{10,4000}\.eyJ[\w-]{10,4000}(?:\.[\w-]{0,4000})?|dckr_pat_[\w-]{20,255})/g;

/** What only names another value, or is one of few words that everybody uses. */
const HARMLESS =
  /^(?:true|false|yes|no|on|off|null|none|nil|undefined|read|write|admin|inherit|required|optional|default|latest|string|number|boolean|any|\*+|\$\w+|\$\{\w+\}|\$\([\s\S]*|\$\{\{[^'"}]{0,200}\}\}|\{\{[^'"}]{0,200}\}\}|%\w+%|id=.*|type=.*|!.*|\{|\[|\||>|\|-|>-|…|\.\.\.|<.*>)$/i;

export interface Reading {
  /** Of a programming language, where a word without quotes is a name and no value. */
  readonly code?: boolean;
  /** Every value is one: a file of variables and their values. */
  readonly values?: boolean;
}

/** How a file's text is read for secrets. */
export function readingOf(file: string): Reading {
  if (
    /(?:^|\/)\.env(?:\.[\w.-]+)?$|\.(?:env|tfvars|tfvars\.json)$|(?:^|\/)(?:samconfig\.(?:toml|ya?ml)|\.npmrc|\.netrc|\.pypirc)$/.test(
      file,
    )
  )
    return { values: true };
  return /\.(?:[cm]?[jt]sx?|tf|hcl|py|go|rb)$/.test(file) ? { code: true } : {};
}

/** Where literal secrets stand in a text, in order and apart. */
export function secretsIn(text: string, { code = false, values = false }: Reading = {}): Stretch[] {
  if (!values && !MAY_BE.test(text)) return [];
  const found: Stretch[] = [];
  const add = (start: number, end: number): void => {
    const value = text.slice(start, end);
    if (value !== '' && !HARMLESS.test(value)) found.push([start, end]);
  };
  const valueIn = ({ indices }: RegExpExecArray): Stretch =>
    indices?.groups?.['double'] ?? indices?.groups?.['single'] ?? indices?.groups?.['plain'] ?? [0, 0];
  for (const { index, groups } of text.matchAll(NAMES)) {
    const written = groups?.['name'] ?? '';
    const name = written.slice(written.lastIndexOf(':') + 1);
    if (!values && !isCredential(name)) continue;
    NAMED.lastIndex = index;
    const match = NAMED.exec(text);
    if (match === null) continue;
    const { dashes = '', gap = '', plain } = match.groups ?? {};
    const [start, end] = valueIn(match);
    const assigned = /[=:]/.test(gap);
    // Without a sign between them, a name comes before a value as an option, or in an instruction that takes pairs.
    const paired =
      assigned ||
      (dashes === '--'
        ? !text.startsWith('-', start)
        : /(?:^|\n)[ \t]*ENV[ \t]+$/.test(text.slice(Math.max(0, match.index - 20), match.index)) ||
          name.startsWith('_'));
    if (paired && (isCredential(name) || assigned) && !(code && plain !== undefined && dashes === '')) add(start, end);
  }
  for (const match of text.matchAll(PAIRED)) if (isCredential(match.groups?.['name'] ?? '')) add(...valueIn(match));
  for (const pattern of [LOGIN, PIPED, HERE]) for (const match of text.matchAll(pattern)) add(...valueIn(match));
  for (const match of text.matchAll(ADDRESS)) {
    const [whole, user, secret = ''] = match;
    // `ssh://git@host` names nobody's secret.
    const end = match.index + whole.length - 1;
    if (user !== undefined || secret.length >= SHORTEST_TOKEN) add(end - secret.length, end);
  }
  for (const match of text.matchAll(HEADER))
    add(match.index + match[0].length - (match[1] ?? '').length, match.index + match[0].length);
  for (const match of text.matchAll(TOKENS)) add(match.index, match.index + match[0].length);
  return apart(found);
}

const SHORTEST_TOKEN = 12;

/** Without one of these there is nothing to look for. */
const MAY_BE = /pass|pwd|secret|token|cred|auth|key|pat\b|login|:\/\/|AKIA|ASIA|gh[pousr]_|glpat-|npm_|xox|eyJ/i;

function apart(stretches: readonly Stretch[]): Stretch[] {
  const joined: [number, number][] = [];
  for (const [start, end] of [...stretches].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

export const STARS = '***';

/** The text with stars in the place of literal secrets. */
export function hideSecrets(text: string, reading: Reading = {}): string {
  return starred(text, secretsIn(text, reading));
}

function starred(text: string, secrets: readonly Stretch[]): string {
  let shown = '';
  let at = 0;
  for (const [start, end] of secrets) {
    shown += text.slice(at, start) + STARS;
    at = end;
  }
  return secrets.length === 0 ? text : shown + text.slice(at);
}

/** How far before a stretch the word may stand that makes it a secret. */
const BEFORE = 4000;
const AFTER = 200;

/** A stretch of a text, with stars for what of it is a secret where it stands. */
export function sliceWithoutSecrets(text: string, [start, end]: Stretch, reading: Reading = {}): string {
  const from = Math.max(0, start - BEFORE);
  const secrets = secretsIn(text.slice(from, end + AFTER), reading).flatMap(([a, b]): Stretch[] => {
    const cut: Stretch = [Math.max(a + from, start) - start, Math.min(b + from, end) - start];
    return cut[0] < cut[1] ? [cut] : [];
  });
  return starred(text.slice(start, end), secrets);
}

const DEEPEST = 50;

/** A value of a document, with stars for what stands under a credential's name. `name` is the value's own. */
export function valueWithoutSecrets(name: string, value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return isCredential(name) && !HARMLESS.test(value) ? STARS : hideSecrets(value);
  if (typeof value === 'number') return isCredential(name) ? STARS : value;
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((one: unknown) => valueWithoutSecrets(name, one, depth + 1));
  const pair = Object.entries(value);
  // `{Name: DB_PASSWORD, Value: …}`, as containers' environments are written.
  const named = pair.find(([key, one]) => /^name$/i.test(key) && typeof one === 'string')?.[1];
  return Object.fromEntries(
    pair.map(([key, one]) => [
      key,
      valueWithoutSecrets(typeof named === 'string' && /^value$/i.test(key) ? named : key, one, depth + 1),
    ]),
  );
}
