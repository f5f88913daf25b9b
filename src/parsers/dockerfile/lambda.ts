/** Can what this Dockerfile makes speak Lambda's runtime API? `no` only where nothing in it could. */
import { parseImageRef } from '../../core/image-ref.ts';
import { known, type Text } from '../../core/text.ts';
import type { CommandLine, Instruction } from './reading.ts';
import { oneOrNone } from '../../core/optional.ts';

/**
 * A runtime interface client, its class or the web adapter, by the names under which they are installed and started.
 */
const CLIENT =
  /awslambdaric|aws[-_]lambda[-_]ric|aws-lambda-nodejs-runtime-interface|aws-lambda-java-runtime-interface|runtime\.api\.client|lambda[-_]web[-_]adapter|aws[-_]lambda[-_]adapter|awsguru\/|lambda-adapter|lambda-entrypoint\.sh|RuntimeSupport|\bbref\/|vapor\/runtime|lambda-insights.*bootstrap/i;
const BOOTSTRAP = /(^|[/\s"'])bootstrap(["'\s]|$)/;
const MENTIONS = /lambda|AWS_LWA|_HANDLER|RUNTIME_API/i;
/** Images that everybody knows, and that bring nothing of Lambda's. */
const GENERAL = new Set([
  'python',
  'node',
  'ruby',
  'php',
  'perl',
  'golang',
  'rust',
  'openjdk',
  'eclipse-temurin',
  'amazoncorretto',
  'maven',
  'gradle',
  'nginx',
  'httpd',
  'caddy',
  'ubuntu',
  'debian',
  'alpine',
  'amazonlinux',
  'almalinux',
  'rockylinux',
  'fedora',
  'centos',
  'busybox',
  'oven/bun',
  'denoland/deno',
  'tiangolo/uvicorn-gunicorn-fastapi',
  'redis',
  'postgres',
  'mysql',
]);
/** Programs that serve or run something of their own accord: no client hides in them. */
const PLAIN_STARTERS =
  /^(gunicorn|uvicorn|hypercorn|daphne|flask|django-admin|streamlit|celery|nginx|httpd|caddy|apache2(ctl|-foreground)?|php-fpm|puma|unicorn|redis-server|postgres|mysqld|jupyter)$/;
const INTERPRETERS = /^(python[\d.]*|node|ruby|php|bun|deno)$/;

export interface LambdaEvidence {
  readonly base: Text;
  /** Instructions of the final stage and the stages it is made from, nearest first. */
  readonly instructions: readonly Instruction[];
  readonly entrypoint?: CommandLine;
  readonly cmd?: CommandLine;
}

export function lambdaRuntime({ base, instructions, entrypoint, cmd }: LambdaEvidence): 'yes' | 'no' | 'unknown' {
  const kind = baseKind(base);
  if (kind === 'lambda') return 'yes';
  const texts = instructions.map(textOf);
  if (texts.some((text) => CLIENT.test(text)) || instructions.some(bringsExtension)) return 'yes';
  if (kind === 'provided') return texts.some((text) => BOOTSTRAP.test(text)) ? 'yes' : 'unknown';
  if (kind === 'unknown' || texts.some((text) => MENTIONS.test(text))) return 'unknown';
  return startsSomethingPlain(entrypoint, cmd) ? 'no' : 'unknown';
}

function baseKind(base: Text): 'lambda' | 'provided' | 'general' | 'unknown' {
  const ref = parseImageRef(base);
  const name = known(ref.repository);
  if (name === undefined) return 'unknown';
  const registry = known(ref.registry);
  const lambda = /^lambda\/([\w-]+)$/.exec(name)?.[1] ?? /^amazon\/aws-lambda-([\w-]+)$/.exec(name)?.[1];
  if (lambda !== undefined && (registry === undefined || registry === 'public.ecr.aws' || registry === 'docker.io'))
    return lambda === 'provided' ? 'provided' : 'lambda';
  const onHub =
    registry === undefined
      ? name
      : registry === 'docker.io' || registry === 'index.docker.io'
        ? name
        : registry === 'public.ecr.aws'
          ? name.replace(/^docker\//, '')
          : undefined;
  const plain = onHub?.replace(/^library\//, '').replace(/^(amd64|arm64v8|arm64)\//, '');
  return plain !== undefined &&
    (GENERAL.has(plain) || (registry === 'public.ecr.aws' && plain === 'amazonlinux/amazonlinux'))
    ? 'general'
    : 'unknown';
}

function textOf(instruction: Instruction): string {
  switch (instruction.kind) {
    case 'run':
    case 'entrypoint':
    case 'cmd':
      return instruction.line.words.join(' ');
    case 'copy':
    case 'add':
      return [...oneOrNone(instruction.from), ...instruction.sources, ...oneOrNone(instruction.destination)]
        .map((word) => word.text)
        .join(' ');
    case 'env':
      return instruction.pairs.map((pair) => `${pair.name}=${pair.value?.text ?? ''}`).join(' ');
    case 'arg':
      return instruction.declarations.map((one) => one.value?.text ?? '').join(' ');
    case 'onbuild':
      return instruction.text;
    case 'healthcheck':
    case 'user':
    case 'workdir':
    case 'shell':
    case 'other':
      return '';
  }
}

/** Whatever is put among Lambda's extensions is meant for Lambda: the web adapter lives there. */
function bringsExtension(instruction: Instruction): boolean {
  return (
    (instruction.kind === 'copy' || instruction.kind === 'add') &&
    (instruction.destination?.text ?? '').startsWith('/opt/extensions')
  );
}

function startsSomethingPlain(entrypoint: CommandLine | undefined, cmd: CommandLine | undefined): boolean {
  const words =
    entrypoint === undefined
      ? cmd === undefined
        ? []
        : wordsOf(cmd)
      : [...wordsOf(entrypoint), ...(entrypoint.shell || cmd === undefined ? [] : wordsOf(cmd))];
  const [first, second] = words;
  // Nothing said: the base's own default, a shell or an interpreter that waits for input.
  if (first === undefined) return true;
  const program = first.replace(/^.*\//, '');
  if (PLAIN_STARTERS.test(program)) return true;
  if (INTERPRETERS.test(program)) return second !== undefined && !second.includes('$');
  // `CMD ["app.handler"]` without a client: the base would try to execute a program of that name.
  return (
    entrypoint === undefined &&
    words.length === 1 &&
    /^[A-Za-z_][\w/-]*\.[A-Za-z_]\w*$/.test(first) &&
    /\.(\w*handler\w*|main|lambda)$/i.test(first)
  );
}

function wordsOf(line: CommandLine): string[] {
  const words = line.shell
    ? line.words
        .join(' ')
        .trim()
        .split(/\s+/)
        .filter((word) => word !== '')
    : [...line.words];
  return words[0] === 'exec' ? words.slice(1) : words;
}
