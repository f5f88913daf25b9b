/** Names that every JavaScript object has an answer to, said wherever a project names something. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { toConfig } from '../../src/config/schema.ts';
import { memoryFiles } from '../../src/discover/files.ts';
import { check } from '../../src/engine.ts';
import { parsePlatform } from '../../src/core/platform.ts';
import { RULES } from '../../src/rules/registry.ts';

const project = (p: string): Record<string, string> => ({
  'a.sh': `#!/bin/bash\n${p}=1\nexport ${p}\n${p}() { docker push x; }\n${p}\ndocker buildx build --platform linux/${p} --${p} -t ${p}/${p}:${p} --build-arg ${p}=1 .\naws ${p} ${p} --${p} ${p}\naws ecr ${p}\ndocker ${p}\nkubectl ${p}\nnpm run ${p}\nmake ${p}\ntask ${p}\njust ${p}\necho '{}' | jq .${p}\ndeclare -A M; M[${p}]=1; echo \${M[${p}]} \${${p}}\naws lambda create-function --architectures ${p} --function-name ${p} --code ImageUri=${p}\ncdk deploy -c ${p}=1 ${p}\nterraform apply -var ${p}=1\neb ${p}\nsst ${p}\n[ a ${p} b ]\ntimeout 5${p} docker push x\nsam deploy --config-env ${p}\n`,
  Dockerfile: `FROM --platform=linux/${p} ${p} AS ${p}\nARG ${p}\nENV ${p}=1\nCOPY --from=${p} --${p}=1 a b\n${p} x\nRUN --mount=type=${p},from=${p} ls $${p} \${${p}:-x}\n`,
  '.github/workflows/a.yml': `on: ${p}\n${p}: 1\nenv:\n  ${p}: 1\njobs:\n  ${p}:\n    runs-on: ${p}\n    ${p}: x\n    needs: [${p}]\n    strategy:\n      matrix:\n        ${p}: [1, 2]\n        include:\n          - ${p}: 3\n    outputs:\n      ${p}: x\n    steps:\n      - id: ${p}\n        uses: ${p}/${p}@${p}\n        with:\n          ${p}: 1\n      - uses: docker/setup-buildx-action@v3\n        with: {driver: ${p}}\n      - uses: docker/metadata-action@v5\n        with: {tags: "type=${p},value={{${p}}}"}\n      - uses: docker/build-push-action@v5\n        with:\n          platforms: linux/${p}\n          ${p}: x\n          tags: \${{ matrix.${p} }}-\${{ env.${p} }}-\${{ github.${p} }}-\${{ ${p}.x }}-\${{ ${p}(1) }}-\${{ steps.${p}.outputs.${p} }}\n      - run: docker build -t \${{ ${p} }} .\n        shell: ${p}\n`,
  'compose.yaml': `${p}: 1\nservices:\n  ${p}:\n    image: ${p}\n    platform: linux/${p}\n    build:\n      ${p}: 1\n      args:\n        ${p}: 1\n    extends: ${p}\n    ${p}: 1\n`,
  'docker-bake.hcl': `variable "${p}" { default = "x" }\ntarget "${p}" {\n  ${p} = 1\n  tags = [${p}, ${p}(1), a.${p}]\n  platforms = ["linux/${p}"]\n  args = { ${p} = 1 }\n  inherits = ["${p}"]\n}\ngroup "${p}" { targets = ["${p}"] }\n`,
  'package.json': `{"${p}": {}, "name": "${p}", "dependencies": {"${p}": "1"}, "scripts": {"${p}": "docker build -t x .", "a": "npm run ${p}"}}`,
  'template.yaml': `AWSTemplateFormatVersion: 2010-09-09\nParameters:\n  ${p}:\n    Type: String\n    Default: x\nMappings:\n  ${p}:\n    ${p}:\n      ${p}: x\nConditions:\n  ${p}: !Equals [a, a]\nResources:\n  ${p}:\n    Type: AWS::Lambda::Function\n    Condition: ${p}\n    ${p}: x\n    Properties:\n      ${p}: 1\n      PackageType: Image\n      Architectures: [${p}]\n      Code:\n        ImageUri: !Sub "\${${p}}-\${${p}.${p}}"\n      FunctionName: !FindInMap [${p}, ${p}, ${p}]\n  B:\n    Type: ${p}\n  C:\n    Type: AWS::ECR::Repository\n    Properties: {ImageTagMutability: ${p}}\n  T:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      RuntimePlatform:\n        CpuArchitecture: ${p}\n        OperatingSystemFamily: ${p}\n      ContainerDefinitions:\n        - Name: ${p}\n          Image: !${p} x\nOutputs:\n  ${p}:\n    Value: !Ref ${p}\n`,
  'main.tf': `variable "${p}" { default = "x" }\nlocals { ${p} = "x" }\nresource "${p}" "${p}" {\n  ${p} = ${p}(1)\n}\nresource "aws_ecr_repository" "${p}" {\n  name = "\${var.${p}}-\${local.${p}}-\${${p}.${p}.${p}}-\${${p}(1)}"\n  image_tag_mutability = "${p}"\n  ${p} {\n    ${p} = 1\n  }\n}\nresource "aws_lambda_function" "a" {\n  architectures = ["${p}"]\n  image_uri = aws_ecr_repository.${p}.${p}\n  package_type = "Image"\n}\nmodule "${p}" {\n  source = "./${p}"\n  ${p} = 1\n}\n${p} "x" {\n}\n`,
  Makefile: `${p} = 1\nexport ${p}\n.PHONY: ${p}\n${p}: ${p}\n\tdocker build -t $(${p}) $(${p} a,b) .\n$(call ${p},x)\ndefine ${p}\nx\nendef\n`,
  'Taskfile.yml': `version: "3"\n${p}: 1\nvars:\n  ${p}: 1\ntasks:\n  ${p}:\n    vars: {${p}: 1}\n    cmds:\n      - docker build -t {{.${p}}} .\n`,
  justfile: `${p} := "x"\nexport ${p}\n${p} ${p}="a": ${p}\n  docker build -t {{${p}}} {{${p}("a")}} .\n`,
  '.gitlab-ci.yml': `${p}:\n  script: docker build -t $${p} .\n  extends: ${p}\n  variables:\n    ${p}: 1\n  stage: ${p}\n  image: ${p}\nvariables:\n  ${p}: 1\ninclude: ${p}\n`,
  '.circleci/config.yml': `version: 2.1\norbs:\n  ${p}: ${p}/${p}@1\ncommands:\n  ${p}:\n    parameters:\n      ${p}: {type: ${p}}\n    steps: [${p}]\nexecutors:\n  ${p}: {docker: [{image: ${p}}]}\njobs:\n  ${p}:\n    executor: ${p}\n    steps:\n      - ${p}\n      - ${p}/${p}: {${p}: 1}\n      - run: docker build -t << parameters.${p} >> .\nworkflows:\n  ${p}:\n    jobs: [${p}]\n`,
  'serverless.yml': `service: ${p}\nprovider:\n  name: aws\n  ${p}: 1\n  ecr:\n    images:\n      ${p}: {path: .}\ncustom:\n  ${p}: 1\nfunctions:\n  ${p}:\n    image: \${self:custom.${p}}-\${${p}:x}-\${self:${p}}\n    ${p}: 1\n    architecture: ${p}\n`,
  'samconfig.toml': `version=0.1\n[${p}]\n${p}=1\n[${p}.${p}.${p}]\n${p}="x"\n[default.deploy.parameters]\n${p} = 1\n`,
  'k8s.yaml': `apiVersion: apps/v1\nkind: ${p}\nmetadata: {name: ${p}}\nspec: {template: {spec: {nodeSelector: {kubernetes.io/arch: ${p}}, containers: [{name: ${p}, image: ${p}}]}}}\n`,
  'cdk.json': `{"app": "npx ts-node bin/a.ts", "context": {"${p}": "1"}, "${p}": 1}`,
  'bin/a.ts': `import * as cdk from "aws-cdk-lib";\nimport * as lambda from "aws-cdk-lib/aws-lambda";\nimport * as ecr from "aws-cdk-lib/aws-ecr";\nconst app = new cdk.App();\nconst s = new cdk.Stack(app, "${p}");\nconst m: Record<string, string> = { "${p}": "x" };\nconst e = {};\nnew ecr.Repository(s, "${p}", { repositoryName: m["${p}"] + e["${p}"] + app.node.tryGetContext("${p}") + process.env.${p} + "a".${p} + [1].${p} + "a".${p}() + [1].${p}() + Math.${p}() + JSON.${p} + Object.${p}(m), ${p}: 1, imageTagMutability: ecr.TagMutability.${p} });\nnew lambda.DockerImageFunction(s, "F", { architecture: lambda.Architecture.${p}, code: lambda.DockerImageCode.${p}("x") });\nnew lambda.${p}(s, "G");\nnew cdk.${p}.X();\n${p}();\ncdk.Tags.${p};\nlambda.Runtime.${p}();\n`,
  'buildspec.yml': `version: 0.2\nenv:\n  variables:\n    ${p}: 1\n  ${p}: 1\nphases:\n  ${p}:\n    commands: [docker build .]\n  build:\n    commands:\n      - docker build -t $${p} .\n`,
  'azure-pipelines.yml': `variables:\n  ${p}: 1\nsteps:\n  - script: docker build -t $(${p}) .\n  - task: ${p}@1\n    inputs: {${p}: 1}\n  - ${p}: x\n`,
});

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];

const plainly = check({ files: memoryFiles(project('plainname')), config: DEFAULT_CONFIG, pedantic: true });

describe.each(NAMES)('%s', (name) => {
  it('is a name like others, wherever a project says it', async () => {
    const plain = await plainly;
    const found = await check({ files: memoryFiles(project(name)), config: DEFAULT_CONFIG, pedantic: true });
    const places = (one: typeof plain): string[] =>
      one.unreadable.map(({ file, line, reason }) => `${file}:${line} ${reason}`.replaceAll(name, 'plainname'));
    expect(places(found)).toEqual(places(plain));
    const facts = (one: typeof plain): string[] =>
      one.model.facts.map(({ kind, site }) => `${kind} ${site.file}:${site.span.line}`);
    expect(facts(found)).toEqual(facts(plain));
  });

  it('is no architecture, no rule and no option', () => {
    expect(parsePlatform(`linux/${name}`)?.arch).not.toBeTypeOf('function');
    const levels = (): unknown => toConfig(JSON.parse(`{"rules": {"${name}": "off"}}`), 'here', RULES).rules;
    // The schema leaves out some names by itself.
    if (name === '__proto__' || name === 'constructor') expect(Object.entries(levels() ?? {})).toEqual([]);
    else expect(levels).toThrow(name);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});

it('nothing is looked up by a word in a table that has a prototype', () => {
  const root = fileURLToPath(new URL('../../src', import.meta.url));
  const found: string[] = [];
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (one) => one.endsWith('.ts') && one !== 'rules/pages.ts' && !/^report\//.test(one),
  )) {
    const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (
        ts.isVariableDeclaration(node) &&
        node.type !== undefined &&
        node.initializer !== undefined &&
        ts.isObjectLiteralExpression(node.initializer) &&
        node.initializer.properties.length > 1 &&
        /^(?:Readonly<)?Record<string,/.test(node.type.getText())
      )
        found.push(`${file}: ${node.name.getText()}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  expect(found).toEqual([]);
});
