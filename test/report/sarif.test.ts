import { readFileSync } from 'node:fs';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Log, Result } from 'sarif';
import { describe, expect, it } from 'vitest';
import { sarif } from '../../src/report/sarif.ts';
import { HIDDEN, LIVE, MISMATCH, input } from './sample.ts';

const ajv = new Ajv.default({ strict: false, unicodeRegExp: false, allErrors: true });
addFormats.default(ajv);
const schema: unknown = JSON.parse(readFileSync(new URL('../schemas/sarif-2.1.0-rtm.5.json', import.meta.url), 'utf8'));
const validate = ajv.compile<Log>(typeof schema === 'object' && schema !== null ? schema : false);

function log(...args: Parameters<typeof input>): Promise<Log> {
  return logWith({}, ...args);
}

async function logWith(style: Parameters<typeof sarif>[1], ...args: Parameters<typeof input>): Promise<Log> {
  const value: unknown = JSON.parse(await sarif(input(...args), style));
  if (!validate(value)) throw new Error(ajv.errorsText(validate.errors));
  return value;
}

const resultsOf = (one: Log): Result[] => one.runs[0]?.results ?? [];

describe('the SARIF report', () => {
  it('is valid by the OASIS schema, with and without findings', async () => {
    const unreadable = [{ file: 'a b.yml', line: 3, column: 1, reason: 'bad [indent]' }];
    expect(
      resultsOf(
        await logWith({ includeSuppressed: true }, [MISMATCH, HIDDEN, LIVE], {
          unreadable,
          suppressed: [
            { finding: HIDDEN, reason: 'known', by: 'comment' },
            { finding: LIVE, by: 'baseline' },
          ],
        }),
      ),
    ).toHaveLength(3);
    expect(resultsOf(await log([]))).toEqual([]);
  });

  it('is rejected by that schema when it is wrong (so the test can fail)', () => {
    expect(
      validate({
        version: '2.1.0',
        runs: [{ tool: { driver: { name: 'x' } }, results: [{ message: { text: 'x' }, level: 'fatal' }] }],
      }),
    ).toBe(false);
  });

  it('points at the rule of the full catalogue, also one it had not heard of', async () => {
    const one = await log([HIDDEN, LIVE]);
    const rules = one.runs[0]?.tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).toEqual(['arch-mismatch', 'deploy-output-hidden', 'stack-stuck']);
    expect(resultsOf(one).map(({ ruleId, ruleIndex }) => [ruleId, rules[ruleIndex ?? -1]?.id])).toEqual([
      ['deploy-output-hidden', 'deploy-output-hidden'],
    ]);
  });

  it('tells of live resources that no file declares beside the results, and puts the others into their file', async () => {
    const declared = {
      ...LIVE,
      site: { ...HIDDEN.site, resource: 'arn:aws:lambda:eu-west-1:123456789012:function:api' },
    };
    const beside = { ...LIVE, rule: 'repository-exists', related: [{ message: 'wanted here', site: HIDDEN.site }] };
    const one = await log([declared, beside, LIVE]);
    expect(
      resultsOf(one).map(({ ruleId, locations }) => [
        ruleId,
        locations?.[0]?.physicalLocation?.artifactLocation?.uri,
        locations?.[0]?.logicalLocations?.[0]?.fullyQualifiedName,
      ]),
    ).toEqual([
      ['stack-stuck', HIDDEN.site.file, 'arn:aws:lambda:eu-west-1:123456789012:function:api'],
      ['repository-exists', HIDDEN.site.file, LIVE.site.resource],
    ]);
    const rules = one.runs[0]?.tool.driver.rules ?? [];
    const [told, ...others] = one.runs[0]?.invocations?.[0]?.toolExecutionNotifications ?? [];
    expect(others).toEqual([]);
    expect(told).toMatchObject({
      level: 'error',
      message: { text: 'stack-stuck: The stack is in ROLLBACK_COMPLETE.' },
      locations: [{ logicalLocations: [{ fullyQualifiedName: LIVE.site.resource, kind: 'resource' }] }],
    });
    expect(rules[told?.associatedRule?.index ?? -1]?.id).toBe('stack-stuck');
  });

  it('links the other places from the message, brackets in names escaped', async () => {
    const [first] = resultsOf(await log([MISMATCH]));
    expect(first?.message.text).toContain(
      ' See: [needs arm64 here (infra/lib/api stack.ts:3)](1), [pushed as `\\[stage\\]-image-processor:latest` here (scripts/deploy.sh:4)](2)',
    );
    expect(
      first?.relatedLocations?.map(({ id, physicalLocation }) => [
        id,
        physicalLocation?.artifactLocation,
        physicalLocation?.region,
      ]),
    ).toEqual([
      [
        1,
        { uri: 'infra/lib/api%20stack.ts', uriBaseId: 'SRCROOT' },
        { startLine: 3, startColumn: 21, endLine: 3, endColumn: 47 },
      ],
      [
        2,
        { uri: 'scripts/deploy.sh', uriBaseId: 'SRCROOT' },
        { startLine: 4, startColumn: 47, endLine: 4, endColumn: 67 },
      ],
    ]);
  });

  it('tells the voyage as a code flow: the way in, the place, the hops, the other side', async () => {
    const [first] = resultsOf(await log([MISMATCH]));
    const steps = first?.codeFlows?.[0]?.threadFlows[0]?.locations.map(
      ({ location }) =>
        `${location?.physicalLocation?.artifactLocation?.uri}:${location?.physicalLocation?.region?.startLine}`,
    );
    expect(steps).toEqual([
      '.github/workflows/deploy.yml:12',
      'scripts/deploy.sh:4',
      'scripts/deploy.sh:4',
      'infra/lib/api%20stack.ts:3',
    ]);
  });

  it('counts columns from 1 in UTF-16 units and says so, and keeps the fingerprint', async () => {
    const one = await log([MISMATCH]);
    expect(one.runs[0]?.columnKind).toBe('utf16CodeUnits');
    expect(resultsOf(one)[0]?.locations?.[0]?.physicalLocation?.region).toEqual({
      startLine: 4,
      startColumn: 32,
      endLine: 4,
      endColumn: 43,
    });
    expect(resultsOf(one)[0]?.partialFingerprints).toEqual({ 'plimsoll/v1': 'a'.repeat(32) });
  });

  it('keeps suppressed findings with their justification when asked to, and what could not be read as notifications', async () => {
    const one = await logWith({ includeSuppressed: true }, [], {
      suppressed: [{ finding: HIDDEN, reason: 'known', by: 'comment' }],
      unreadable: [{ file: 'x.sh', line: 7, column: 2, reason: 'unterminated quote' }],
    });
    expect(resultsOf(one)[0]?.suppressions).toEqual([{ kind: 'inSource', status: 'accepted', justification: 'known' }]);
    expect(one.runs[0]?.invocations?.[0]?.toolExecutionNotifications?.[0]).toMatchObject({
      level: 'warning',
      message: { text: 'unterminated quote' },
    });
  });

  it("keeps to GitHub's limits: the worst 25,000 results, 99 related places, texts of 1,024", async () => {
    const related = Array.from({ length: 300 }, () => ({ message: 'x'.repeat(40), site: HIDDEN.site }));
    const long = { ...MISMATCH, message: '𝕏'.repeat(2000), related };
    const results = resultsOf(await log([...Array.from({ length: 25_000 }, () => HIDDEN), long]));
    expect(results).toHaveLength(25_000);
    expect(results[0]?.level).toBe('error');
    expect(results[0]?.relatedLocations).toHaveLength(99);
    expect(results[0]?.message.text?.length).toBeLessThanOrEqual(1024);
    expect(results[0]?.message.text).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });

  it('leaves out what was suppressed or is in the baseline: code scanning would open alerts for it', async () => {
    const one = await log([MISMATCH], {
      suppressed: [
        { finding: HIDDEN, reason: 'known', by: 'comment' },
        { finding: LIVE, by: 'baseline' },
      ],
    });
    expect(resultsOf(one).map(({ ruleId }) => ruleId)).toEqual(['arch-mismatch']);
  });

  it('ends the text before the help begins', async () => {
    const one = await log([{ ...HIDDEN, message: 'the deploy is hidden', help: 'Drop the filter' }, MISMATCH]);
    expect(resultsOf(one)[0]?.message.text).toBe('the deploy is hidden. Drop the filter.');
    expect(resultsOf(one)[1]?.message.text).toMatch(/"exec format error"\. Rebuild the image .* on arm64\. See: \[/);
  });

  it('has one category for each part of a repository and each command', async () => {
    const category = async (more: Parameters<typeof input>[1]): Promise<unknown> =>
      (await log([], more)).runs[0]?.automationDetails?.id;
    expect(await category({})).toBe('plimsoll/');
    expect(await category({ workspace: 'packages/the api' })).toBe('plimsoll/packages/the%20api/');
    expect(await category({ audited: 'one account' })).toBe('plimsoll-audit/');
    expect(await category({ changes: { against: 'git:main', list: [], remarks: [] } })).toBe('plimsoll-diff/');
  });

  it('leads to pages where there are any', async () => {
    const tool = { name: 'plimsoll', version: '1.2.3', homepage: 'https://example.com/' };
    const [rule] = input([]).rules;
    const published = await log([], { tool, rules: [{ ...rule!, page: 'https://example.com/arch-mismatch' }] });
    expect(published.runs[0]?.tool.driver).toMatchObject({
      informationUri: 'https://example.com/',
      rules: [{ helpUri: 'https://example.com/arch-mismatch' }],
    });
    expect(JSON.stringify(await log([]))).not.toMatch(/informationUri|helpUri/);
  });

  it('explains a rule with an example of each kind, in text and in Markdown', async () => {
    const help = (await log([])).runs[0]?.tool.driver.rules?.[0]?.help;
    expect(help?.markdown).toMatch(
      /^# arch-mismatch\n\n[^]*\n## Bad\n\n`\S+`:\n\n```\w+\n[^]*\n## Good\n\n`\S+`:\n[^]*\n## How to fix\n/,
    );
    expect(help?.markdown).not.toMatch(/finds=|file=/);
    expect(help?.text).toMatch(/\n\nBad:\n\n\S+:\n\n[^]*\n\nGood:\n\n\S+:\n/);
    expect(help?.text).not.toContain('```');
  });
});
