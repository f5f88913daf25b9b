/** What samconfig gives `sam deploy`, for a command that names an environment or for somebody who types it by hand. */
import { always, type Values } from '../model/guard.ts';
import { literal } from '../model/text.ts';
import type { SamConfigReading, SamEnvironment } from '../parsers/samconfig.ts';
import type { Readings } from '../parsers/reading.ts';

export interface SamSettings {
  readonly stackName?: string;
  readonly region?: string;
  readonly template?: string;
  readonly parameters: ReadonlyMap<string, Values>;
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

/** What all commands get, and what this one gets beyond that. */
export function settingsOf(environment: SamEnvironment, command: string): SamSettings {
  const all = { ...environment.commands['global'], ...environment.commands[command] };
  const first = (name: string): string | undefined => all[name]?.[0]?.value;
  const [stackName, region, template] = [first('stack_name'), first('region'), first('template_file') ?? first('template')];
  return {
    ...(stackName === undefined ? {} : { stackName }),
    ...(region === undefined ? {} : { region }),
    ...(template === undefined ? {} : { template }),
    parameters: new Map((all['parameter_overrides'] ?? []).flatMap(({ value }) => overrides(value)).map(([name, value]) => [name, always(literal(value))])),
  };
}

/** `A=1 B="two words"`, or CloudFormation's own `ParameterKey=A,ParameterValue=1`. */
export function overrides(text: string): [string, string][] {
  return words(text).flatMap((word): [string, string][] => {
    const long = /^ParameterKey=([^,]+),ParameterValue=(.*)$/s.exec(word);
    if (long !== null) return [[long[1] ?? '', long[2] ?? '']];
    const cut = word.indexOf('=');
    return cut > 0 ? [[word.slice(0, cut), word.slice(cut + 1)]] : [];
  });
}

/** Cut at blanks that stand in no quotes; the quotes go. */
function words(text: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== '' && char === quote) quote = '';
    else if (char === '\\' && quote !== '\'') word = (word ?? '') + text.charAt(++at);
    else if (quote !== '') word = (word ?? '') + char;
    else if (char === '"' || char === '\'') [quote, word] = [char, word ?? ''];
    else if (/\s/.test(char)) {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  return word === undefined ? found : [...found, word];
}
