/** The orb circleci/aws-ecr: what its jobs and commands run, in all its versions (docs/facts.md). */
import { words, type Word } from './composed.ts';
import { given, isOn, quoted, textOf, variable } from './orb-parameters.ts';
import type { OrbCall, OrbCommand } from './orbs.ts';

/** From here on it builds with buildx, which pushes by itself, and puts the address together from account and region. */
const WITH_BUILDX = 8;

/** From here on parameters are spelled with `_`, and what it builds from may be another folder than the Dockerfile's. */
const SNAKE = 9;

function isSince({ orb }: OrbCall, major: number): boolean {
  return orb.major === undefined || orb.major >= major;
}

function addressOf(call: OrbCall): string {
  if (isOn(call, false, 'public-registry') === true)
    return `public.ecr.aws/${textOf(call, '${AWS_ECR_PUBLIC_REGISTRY_ALIAS}', 'public-registry-alias')}`;
  const url = given(call, 'account-url');
  if (url !== undefined || !isSince(call, WITH_BUILDX)) return variable(url?.text ?? 'AWS_ECR_ACCOUNT_URL');
  const snake = isSince(call, SNAKE);
  const account = variable(textOf(call, snake ? 'AWS_ACCOUNT_ID' : 'AWS_ECR_REGISTRY_ID', 'account-id', 'registry-id'));
  const domain = textOf(call, 'amazonaws.com', 'aws-domain');
  return `${account}.dkr.ecr.${regionOf(call)}.${domain}`;
}

function regionOf(call: OrbCall): string {
  return variableOrText(textOf(call, isSince(call, SNAKE) ? '${AWS_DEFAULT_REGION}' : '${AWS_REGION}', 'region'));
}

/** `AWS_REGION` names a variable, `eu-north-1` is a region. */
function variableOrText(text: string): string {
  return /^[A-Z_][A-Z0-9_]*$/.test(text) ? `\${${text}}` : text;
}

/** One reference for each tag; at the tag where it is said. */
function namesOf(call: OrbCall, parameter = 'tag'): Word[] {
  const tags = given(call, parameter);
  const repository = `${addressOf(call)}/${textOf(call, '${repo}', 'repo')}`;
  return (tags?.text ?? 'latest').split(',').flatMap((tag) => {
    const text = quoted(`${repository}:${tag.trim()}`);
    return tag.trim() === '' ? [] : [tags?.range === undefined ? { text } : { text, range: tags.range }];
  });
}

const login: OrbCommand = (call) => [
  words(
    `aws ecr get-login-password --region ${quoted(regionOf(call))} | docker login --username AWS --password-stdin ${quoted(addressOf(call))}`,
  ),
];

const createRepository: OrbCommand = (call) => {
  const name = given(call, 'repo');
  if (name === undefined || isOn(call, false, 'public-registry') !== false) return [];
  const repository = { ...name, text: quoted(name.text) };
  const region = words(`--region ${quoted(regionOf(call))}`);
  return [
    [
      ...words('aws ecr describe-repositories'),
      ...region,
      ...words('--repository-names'),
      repository,
      ...words('> /dev/null 2>&1 || aws ecr create-repository'),
      ...region,
      ...words('--repository-name'),
      repository,
    ],
  ];
};

const push: OrbCommand = (call) => namesOf(call).map((name) => [...words('docker push'), name]);

const build: OrbCommand = (call) => {
  const buildx = isSince(call, WITH_BUILDX);
  const path = textOf(call, '.', 'path');
  const context = isSince(call, SNAKE) ? textOf(call, '.', 'build-path') : path;
  const platform = given(call, 'platform');
  const several = platform?.text.includes(',') === true;
  const stated =
    platform === undefined
      ? words(buildx ? '--platform linux/amd64' : '')
      : [...words('--platform'), { ...platform, text: quoted(platform.text) }];
  return [
    ...(several ? [words('docker run --privileged --rm tonistiigi/binfmt --install all')] : []),
    ...(several ? [words('docker buildx create --use')] : []),
    [
      // Whether it attests, it says to buildx in a way that its versions differ in.
      ...words(buildx ? 'BUILDX_NO_DEFAULT_ATTESTATIONS="${ORB_ATTESTATIONS}" docker buildx build' : 'docker build'),
      ...words(`-f ${quoted(`${path}/${textOf(call, 'Dockerfile', 'dockerfile')}`)}`),
      ...namesOf(call).flatMap((name) => [...words('-t'), name]),
      ...stated,
      ...words(buildx ? (isOn(call, true, 'push-image') === false ? '--load' : '--push') : ''),
      ...words(textOf(call, '', 'extra-build-args').replaceAll(/\s+/g, ' ')),
      ...words(quoted(context)),
    ],
  ];
};

const buildAndPush: OrbCommand = (call) => [
  ...login(call),
  ...(isOn(call, false, 'create-repo') === true ? createRepository(call) : []),
  ...build(call),
  ...(isSince(call, WITH_BUILDX) || isOn(call, true, 'push-image') === false ? [] : push(call)),
];

const tag: OrbCommand = (call) => {
  const source = given(call, 'source-tag');
  const name = given(call, 'repo');
  const target = given(call, 'target-tag');
  if (source === undefined || name === undefined) return [];
  const repository = words(`--repository-name ${quoted(name.text)}`);
  return (target?.text ?? 'latest')
    .split(',')
    .flatMap((one) => [
      words(
        `manifest=$(aws ecr batch-get-image --repository-name ${quoted(name.text)} --image-ids imageTag=${quoted(source.text)} --query images[].imageManifest --output text)`,
      ),
      [
        ...words('aws ecr put-image'),
        ...repository,
        ...words('--image-tag'),
        { text: quoted(one.trim()), ...(target?.range === undefined ? {} : { range: target.range }) },
        ...words('--image-manifest "$manifest"'),
      ],
    ]);
};

export const ECR_COMMANDS: ReadonlyMap<string, OrbCommand> = new Map<string, OrbCommand>([
  ['build-and-push-image', buildAndPush],
  ['build-image', build],
  ['push-image', push],
  ['tag-image', tag],
  ['create-repo', createRepository],
  ['ecr-login', login],
]);
