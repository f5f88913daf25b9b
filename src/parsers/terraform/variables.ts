/** Input variables: what the caller gives, else the default; of a root module, also what a user may give. */
import { byDefault, given, when } from '../../core/choices.ts';
import { isCredential } from '../../core/secrets.ts';
import { hole, literal, type Nature } from '../../core/text.ts';
import { evaluate } from './expressions.ts';
import type { World } from '../../project/evaluation.ts';
import { attributeOf, emptyModule, folderOf } from './module.ts';
import { NOBODY, once, openRoot, type Scope } from './scope.ts';
import { inChosenFiles, inValueFiles } from './value-files.ts';
import { fromValues, one, sealed, unknown, type Place, type Value } from './value.ts';

/** A variable's values, standing where it is used; undefined while they are being worked out. */
export function variableValue(scope: Scope, name: string, place: Place): Value | undefined {
  const value = once(scope, `var ${name}`, () => bySensitivity(scope, name, readVariable(scope, name)));
  // Lists and objects keep the places of what is in them.
  return value?.map((way) => (way.value.kind === 'list' || way.value.kind === 'object' ? way : { ...way, place }));
}

/** What Terraform itself would not print, or what goes by a credential's name. */
function bySensitivity(scope: Scope, name: string, value: Value): Value {
  const declared = scope.module.variables.get(name);
  const sensitive = declared === undefined ? undefined : attributeOf(declared.block, 'sensitive');
  return isCredential(name) || (sensitive?.kind === 'literal' && sensitive.text === 'true')
    ? sealed(value, `var.${name}`)
    : value;
}

function readVariable(scope: Scope, name: string): Value {
  const declared = scope.module.variables.get(name);
  const input = scope.inputs?.get(name) ?? scope.root.given.get(name);
  // Declared in a file that is generated, or not at all.
  if (declared === undefined)
    return (
      input ??
      one(unknown(`var.${name}${scope.suffix}`, natureOf(name)), { lines: { file: '', starts: [0] }, range: [0, 0] })
    );
  const { block, lines } = declared;
  const place: Place = { lines, range: block.range };
  const stated = attributeOf(block, 'default');
  const fallback = stated === undefined ? undefined : evaluate(stated, { scope, lines, names: new Map() });
  if (scope.inputs !== undefined) {
    const value = scope.inputs.get(name);
    return value ?? fallback ?? one(unknown(`var.${name}${scope.suffix}`), place);
  }
  if (input !== undefined) return input;
  const bound = scope.world.bindings.get(name);
  if (bound !== undefined && bound.length > 0)
    return bound.map((each) => ({
      value: { kind: 'text', text: literal(each) },
      when: when(`var.${name}${scope.suffix}`, each),
      place,
    }));
  const filed = inValueFiles(scope, name);
  if (filed !== undefined) return filed;
  const nature = natureOf(name);
  const own: Value =
    fallback !== undefined && structured(fallback)
      ? one(unknown(`var.${name}${scope.suffix}`), place)
      : one({ kind: 'text', text: hole(`var.${name}${scope.suffix}`) }, place);
  const chosen = nature === undefined ? inChosenFiles(scope, name, fallback, own) : undefined;
  if (chosen !== undefined) return chosen;
  // Where a stack goes is said anew for each deploy; its default is one of many.
  if (nature !== undefined) return fromValues([{ value: hole(nature, nature), when: [] }], place);
  if (fallback === undefined) return own;
  if (!scope.root.open) return fallback;
  // Whoever gives one variable gives the others with it: one choice for the whole module, so that combinations stay
  // few.
  const identity = `terraform ${scope.rootFolder}`;
  const ways = fallback.map((way) => ({ ...way, when: [...way.when, ...byDefault(identity)] }));
  return [...ways, ...own.map((way) => ({ ...way, when: given(identity) }))];
}

/** A default that is a list or an object: what is given instead is one too. */
function structured(value: Value): boolean {
  return value.some((way) => way.value.kind === 'list' || way.value.kind === 'object');
}

function natureOf(name: string): Nature | undefined {
  if (/^(?:(?:aws|target|deploy|deployment)_)?region(?:_name)?$/i.test(name)) return 'region';
  return /^(?:(?:aws|target|deploy|deployment)_)?account(?:_?id|_number)?$/i.test(name) ? 'account' : undefined;
}

/** Must a caller give it? */
export function isRequired(scope: Pick<Scope, 'module'>, name: string): boolean {
  const declared = scope.module.variables.get(name);
  return declared !== undefined && attributeOf(declared.block, 'default') === undefined;
}

/** The variables in a values file of the project; undefined when there is none of that path. */
export function readValueFile(world: World, file: string): ReadonlyMap<string, Value> | undefined {
  const reading = world.readings.get(file);
  if (reading?.kind !== 'terraform' || reading.role !== 'values') return undefined;
  const scope = openRoot(world, emptyModule(folderOf(file)), NOBODY);
  return new Map(
    reading.body.attributes.map(({ name, value }) => [
      name,
      sealed(evaluate(value, { scope, lines: reading.lines, names: new Map() }), `var.${name}`),
    ]),
  );
}
