/** Templates that stack sets of a template carry in themselves, as text. */
import { indexLines, position } from '../../core/site.ts';
import { isObject } from '../../syntax/json.ts';
import type { SourceText } from '../../syntax/source.ts';
import { embeddedText } from './embedded.ts';
import { looksLikeTemplate } from './sniff.ts';
import { section, type InlineTemplate, type TemplateReading } from './reading.ts';

/** `read` is the reader of templates, handed in because it leads here. */
export function inlineTemplates(
  reading: TemplateReading,
  source: SourceText,
  read: (inner: SourceText) => TemplateReading,
): InlineTemplate[] {
  if (!source.text.includes('AWS::CloudFormation::StackSet')) return [];
  return Object.entries(section(reading, 'Resources')).flatMap(([id, resource]): InlineTemplate[] => {
    if (
      !isObject(resource) ||
      resource['Type'] !== 'AWS::CloudFormation::StackSet' ||
      !isObject(resource['Properties'])
    )
      return [];
    const path = ['Resources', id, 'Properties', 'TemplateBody'];
    const body = resource['Properties']['TemplateBody'];
    const embedded = body === undefined ? undefined : embeddedText(reading, path, body);
    // Rain and its like put a file in the place of a word.
    if (embedded === undefined || !looksLikeTemplate(embedded.text)) return [];
    const { text, map } = embedded;
    const inner = read({ file: source.file, text, lines: indexLines(source.file, text) });
    return [
      {
        path,
        template: {
          ...inner,
          lines: source.lines,
          suppressions: [],
          unreadable: inner.unreadable.map(({ reason }) => ({
            file: source.file,
            ...position(source.lines, map(0)),
            reason: `the template of stack set ${id}: ${reason}`,
          })),
          written: { format: 'within', inner: inner.written, text, map },
        },
      },
    ];
  });
}
