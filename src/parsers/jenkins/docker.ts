/**
 * Jenkins's Docker Pipeline plug-in: `docker.build`, `docker.image`, `push`, `withRegistry`. It runs the client's
 * commands, and puts the registry's host before names that have none.
 */
import { always, concatValues, mapValues, type Values } from '../../core/choices.ts';
import { parseImageRef } from '../../core/image-ref.ts';
import { concatAll, literal, textKey, type Text } from '../../core/text.ts';
import type { Here } from './here.ts';
import type { Interpreter } from './interpreter.ts';
import type { Call } from './reading.ts';
import { piecesOf } from './pieces.ts';
import { command, made } from './shell.ts';
import { NOTHING, text, valuesOf, type Value } from './values.ts';

/** A call on `docker`; undefined where the plug-in has no such. */
export function dockerCall(interpreter: Interpreter, call: Call, here: Here, unused: boolean): Value | undefined {
  const [first, ...more] = call.args;
  const given = (): Values =>
    first === undefined ? always(literal('')) : valuesOf(interpreter.evaluate(first, here), 'image');
  const last = call.args.at(-1);
  const closure = (): Value | undefined => (last === undefined ? undefined : interpreter.evaluate(last, here));
  switch (call.name) {
    case 'build': {
      const name = given();
      const [options] = more;
      const words = options === undefined ? '.' : piecesOf(interpreter, options, here);
      command(interpreter, made(call.nameRange, 'docker build -t "', name, '" ', words), call.nameRange, here);
      return { kind: 'image', name };
    }
    case 'image':
      return { kind: 'image', name: given() };
    case 'withRegistry': {
      const host = mapValues(given(), 'registry', hostOf);
      const [credentials] = more;
      if (credentials !== last && credentials !== undefined)
        logIn(interpreter, host, valuesOf(interpreter.evaluate(credentials, here), 'credentials'), call, here);
      return interpreter.closure(closure(), withRegistry(here, host), [], unused);
    }
    case 'withServer':
    case 'withTool':
    case 'withDockerContainer':
      return interpreter.closure(closure(), here, [], unused);
    default:
      return undefined;
  }
}

/** `ecr:REGION:ID` has the plug-in for ECR ask for the password. */
function logIn(interpreter: Interpreter, host: Values, credentials: Values, { nameRange }: Call, here: Here): void {
  const isForEcr = credentials.some(({ value: [first] }) => typeof first === 'string' && first.startsWith('ecr:'));
  for (const { value, when } of host) {
    const words = [
      `docker login${isForEcr ? ' -u AWS' : ''}`,
      ...(value.length === 0 ? [] : [' "', [{ value, when }], '"']),
    ];
    command(interpreter, made(nameRange, ...words), nameRange, here);
  }
}

/** An empty address is Docker Hub's: names stay as they are. */
function withRegistry({ registry: _, ...here }: Here, registry: Values): Here {
  return registry.every(({ value }) => value.length === 0) ? here : { ...here, registry };
}

/** A call on what `docker.build` or `docker.image` gave. */
export function imageCall(interpreter: Interpreter, image: Values, call: Call, here: Here): Value {
  const last = call.args.at(-1);
  switch (call.name) {
    case 'push':
    case 'tag': {
      const [first] = call.args;
      const tag = first === undefined ? undefined : valuesOf(interpreter.evaluate(first, here), 'tag');
      const name = qualified(image, here.registry, tag);
      const push = call.name === 'push' ? [' && docker push "', name, '"'] : [];
      command(
        interpreter,
        made(call.nameRange, 'docker tag "', image, '" "', name, '"', ...push),
        call.nameRange,
        here,
      );
      return { kind: 'text', values: name };
    }
    case 'pull':
      command(
        interpreter,
        made(call.nameRange, 'docker pull "', qualified(image, here.registry), '"'),
        call.nameRange,
        here,
      );
      return NOTHING;
    case 'inside':
    case 'withRun':
      return last === undefined
        ? NOTHING
        : interpreter.closure(interpreter.evaluate(last, here), here, [text(literal(''))]);
    case 'imageName':
      return { kind: 'text', values: qualified(image, here.registry) };
    default:
      return NOTHING;
  }
}

/** The name under the registry at hand, with this tag in place of its own. */
function qualified(image: Values, registry: Values | undefined, tag?: Values): Values {
  const named = mapValues(image, 'image', (one) => {
    const { registry: own, repository, tag: written } = parseImageRef(one);
    return concatAll([
      ...(own === undefined ? [] : [own, literal('/')]),
      repository,
      ...(tag === undefined ? [literal(':'), written ?? literal('latest')] : []),
    ]);
  });
  const whole = tag === undefined ? named : concatValues([named, always(literal(':')), tag], 'image');
  if (registry === undefined || image.some(({ value }) => registry.some((one) => isUnder(value, one.value))))
    return whole;
  return concatValues([registry, always(literal('/')), whole], 'image');
}

/** A name that has a registry already stays as it is. */
function isUnder(image: Text, registry: Text): boolean {
  const own = parseImageRef(image).registry;
  return (
    own !== undefined &&
    (textKey(own) === textKey(registry) || own.some((part) => typeof part === 'string' && part.includes('.')))
  );
}

/** `https://host/path` → `host` */
function hostOf(url: Text): Text {
  const [first, ...rest] = url;
  const bare: Text =
    typeof first === 'string' ? [first.replace(/^https?:\/\//, ''), ...rest].filter((part) => part !== '') : url;
  const slash = bare.findIndex((part) => typeof part === 'string' && part.includes('/'));
  const cut = bare[slash];
  if (typeof cut !== 'string') return bare;
  return [...bare.slice(0, slash), cut.slice(0, cut.indexOf('/'))].filter((part) => part !== '');
}
