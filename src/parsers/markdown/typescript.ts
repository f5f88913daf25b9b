/**
 * Fences of TypeScript, each as a small CDK app of its own. Excerpts leave their imports out, so those that are
 * customary are supplied.
 */
import { readCdkApps, type CdkRequest } from '../cdk/interpreter/app.ts';
import type { Hop } from '../../core/site.ts';
import { table } from '../../core/table.ts';
import { ts } from '../cdk/compiler.ts';
import type { CdkReading } from '../cdk/reading.ts';
import type { MarkdownReading, TypeScriptFence } from './reading.ts';

const NAMESPACES: Readonly<Record<string, readonly string[]>> = table({
  'aws-cdk-lib': ['cdk'],
  'aws-cdk-lib/aws-lambda': ['lambda', 'aws_lambda'],
  'aws-cdk-lib/aws-ecr': ['ecr', 'aws_ecr'],
  'aws-cdk-lib/aws-ecr-assets': ['ecrAssets', 'ecr_assets', 'ecrassets', 'assets', 'aws_ecr_assets'],
  'aws-cdk-lib/aws-ecs': ['ecs', 'aws_ecs'],
  'aws-cdk-lib/aws-ecs-patterns': ['ecsPatterns', 'ecs_patterns', 'ecspatterns', 'patterns', 'aws_ecs_patterns'],
  'aws-cdk-lib/aws-batch': ['batch', 'aws_batch'],
  'aws-cdk-lib/aws-apprunner': ['apprunner', 'aws_apprunner'],
  'aws-cdk-lib/aws-ec2': ['ec2', 'aws_ec2'],
  'aws-cdk-lib/aws-eks': ['eks', 'aws_eks'],
  'aws-cdk-lib/aws-iam': ['iam', 'aws_iam'],
});

const MEMBERS: Readonly<Record<string, readonly string[]>> = table({
  'aws-cdk-lib': ['App', 'Aws', 'Duration', 'Fn', 'RemovalPolicy', 'Stack', 'Token'],
  'aws-cdk-lib/aws-lambda': ['Architecture', 'DockerImageCode', 'DockerImageFunction'],
  'aws-cdk-lib/aws-ecr': ['Repository', 'TagMutability'],
  'aws-cdk-lib/aws-ecr-assets': ['DockerImageAsset', 'Platform'],
  'aws-cdk-lib/aws-ecs': [
    'ContainerImage',
    'CpuArchitecture',
    'FargateService',
    'FargateTaskDefinition',
    'OperatingSystemFamily',
  ],
  'aws-cdk-lib/aws-ecs-patterns': ['ApplicationLoadBalancedFargateService'],
  constructs: ['Construct'],
});

export function withTypeScript(
  reading: MarkdownReading,
  project: Omit<CdkRequest, 'files' | 'paths'>,
): MarkdownReading {
  const cdk = reading.typescript.flatMap((fence) => {
    // A name that no file has; the reading's positions are the document's own.
    const name = `${reading.file}.${fence.range[0]}.ts`;
    const text = `${withElisions(fence.text)}\n${importsFor(fence)}`;
    const app = readCdkApps({
      ...project,
      files: [name],
      paths: [name],
      read: (path) => (path === name ? text : project.read(path)),
      exists: (path) => path === name || project.exists(path),
    });
    return app.map((one) => renamed(one, name, reading.file));
  });
  const suppressions = cdk.flatMap((one) => one.files.flatMap((file) => file.suppressions));
  return { ...reading, cdk, suppressions: [...reading.suppressions, ...suppressions] };
}

/**
 * `// … other props`, a comment of dots and a bare `...` in a list leave something out: whatever it is, it is unknown,
 * and not absent.
 */
const ELISION = /\/\/[ \t]*(?:\.\.\.|…)[^\n\r]*|\/\*\s*(?:\.\.\.|…)[^*]*\*\/|\.\.\.(?=[ \t\n\r])[ \t]?/g;
/** How far what stands before and after it may be. */
const NEAR = 200;

function withElisions(text: string): string {
  return text.replace(ELISION, (written, offset: number) => {
    if (!/[{(,[]$/.test(text.slice(Math.max(0, offset - NEAR), offset).trimEnd())) return written;
    const closes = /^[})\],]/.test(text.slice(offset + written.length, offset + written.length + NEAR).trimStart());
    const filling = closes ? '...$' : '...$,';
    // A filling longer than what is left out would shift what follows.
    return filling.length > written.length ? written : filling.padEnd(written.length);
  });
}

/** Imports are valid wherever they stand, so they come after the text and shift nothing. */
function importsFor(fence: TypeScriptFence): string {
  const source = ts.createSourceFile('fence.ts', fence.text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  const used = new Set<string>();
  const declared = new Set<string>();
  const pending: ts.Node[] = [source];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (ts.isIdentifier(node)) used.add(node.text);
    const name =
      ts.isImportClause(node) ||
      ts.isNamespaceImport(node) ||
      ts.isImportSpecifier(node) ||
      ts.isVariableDeclaration(node) ||
      ts.isClassDeclaration(node)
        ? node.name
        : undefined;
    if (name !== undefined && ts.isIdentifier(name)) declared.add(name.text);
    ts.forEachChild(node, (child) => void pending.push(child));
  }
  const wanted = (name: string): boolean => used.has(name) && !declared.has(name);
  const namespaces = Object.entries(NAMESPACES).flatMap(([module, names]) =>
    names.filter(wanted).map((name) => `import * as ${name} from '${module}';`),
  );
  const members = Object.entries(MEMBERS).flatMap(([module, names]) => {
    const some = names.filter(wanted);
    return some.length === 0 ? [] : [`import { ${some.join(', ')} } from '${module}';`];
  });
  // Something of the library is always meant: an excerpt with no import at all may still read a context value.
  return [...namespaces, ...members, "import 'aws-cdk-lib';"].join(' ');
}

/** Sites come from a file's lines: these say the document's name, while identities keep the fence's own. */
function renamed(reading: CdkReading, from: string, to: string): CdkReading {
  const vias = <T extends { readonly via: readonly Hop[] }>(one: T): T => ({
    ...one,
    via: one.via.map((hop) => (hop.file === from ? { ...hop, file: to } : hop)),
  });
  return {
    ...reading,
    lines: { ...reading.lines, file: to },
    // An excerpt need not be whole.
    files: reading.files
      .filter(({ file }) => file === from)
      .map((file) => ({ ...file, lines: { ...file.lines, file: to }, unreadable: [] })),
    objects: reading.objects.map(vias),
    contextReads: reading.contextReads.map(vias),
    buildspecs: [],
    excerpt: true,
  };
}
