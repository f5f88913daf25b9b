/** What a build's flags say about provenance and SBOM, read exactly as buildx reads them. */
import type { Attestations } from '../model/facts.ts';
import type { Site } from '../core/site.ts';
import { judged } from '../core/sealed.ts';
import { show, type Text } from '../core/text.ts';
import type { Option, Options } from './options.ts';
import { goBool } from './texts.ts';
import { defined } from '../core/optional.ts';

type Said = 'on' | 'off' | 'default' | 'unknown';

interface Statement {
  readonly what: 'provenance' | 'sbom';
  readonly said: Said;
  readonly site: Site;
}

interface Mistake {
  readonly text: string;
  readonly site: Site;
}

/** `--provenance=V`: a boolean, or fields such as `mode=max`. */
export function readShorthand(value: Text): Said {
  const text = judged(value);
  if (text === undefined) return 'unknown';
  if (text === '') return 'default';
  const switched = goBool(text);
  if (switched !== undefined) return switched ? 'on' : 'off';
  return readFields(text.split(',')) ?? 'on';
}

/** `disabled=…` among an attestation's fields; undefined when a field is invalid, which buildx refuses. */
function readFields(fields: readonly string[]): Said | undefined {
  let said: Said = 'on';
  for (const field of fields) {
    const [key = '', ...rest] = field.trim().split('=');
    if (key.toLowerCase() !== 'disabled') continue;
    const switched = goBool(rest.join('='));
    if (switched === undefined) return undefined;
    said = switched ? 'off' : 'on';
  }
  return said;
}

function readAttest({ value, valueArg }: Option): Statement | Mistake | 'unknown' {
  const text = judged(value);
  if (text === undefined) return 'unknown';
  const fields = text.split(',');
  const type = fields
    .find((field) => field.trim().startsWith('type='))
    ?.trim()
    .slice('type='.length);
  if (type !== 'provenance' && type !== 'sbom') return { text: `--attest ${text}`, site: valueArg.site };
  const said = readFields(fields);
  return said === undefined
    ? { text: `--attest ${text}`, site: valueArg.site }
    : { what: type, said, site: valueArg.site };
}

const NOT_A_SWITCH = /^(?:provenance|sbom|attest|BUILDX_NO_DEFAULT_ATTESTATIONS)$/i;

/** Flags first; then what the environment and the words nobody knows leave open. */
export function readAttestations(
  options: Options,
  circumstances: { readonly hidden: boolean; readonly noDefault: 'on' | 'off' | 'unset' | 'unknown' },
): Attestations {
  const statements: Statement[] = [];
  let mistaken: Mistake | undefined;
  let unknownAttest = false;
  for (const option of options.all('--attest')) {
    const read = readAttest(option);
    if (read === 'unknown') unknownAttest = true;
    else if ('what' in read) statements.push(read);
    else if (/disabled|false/.test(read.text)) mistaken ??= read;
  }
  for (const what of ['provenance', 'sbom'] as const) {
    const last = options.last(`--${what}`);
    if (last?.value !== undefined) statements.push({ what, said: readShorthand(last.value), site: last.valueArg.site });
  }
  for (const option of options.all('--build-arg')) {
    const text = show(option.value ?? []);
    if (NOT_A_SWITCH.test(text.split('=')[0]!))
      mistaken ??= { text: `--build-arg ${text}`, site: option.valueArg.site };
  }
  for (const option of options.all('--output')) {
    const text = show(option.value ?? []);
    if (/(?:^|,)oci-mediatypes=(?:false|0)(?:,|$)/.test(text))
      mistaken ??= { text: 'oci-mediatypes=false', site: option.valueArg.site };
  }
  // `--attest` comes first and the first one wins.
  const said = (what: Statement['what']): Said => {
    const first = statements.find((one) => one.what === what && one.said !== 'default');
    if (first !== undefined) return first.said;
    return circumstances.hidden || unknownAttest ? 'unknown' : 'default';
  };
  let provenance = said('provenance');
  if (provenance === 'default' && circumstances.noDefault === 'on') provenance = 'off';
  if (provenance === 'default' && circumstances.noDefault === 'unknown') provenance = 'unknown';
  const site = statements.find((one) => one.what === 'provenance')?.site ?? statements[0]?.site;
  return {
    provenance,
    sbom: said('sbom'),
    ...defined({ site, mistaken }),
  };
}
