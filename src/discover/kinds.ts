/** Which files take part, and as what: by path, else by a cheap look into the bytes. Nothing heavy is imported here. */
import type { Kind } from '../parsers/reading.ts';

/** What must be seen inside before a file of this name takes part. */
export type Suspect = 'template' | 'cdk' | 'script';

export type ByPath = { readonly kind: Exclude<Kind, 'assembly' | 'cdk'> } | { readonly suspect: Suspect };

/**
 * Folders that hold copies and foreign code, also where they are committed. A `cdk.out` is read as a unit of its own.
 */
const FOREIGN = new Set([
  'node_modules',
  '.git',
  'cdk.out',
  '.aws-sam',
  '.serverless',
  '.terraform',
  '.venv',
  '.sst',
  'bower_components',
]);

export function isForeign(path: string): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some((folder) => FOREIGN.has(folder));
}

export function isForeignFolder(name: string): boolean {
  return FOREIGN.has(name);
}

const PIPELINE =
  /^(?:.*\/)?(?:\.gitlab-ci\.ya?ml|[^/]*\.gitlab-ci\.ya?ml|buildspec[^/]*\.ya?ml|[^/]*\.buildspec\.ya?ml|bitbucket-pipelines\.ya?ml|\.travis\.ya?ml|azure-pipelines[^/]*\.ya?ml|\.circleci\/config\.ya?ml)$/;
const WORKFLOW = /^(?:.*\/)?(?:\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml|action\.ya?ml)$/;
const COMPOSE = /^(?:docker-compose|compose|podman-compose)(?:[._-][^/]*)?\.ya?ml$/;
const BAKE = /^docker-bake[^/]*\.(?:hcl|json)$/;
const DOCKERFILE =
  /^(?:dockerfile|(?:Dockerfile|Containerfile)(?:[._-][^/]*)?|[^/]+\.(?:[Dd]ockerfile|[Cc]ontainerfile))$/;
const MAKEFILE = /^(?:GNUmakefile|[Mm]akefile(?:\.[\w.-]+)?|[^/]+\.mk)$/;
/** Sources, documents and templates that are only called after make. */
const NO_MAKEFILE =
  /\.(?:py[cdio]?|js|mjs|cjs|ts|rb|go|rs|java|php|cmake|md|rst|txt|html|json|toml|lock|am|in|orig|bak|old)$/;
const TERRAFORM = /(?:\.(?:tf|tofu|tfvars)(?:\.json)?|^terragrunt\.hcl)$/;
const JUSTFILE = /^(?:\.?justfile|Justfile|JUSTFILE|[^/]+\.just)$/;
const TASKFILE = /^[Tt]askfile(?:[._-][\w-]+)*\.ya?ml$/;
const SERVERLESS = /^serverless(?:[._-][\w-]+)*\.ya?ml$/;
const KUSTOMIZATION = /^kustomization\.ya?ml$/;
const SAMCONFIG = /^samconfig\.(?:toml|ya?ml)$/;
const SHELL = /\.(?:sh|bash|ksh|zsh)$/;
const TEMPLATE = /\.(?:ya?ml|json|template|tmpl|cfn)$/;
const SCRIPT_SOURCE = /\.(?:ts|mts|cts|js|mjs|cjs)$/;
/** Files whose names say that they are no script, so that they aren't opened to look for a `#!`. */
const NO_SCRIPT =
  /^(?:\.|LICEN[CS]E|COPYING|NOTICE|README|CHANGELOG|AUTHORS|CODEOWNERS|VERSION|Procfile|Gemfile|Pipfile|Rakefile|Vagrantfile|Jenkinsfile|OWNERS)/;

export function kindByPath(path: string): ByPath | undefined {
  if (isForeign(path)) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'package.json') return { kind: 'package-json' };
  if (WORKFLOW.test(path)) return { kind: 'workflow' };
  if (PIPELINE.test(path)) return { kind: 'pipeline' };
  if (COMPOSE.test(name)) return { kind: 'compose' };
  if (BAKE.test(name)) return { kind: 'bake' };
  if (SAMCONFIG.test(name)) return { kind: 'samconfig' };
  if (KUSTOMIZATION.test(name)) return { kind: 'kubernetes' };
  if (SERVERLESS.test(name)) return { kind: 'serverless' };
  if (SHELL.test(name)) return { kind: 'shell' };
  if (TERRAFORM.test(name)) return { kind: 'terraform' };
  if (MAKEFILE.test(name) && !NO_MAKEFILE.test(name)) return { kind: 'makefile' };
  if (JUSTFILE.test(name)) return { kind: 'justfile' };
  if (TASKFILE.test(name)) return { kind: 'taskfile' };
  if (DOCKERFILE.test(name) && !name.endsWith('.dockerignore')) {
    if (SCRIPT_SOURCE.test(name) || /\.(?:md|txt|html)$/.test(name)) return undefined;
    return { kind: 'dockerfile' };
  }
  if (SCRIPT_SOURCE.test(name))
    return name.endsWith('.d.ts') || name.endsWith('.min.js') ? undefined : { suspect: 'cdk' };
  if (TEMPLATE.test(name))
    return name === 'package-lock.json' || name === 'tsconfig.json' ? undefined : { suspect: 'template' };
  if (!name.includes('.') && !NO_SCRIPT.test(name)) return { suspect: 'script' };
  return undefined;
}

const NO_SOURCE =
  /\.(?:md|mdx|rst|txt|adoc|py|ipynb|rb|go|java|kt|kts|scala|rs|c|h|cc|cpp|hpp|cs|php|swift|css|scss|less|html?|vue|svelte|tsx|jsx|sql|csv|svg|png|jpe?g|gif|ico|webp|pdf|woff2?|snap|lock)$/;

/** Documents take part where the configuration asks for them. */
export function isDocument(path: string): boolean {
  return /\.(?:md|markdown|mdx)$/i.test(path) && !isForeign(path);
}

/**
 * Can nothing ever be found in a file of this name, whatever the project? Of documents only where they aren't asked
 * for.
 */
export function neverTakesPart(path: string): boolean {
  return NO_SOURCE.test(path) && kindByPath(path) === undefined;
}

/** One of these byte sequences must occur before a suspect is read as text. */
export const TELL_TALES: Readonly<Record<Exclude<Suspect, 'script'>, readonly string[]>> = {
  template: ['AWS::', 'containerDefinitions', '.dkr.ecr.', '.dkr-ecr.', 'phases:'],
  cdk: ['aws-cdk', 'constructs', 'monocdk', 'sst'],
};

const TEMPLATE_TYPE = /["']?Type["']?\s*:\s*["']?AWS::[A-Z]/;
const TASK_DEFINITION = /^\s*\{[\s\S]*"containerDefinitions"\s*:\s*\[/;
const BUILDSPEC = [/^version:\s*["']?0\.[12]\b/m, /^phases:/m] as const;
const POD_OWNER = /^[ -]*kind:\s*["']?(?:CronJob|DaemonSet|Deployment|Job|Pod|ReplicaSet|Rollout|StatefulSet)\b/m;
const CDK_IMPORT =
  /\b(?:from|require\s*\(|import\s*\(|import)\s*['"](?:aws-cdk-lib|@aws-cdk\/|constructs(?:\/|['"])|@aws-solutions-constructs\/|monocdk|sst(?:\/|['"]))/;
const SHEBANG = /^\uFEFF?#!\s*(?:\/\S*\/)?(?:env\s+(?:-S\s+)?)?(?:\S*\/)?(?:ba|da|k|z|a)?sh\b/;

/** The second, surer look, once the text is at hand. */
export function isTemplate(text: string): boolean {
  return TEMPLATE_TYPE.test(text) && text.includes('Resources');
}

/** What a YAML or JSON file with a tell-tale in it is. */
export function declarationIn(
  path: string,
  text: string,
): 'template' | 'task-definition' | 'kubernetes' | 'pipeline' | undefined {
  if (isTemplate(text)) return 'template';
  if (path.endsWith('.json'))
    return TASK_DEFINITION.test(text) && /"image"\s*:/.test(text) && !/"AWS::/.test(text)
      ? 'task-definition'
      : undefined;
  // A CodeBuild project says where its buildspec is, and by what name.
  if (/\.ya?ml$/.test(path) && BUILDSPEC.every((sign) => sign.test(text))) return 'pipeline';
  // A chart's template is no YAML before it is rendered.
  return /\.ya?ml$/.test(path) && !text.includes('{{') && POD_OWNER.test(text) && /^apiVersion:/m.test(text)
    ? 'kubernetes'
    : undefined;
}

export function isCdkSource(text: string): boolean {
  return CDK_IMPORT.test(text);
}

export function isShellScript(head: string): boolean {
  return SHEBANG.test(head);
}
