import { describe, expect, it } from 'vitest';
import { isSealed, seal } from '../../src/core/sealed.ts';
import { concat, known, show } from '../../src/core/text.ts';
import { at, parseJsonText, plainJson, printJson, textAt } from '../../src/tools/json-text.ts';
import { run } from './harness.ts';

const TASK = JSON.stringify({
  family: 'kiosk',
  containerDefinitions: [
    { name: 'kiosk', image: 'old' },
    { name: 'printer', image: 'old' },
  ],
});

const filled = (options: string, filter: string, stdin = TASK): unknown =>
  plainJson(
    parseJsonText(run(`jq ${options} '${filter}'`, { stdin, env: { HOME_IMAGE: 'home:1' } }).result.stdout ?? []),
  );
const images = (options: string, filter: string, stdin?: string): unknown => {
  const read = filled(options, filter, stdin) as { containerDefinitions?: { image?: string }[] } | undefined;
  return read?.containerDefinitions?.map(({ image }) => image);
};

describe('jq that fills a task definition in', () => {
  it.each([
    ['--arg i new', '.containerDefinitions[1].image = $i', ['old', 'new']],
    ['--arg i new', '.containerDefinitions[-1].image |= $i', ['old', 'new']],
    ['--arg i new', '.containerDefinitions[].image = $i', ['new', 'new']],
    ['--arg i new', '.containerDefinitions |= map(.image = $i)', ['new', 'new']],
    ['--arg i new', '(.containerDefinitions[] | select(.name != "kiosk")).image = $i', ['old', 'new']],
    [
      '--arg i new',
      '.containerDefinitions |= map(if .name == "kiosk" or .name == "none" then .image = $i else . end)',
      ['new', 'old'],
    ],
    [
      '--arg i new',
      '.containerDefinitions |= map(if .name == "kiosk" then .image = $i else .image = "other" end)',
      ['new', 'other'],
    ],
    ['--arg r repo --arg t 7', '.containerDefinitions[0].image = $r + ":" + $t', ['repo:7', 'old']],
    ['--arg t 7', String.raw`.containerDefinitions[0].image = "repo:\($t)"`, ['repo:7', 'old']],
    ['', '.containerDefinitions[0].image = $ENV.HOME_IMAGE', ['home:1', 'old']],
    ['', '.containerDefinitions[0].image = env.HOME_IMAGE', ['home:1', 'old']],
    [
      '--arg i new',
      '.containerDefinitions[0].image = $i | {family, containerDefinitions: .containerDefinitions}',
      ['new', 'old'],
    ],
    // Either may be it.
    ['--arg i new', '(.containerDefinitions[] | select(.name | test("k")) | .image) = $i', [undefined, undefined]],
    [
      '--arg i new',
      '.containerDefinitions[0].image = $i | .containerDefinitions[1].image += "-old"',
      ['new', undefined],
    ],
    // The condition is asked before the name changes.
    [
      '--arg i new',
      '.containerDefinitions |= map(if .name == "kiosk" then .name = "till" | .image = $i else . end)',
      undefined,
    ],
    // Nothing is filled in.
    ['--arg i new', '(.containerDefinitions[] | select(.name == "none") | .image) = $i', undefined],
    ['', '.containerDefinitions[0].image |= sub(":.*"; ":7")', undefined],
    ['--arg i new', '.containerDefinitions[0].image = $i | del(.containerDefinitions[1])', undefined],
    ['--arg i new', '.containerDefinitions[0].image = $i | to_entries', undefined],
    ['--arg i new', '.containerDefinitions[9].image = $i', undefined],
    ['-s --arg i new', '.containerDefinitions[0].image = $i', undefined],
  ])('%s %s', (options, filter, expected) => {
    expect(images(options, filter)).toEqual(expected);
  });

  it.each([
    [
      '--arg i new',
      '.taskDefinition | .containerDefinitions[0].image = $i | .containerDefinitions[1].image = "b"',
      ['new', 'b'],
    ],
    ['--arg i new', '.taskDefinition.containerDefinitions[0].image = $i | .taskDefinition', ['new']],
    ['--arg i new', '(.containerDefinitions[] | select(.name == "a") | .image) = $i', ['new']],
    // The second may be the first.
    [
      '--arg i new',
      '.containerDefinitions[0].image = $i | (.containerDefinitions[] | select(.name == "a") | .image) = "b"',
      undefined,
    ],
    ['--arg i new', '.containerDefinitions[0].image = $i | .containerDefinitions[0] |= del(.image)', undefined],
  ])('of a fetched one: %s %s', (options, filter, expected) => {
    expect(images(options, filter, '${answer}')).toEqual(expected);
  });

  it.each([
    `(${Array.from({ length: 38 }, () => '(.a,.b)').join('|')} | .image) = "a" | .containerDefinitions[0].image = "a"`,
    `.containerDefinitions[0].image = "a" | ${'(.a,.b) |= ('.repeat(19)}.c = 1${')'.repeat(19)}`,
  ])('ends, without an answer: %s', (filter) => {
    expect(images('', filter)).toBeUndefined();
  });

  it('says of a fetched one only what stays in it', () => {
    const filter = (end: string): string =>
      `.containerDefinitions[0].image = "a" | .requiresCompatibilities = ["FARGATE"] | .runtimePlatform.cpuArchitecture = "ARM64" | ${end}`;
    expect(filled('', filter('.'), '${answer}')).toMatchObject({ runtimePlatform: { cpuArchitecture: 'ARM64' } });
    for (const end of ['del(.runtimePlatform)', '{family, containerDefinitions}']) {
      const left = filled('', filter(end), '${answer}');
      expect(left).toMatchObject({ containerDefinitions: [{ image: 'a' }] });
      expect(left).not.toHaveProperty('runtimePlatform');
      expect(left).not.toHaveProperty('requiresCompatibilities');
    }
  });
});

describe('JSON that is sealed in part', () => {
  const SECRET = seal('{"name":"k1-secret-word","image":"', 'the content of task.tpl');
  const mixed = concat(SECRET, ['repo.example/kiosk:1"'], seal(',"token":"abc\\"def-123"}', 'the content of task.tpl'));

  it('keeps open what was open, and sealed what was sealed, through parsing and printing', () => {
    let json = parseJsonText(mixed);
    for (let turn = 0; turn < 3; turn++) {
      expect(known(textAt(json, 'image'))).toBe('repo.example/kiosk:1');
      expect(isSealed(textAt(json, 'name') ?? [])).toBe(true);
      expect(isSealed(textAt(json, 'token') ?? [])).toBe(true);
      expect(plainJson(at(json, 'token'))).toBe('abc"def-123');
      json = parseJsonText(printJson(json!));
    }
    expect(show(printJson(json!))).not.toMatch(/secret-word|def-123/);
  });

  it('opens nothing that a sealed document calls open', () => {
    for (const forged of ['\uE001', '\\ue001', '\\uE001'])
      for (const open of ['', '{"more":"']) {
        const text = concat([open], seal(`${open === '' ? '{"token":"' : ''}${forged}k1-secret-word"`, 'creds'), ['}']);
        const json = parseJsonText(text);
        expect(json).toBeDefined();
        expect(show(printJson(json!))).not.toContain('secret-word');
      }
  });
});
