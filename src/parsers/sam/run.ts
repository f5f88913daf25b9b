/** What samconfig gives `sam deploy`, for a command that names an environment or for somebody who types it by hand. */
import { always, type Values } from '../../core/choices.ts';
import { contentOf, seal } from '../../core/sealed.ts';
import { own } from '../../core/table.ts';
import type { SamConfigReading, SamEnvironment } from './read.ts';
import type { Readings } from '../../project/readings.ts';
import { defined } from '../../core/optional.ts';

export interface SamSettings {
  readonly stackName?: string;
  readonly region?: string;
  readonly template?: string;
  readonly parameters: ReadonlyMap<string, Values>;
  /** Others are given by a file that is not read. */
  readonly open: boolean;
}

/** The configuration beside a template or in the folder a command runs in. */
export function samConfigIn(readings: Readings, folder: string): SamConfigReading | undefined {
  for (const name of ['samconfig.toml', 'samconfig.yaml', 'samconfig.yml']) {
    const reading = readings.get(folder === '' ? name : `${folder}/${name}`);
    if (reading?.kind === 'samconfig') return reading;
  }
  return undefined;
}

export function environmentOf(reading: SamConfigReading, name: string): SamEnvironment | undefined {
  return reading.environments.find((one) => one.name === name);
}

/**
 * What all commands get, and what this one gets beyond that. What parameters are given may be judged and not shown: the
 * file is only read.
 */
export function settingsOf(file: string, environment: SamEnvironment, command: string): SamSettings {
  const all = { ...environment.commands['global'], ...own(environment.commands, command) };
  const first = (name: string): string | undefined => own(all, name)?.[0]?.value;
  const [stackName, region, template] = [
    first('stack_name'),
    first('region'),
    first('template_file') ?? first('template'),
  ];
  const given = (all['parameter_overrides'] ?? []).flatMap(({ value }) => words(value));
  return {
    ...defined({ stackName, region, template }),
    parameters: new Map(
      given
        .flatMap((word) => overrideIn(word) ?? [])
        .map(({ name, value }) => [name, always(seal(value, contentOf(file)))]),
    ),
    open: given.some((word) => overrideIn(word) === undefined),
  };
}

/**
 * `A=1`, or CloudFormation's own `ParameterKey=A,ParameterValue=1`; undefined for what names a file:
 * `file://params.yaml`, `$include=params.yaml`.
 */
function overrideIn(word: string): { name: string; value: string } | undefined {
  const long = /^ParameterKey=([^,]+),ParameterValue=(.*)$/s.exec(word);
  if (long !== null) return { name: long[1] ?? '', value: long[2] ?? '' };
  const short = /^(\w+)=(.*)$/s.exec(word);
  return short === null ? undefined : { name: short[1] ?? '', value: short[2] ?? '' };
}

/** Cut at blanks that stand in no quotes; the quotes go. */
function words(text: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== '' && char === quote) quote = '';
    else if (char === '\\' && quote !== "'") word = (word ?? '') + text.charAt(++at);
    else if (quote !== '') word = (word ?? '') + char;
    else if (char === '"' || char === "'") [quote, word] = [char, word ?? ''];
    else if (/\s/.test(char)) {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  return word === undefined ? found : [...found, word];
}
