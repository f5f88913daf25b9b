/**
 * SARIF 2.1.0, within what GitHub's code scanning takes:
 * https://docs.github.com/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
 */
import type { CodeFlow, Location, Log, Notification, ReportingDescriptor, Result, ThreadFlowLocation } from 'sarif';
import { SEVERITY_RANK, type Finding } from '../model/finding.ts';
import type { Unreadable } from '../syntax/source.ts';
import { cut } from '../core/shorten.ts';
import type { Site, Span } from '../core/site.ts';
import { forJson, forSarif, forUri } from './escape.ts';
import type { Notice, ReportInput, RuleInfo, Style } from './report.ts';
import { defined } from '../core/optional.ts';

const MOST_RESULTS = 25_000;
/** Related locations count against GitHub's limit of 1,000 a result, of which it shows 100. */
const MOST_RELATED = 99;
const LONGEST_TEXT = 1024;
const LONGEST_NAME = 255;

export async function sarif(
  input: ReportInput,
  { includeSuppressed }: Pick<Style, 'includeSuppressed'> = {},
): Promise<string> {
  const { tool, findings, unreadable, changes, coverage, notices = [] } = input;
  // Code scanning opens an alert for each result, whatever it says of having been suppressed.
  const suppressed = includeSuppressed === true ? input.suppressed : [];
  const { PAGES } = await import('../rules/pages.ts');
  const catalogue = withUnlisted(input.rules, [...findings, ...suppressed.map(({ finding }) => finding)]);
  const indexes = new Map(catalogue.map((rule, index) => [rule.id, index]));
  const results = [
    ...findings.filter(isAnchored).map((finding) => result(finding, indexes)),
    ...suppressed
      .filter(({ finding }) => isAnchored(finding))
      .map(
        ({ finding, reason, by }): Result => ({
          ...result(finding, indexes),
          suppressions: [
            {
              kind: by === 'comment' ? 'inSource' : 'external',
              status: 'accepted',
              ...(reason === undefined ? {} : { justification: limited(reason) }),
            },
          ],
        }),
      ),
  ];
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Plimsoll',
            ...defined({ informationUri: tool.homepage }),
            version: tool.version,
            semanticVersion: tool.version,
            rules: catalogue.map((rule) =>
              descriptor(rule, Object.hasOwn(PAGES, rule.id) ? PAGES[rule.id] : undefined),
            ),
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: [
              ...unreadable.map(notification),
              ...notices.map(remark),
              ...(coverage?.unread ?? []).map(unread),
              ...findings.filter((one) => !isAnchored(one)).map((one) => afloat(one, indexes)),
            ],
          },
        ],
        automationDetails: { id: categoryOf(input) },
        originalUriBaseIds: { SRCROOT: { description: { text: 'The root of the project.' } } },
        columnKind: 'utf16CodeUnits',
        results: strongest(results),
        ...(changes === undefined
          ? {}
          : {
              properties: {
                diff: {
                  against: changes.against,
                  remarks: changes.remarks,
                  changes: changes.list.map(({ stack, logicalId, resourceType, change, description }) => ({
                    stack,
                    logicalId,
                    resourceType,
                    change,
                    description,
                  })),
                },
              },
            }),
      },
    ],
  };
  return `${forJson(log)}\n`;
}

/**
 * Code scanning takes a new report for the successor of those with the same category, so each part of a repository has
 * one, and so has each command. What follows the last slash would tell runs apart.
 */
function categoryOf({ changes, audited, workspace = '' }: ReportInput): string {
  const command = changes !== undefined ? 'plimsoll-diff' : audited !== undefined ? 'plimsoll-audit' : 'plimsoll';
  return `${command}/${workspace === '' ? '' : `${forUri(workspace)}/`}`;
}

/**
 * Code scanning shows results in files only; what is about a live resource that no file declares is told beside them.
 */
function isAnchored({ site, related }: Finding): boolean {
  return site.file !== '' || related.some((one) => one.site.file !== '');
}

function unread({ file, kind }: { readonly file: string; readonly kind: string }): Notification {
  return remark({ file, message: `${file} was not judged: nobody here reads this kind of file (${kind})` });
}

function afloat({ rule, severity, message, help, site }: Finding, indexes: ReadonlyMap<string, number>): Notification {
  const text = `${rule}: ${sentences(message, help)}`;
  return {
    level: severity,
    message: { text: limited(forSarif(text)) },
    associatedRule: { id: rule, index: indexes.get(rule) ?? -1 },
    locations: [location(site)],
  };
}

/** The worst first where there are too many; otherwise the order stays. */
function strongest(results: readonly Result[]): Result[] {
  if (results.length <= MOST_RESULTS) return [...results];
  const rank = ({ level, suppressions }: Result): number =>
    (suppressions === undefined ? 10 : 0) + SEVERITY_RANK[level === 'error' || level === 'warning' ? level : 'note'];
  return results
    .map((one, index) => ({ one, index }))
    .sort((a, b) => rank(b.one) - rank(a.one) || a.index - b.index)
    .slice(0, MOST_RESULTS)
    .map(({ one }) => one);
}

/** Plug-ins' rules that aren't in the catalogue still need an entry. */
function withUnlisted(rules: readonly RuleInfo[], findings: readonly Finding[]): RuleInfo[] {
  const all = new Map(rules.map((rule) => [rule.id, rule]));
  for (const { rule, severity } of findings)
    if (!all.has(rule)) all.set(rule, { id: rule, summary: rule, severity, group: 'plug-in', services: [] });
  return [...all.values()];
}

function descriptor(rule: RuleInfo, page: string | undefined): ReportingDescriptor {
  const finds = section(page, 'What it finds');
  const why = section(page, 'Why it matters');
  const fix = section(page, 'How to fix');
  const examples = ['Bad', 'Good'].flatMap((heading) => {
    const first = firstExample(section(page, heading));
    return first === '' ? [] : [{ heading, first }];
  });
  return {
    id: rule.id,
    name: cut(
      rule.id
        .split('-')
        .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
        .join(''),
      LONGEST_NAME,
    ),
    shortDescription: { text: limited(`${rule.summary}.`) },
    fullDescription: { text: limited(plain(finds === '' ? `${rule.summary}.` : finds)) },
    help: {
      text:
        [
          ...[finds, why].map(plain),
          ...examples.map(({ heading, first }) => `${heading}:\n\n${unfenced(first)}`),
          plain(fix),
        ]
          .filter((text) => text !== '')
          .join('\n\n') || `${rule.summary}.`,
      ...(page === undefined
        ? {}
        : {
            markdown: [
              `# ${rule.id}`,
              finds,
              '## Why it matters',
              why,
              ...examples.flatMap(({ heading, first }) => [`## ${heading}`, first]),
              '## How to fix',
              fix,
            ].join('\n\n'),
          }),
    },
    ...defined({ helpUri: rule.page }),
    defaultConfiguration: { level: rule.severity, enabled: rule.experimental !== true },
    properties: {
      tags: [rule.group, ...rule.services.filter((service) => service !== 'any')].slice(0, 10),
      'problem.severity': rule.severity === 'note' ? 'recommendation' : rule.severity,
      precision: 'high',
    },
  };
}

function section(page: string | undefined, heading: string): string {
  if (page === undefined) return '';
  const lines = page.split('\n');
  const start = lines.indexOf(`## ${heading}`);
  if (start === -1) return '';
  const end = lines.findIndex((line, index) => index > start && line.startsWith('## '));
  return lines
    .slice(start + 1, end === -1 ? undefined : end)
    .join('\n')
    .trim();
}

const FENCE = /^(`{3,}|~{3,})(\w*)(?:.*?\bfile=(\S+))?.*$/;

/**
 * Of a rule's examples the first, its files with their names. The marks that make it a test are nobody else's business.
 */
function firstExample(examples: string): string {
  const lines = examples.split('\n');
  const next = lines.findIndex((line, index) => index > 0 && line.startsWith('### '));
  const own = lines.slice(0, next === -1 ? undefined : next).filter((line) => !line.startsWith('### '));
  return own
    .map((line) => {
      const [, fence = '', language = '', file] = FENCE.exec(line) ?? [];
      return fence === '' ? line : `${file === undefined ? '' : `\`${file}\`:\n\n`}${fence}${language}`;
    })
    .join('\n')
    .trim();
}

/** Code stays as it is where there are no fences to hold it. */
function unfenced(example: string): string {
  return example
    .split('\n')
    .filter((line) => !/^(?:`{3,}|~{3,})/.test(line))
    .map((line) => line.replace(/^`(\S+)`:$/, '$1:'))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Markdown without its marks, good enough for a plain-text field. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
}

function result(finding: Finding, indexes: ReadonlyMap<string, number>): Result {
  const related = finding.related.slice(0, MOST_RELATED);
  const flow = codeFlow(finding);
  const links = related.map(
    ({ message, site }, index) => `[${forSarif(message)} (${forSarif(placeName(site))})](${index + 1})`,
  );
  const fixes = finding.fixes.filter((fix) => fix.edits.length > 0);
  return {
    ruleId: finding.rule,
    ruleIndex: indexes.get(finding.rule) ?? -1,
    level: finding.severity,
    message: { text: joined(forSarif(sentences(finding.message, finding.help)), links) },
    locations: [anchor(finding)],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map(({ message, site }, index) => ({
            id: index + 1,
            ...location(site),
            message: { text: limited(forSarif(message)) },
          })),
        }),
    ...(flow === undefined ? {} : { codeFlows: [flow] }),
    ...(fixes.length === 0
      ? {}
      : {
          fixes: fixes.map(({ title, edits }) => ({
            description: { text: limited(forSarif(title)) },
            artifactChanges: [...new Set(edits.map(({ file }) => file))].map((file) => ({
              artifactLocation: artifact(file),
              replacements: edits
                .filter((edit) => edit.file === file)
                .map(({ start, end, text }) => ({
                  deletedRegion: { charOffset: start, charLength: end - start },
                  insertedContent: { text },
                })),
            })),
          })),
        }),
    partialFingerprints: { 'plimsoll/v1': finding.fingerprint },
    properties: { confidence: finding.confidence },
  };
}

/** What is wrong, then what to do: each ends before the next begins. */
function sentences(...parts: readonly (string | undefined)[]): string {
  return parts
    .flatMap((part) => (part === undefined || part === '' ? [] : [/[.!?:]["')\]`]?$/.test(part) ? part : `${part}.`]))
    .join(' ');
}

/** As many links to the other places as the length allows. */
function joined(text: string, links: readonly string[]): string {
  let message = limited(text);
  for (const link of links) {
    const longer = message === limited(text) ? `${message} See: ${link}` : `${message}, ${link}`;
    if (longer.length > LONGEST_TEXT) break;
    message = longer;
  }
  return message;
}

/** The voyage: how the place is reached, what was done there, the hops between, and where it ends. */
function codeFlow(finding: Finding): CodeFlow | undefined {
  if (finding.related.length === 0 && (finding.site.via ?? []).length === 0) return undefined;
  const [otherSide, ...hops] = finding.related;
  const locations: ThreadFlowLocation[] = [];
  const add = (
    site: { file: string; span: Span; resource?: string },
    message: string,
    importance: 'essential' | 'important',
  ): void => {
    locations.push({
      executionOrder: locations.length + 1,
      importance,
      location: { ...location(site), message: { text: limited(forSarif(message)) } },
    });
  };
  for (const hop of finding.site.via ?? []) add(hop, `reached from ${hop.label}`, 'important');
  add(finding.site, finding.message, 'essential');
  for (const { site, message } of hops.slice(0, 900)) add(site, message, 'important');
  if (otherSide !== undefined) add(otherSide.site, otherSide.message, 'essential');
  return { threadFlows: [{ locations }] };
}

/** A live resource stands in the first file that has to do with it. */
function anchor({ site, related }: Finding): Location {
  const other = site.file === '' ? related.find((one) => one.site.file !== '')?.site : undefined;
  return location(other === undefined ? site : { ...other, ...defined({ resource: site.resource }) });
}

function location({ file, span, resource }: { file: string; span: Span; resource?: string }): Location {
  const logical =
    resource === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: resource, kind: 'resource' }] };
  if (file === '') return logical;
  const region = {
    startLine: span.line,
    startColumn: span.column,
    ...(span.endLine > span.line || span.endColumn > span.column
      ? { endLine: span.endLine, endColumn: span.endColumn }
      : {}),
  };
  return { physicalLocation: { artifactLocation: artifact(file), region }, ...logical };
}

function artifact(file: string): { uri: string; uriBaseId: string } {
  return { uri: forUri(file), uriBaseId: 'SRCROOT' };
}

function notification({ file, line, column, reason }: Unreadable): Notification {
  return {
    level: 'warning',
    message: { text: limited(forSarif(reason)) },
    locations: [
      { physicalLocation: { artifactLocation: artifact(file), region: { startLine: line, startColumn: column } } },
    ],
  };
}

function remark({ file, message }: Notice): Notification {
  return {
    level: 'note',
    message: { text: limited(forSarif(message)) },
    locations: [{ physicalLocation: { artifactLocation: artifact(file) } }],
  };
}

function placeName({ file, span, resource }: Site): string {
  return file === '' ? (resource ?? 'live') : `${file}:${span.line}`;
}

function limited(text: string): string {
  return cut(text, LONGEST_TEXT);
}
