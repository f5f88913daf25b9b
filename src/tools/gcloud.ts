/** `gcloud`: what it does to images in Google's registries. Whatever else it does is not understood. */
import { parseImageRef } from '../core/image-ref.ts';
import { judged } from '../core/sealed.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { answer } from './environment.ts';
import { parseOptions } from './options.ts';
import { either } from './probes.ts';

/** What stands before the verb. */
const IMAGES = ['container images', 'artifacts docker images', 'artifacts docker tags'];

export function gcloud(invocation: Invocation): CommandResult {
  const { positionals } = parseOptions(invocation.args, {
    values: ['--project', '--account', '--filter', '--format', '--limit', '--sort-by', '--configuration', '--location'],
  });
  const words = positionals.map((arg) => judged(arg.text) ?? '?');
  // Logs in, or settles how the others are run.
  if (['auth', 'config', 'components'].includes(words[0] ?? '')) return { stdout: answer(invocation, 'gcloud') };
  const group = IMAGES.find((one) => words.slice(0, one.split(' ').length).join(' ') === one);
  const [verb, ...images] = group === undefined ? [] : positionals.slice(group.split(' ').length);
  switch (judged(verb?.text)) {
    case 'list':
    case 'list-tags':
    case 'describe':
      return either({ stdout: answer(invocation, 'gcloud') });
    // Either takes names away.
    case 'delete':
    case 'untag':
      return {};
    case 'add':
      return addTags(invocation, images, 'gcloud artifacts docker tags add');
    case 'add-tag':
      return addTags(invocation, images, 'gcloud container images add-tag');
    default:
      return { notUnderstood: true };
  }
}

/** SOURCE TARGET…, inside the registry. */
function addTags(invocation: Invocation, [source, ...targets]: readonly Arg[], label: string): CommandResult {
  if (source === undefined) return {};
  for (const target of targets) {
    invocation.emit({
      kind: 'tag',
      site: invocation.site,
      tool: 'gcloud',
      remote: true,
      source: parseImageRef(source.text),
      sourceSite: source.site,
      target: parseImageRef(target.text),
      targetSite: target.site,
    });
  }
  return { long: { what: 'push', label } };
}
