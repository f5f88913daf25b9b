/** Actions that build by other means than Docker, and those that run a script. */
import { concatValues, always } from '../../../core/choices.ts';
import { parseImageRef } from '../../../core/image-ref.ts';
import { HOST, UNKNOWN_PLATFORMS, parsePlatforms, type Platforms } from '../../../core/platform.ts';
import { concat, known, literal, type Text } from '../../../core/text.ts';
import { dockerfileAt, resolveBaseImage } from '../../dockerfile/run.ts';
import type { ActionCall } from './action.ts';
import { choices, flag } from './alternatives.ts';
import { contextOf } from './build-push.ts';
import { defined } from '../../../core/optional.ts';

/** redhat-actions/buildah-build */
export function buildahBuild(call: ActionCall): void {
  const files = ['containerfiles', 'dockerfiles'].flatMap((name) => call.items(name, 'lines'));
  for (const choice of choices(
    call,
    ['image', 'context', 'platforms', 'archs'],
    [{ name: 'tags', separators: 'spaces' }],
  )) {
    const context = contextOf(call, choice.input('context'));
    const image = choice.input('image') ?? [];
    const tags = choice.items('tags');
    const path = files[0]?.values[0]?.value;
    const dockerfile = path === undefined ? undefined : call.resolve(path);
    const reading = dockerfileAt(call.world.readings, dockerfile);
    const platforms = platformsOf(choice.input('platforms') ?? choice.input('archs'));
    const platformSite = call.inputSite('platforms') ?? call.inputSite('archs');
    const imageSite = call.inputSite('image') ?? call.site;
    call.emit(
      {
        kind: 'build',
        site: call.site,
        tool: 'buildah',
        label: call.name,
        names:
          tags.length === 0
            ? [{ ref: parseImageRef(image), site: imageSite }]
            : tags.map(({ text, site }) => ({ ref: parseImageRef(named(image, text)), site })),
        platforms,
        ...(platforms.kind === 'host' || platformSite === undefined ? {} : { platformSite }),
        ...defined({ dockerfile, context }),
        buildArgs: [],
        attestations: { provenance: 'default', sbom: 'default' },
        driver: 'none',
        output: 'store',
        host: call.frame.machine.host,
        ...(reading !== undefined ? { base: resolveBaseImage(reading, { buildArgs: new Map(), platforms }) } : {}),
        emulation: call.frame.machine.emulation,
      },
      choice.when,
    );
  }
  call.output('image', call.input('image') ?? []);
}

/** A tag may be a whole reference of its own. */
function named(image: Text, tag: Text): Text {
  return tag.some((part) => typeof part === 'string' && /[/:]/.test(part)) ? tag : concat(image, literal(':'), tag);
}

function platformsOf(text: Text | undefined): Platforms {
  if (text === undefined || text.length === 0) return HOST;
  const value = known(text);
  return value === undefined ? UNKNOWN_PLATFORMS : parsePlatforms(value.replaceAll(/\s*[\n,]\s*/g, ','));
}

/** redhat-actions/push-to-registry */
export function pushToRegistry(call: ActionCall): void {
  const slash = always(literal('/'));
  const registry = call.input('registry');
  const image = call.input('image');
  const tags = call.items('tags', 'spaces');
  for (const { values, site } of tags.length === 0 ? [{ values: always(literal('latest')), site: call.site }] : tags) {
    const whole = concatValues(
      [
        ...(registry === undefined ? [] : [registry, slash]),
        ...(image === undefined ? [] : [image, always(literal(':'))]),
        values,
      ],
      'image',
    );
    for (const { value, when } of whole)
      call.emit({ kind: 'push', site: call.site, tool: 'podman', ref: parseImageRef(value), refSite: site }, when);
  }
}

/** nick-fields/retry and its forks: a command, tried again until it works, under a limit for each attempt. */
export function retry(call: ActionCall): void {
  const number = (name: string): number | undefined => {
    const value = Number(known(call.input(name)?.[0]?.value) ?? Number.NaN);
    return Number.isNaN(value) ? undefined : value;
  };
  const minutes = number('timeout_minutes');
  const seconds = number('timeout_seconds') ?? (minutes === undefined ? undefined : minutes * 60);
  const shell = known(call.input('shell')?.[0]?.value) ?? 'bash';
  if (!/^(?:bash|sh)\b/.test(shell)) return;
  const masked = (call.input('continue_on_error') ?? []).some(({ value }) => flag(value) === true);
  const site = call.inputSite('continue_on_error');
  call.script('command', {
    ...defined({ timeoutSeconds: seconds }),
    ...(masked && site !== undefined
      ? { masked: { by: 'continue_on_error: true', why: 'continue-on-error', site } }
      : {}),
  });
}
