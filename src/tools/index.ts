/** The commands whose meaning is known, by the basename they are called under. */
import type { CommandHandler } from '../project/evaluation.ts';
import { aws } from './aws.ts';
import { dockerCompose } from './compose.ts';
import { SIMPLE_DEPLOYERS, copilot, pulumi, simpleDeployer } from './deployers.ts';
import { curl } from './curl.ts';
import { helm, kubectl } from './kubernetes.ts';
import { cdk } from './cdk.ts';
import { onTheDesk, ownCluster, toCluster } from './desk.ts';
import { buildah, buildxProgram, depot, docker, finch, nerdctl, podman } from './docker.ts';
import { crane, oras, regctl, skopeo } from './docker-images.ts';
import { ecs, ecsDeploy } from './ecs-deploy.ts';
import { cutFields, envsubst, headOrTail, sed, sort, tr, unknownFilter } from './filters.ts';
import { gcloud } from './gcloud.ts';
import { jq } from './jq.ts';
import { just } from './just.ts';
import { kaniko } from './kaniko.ts';
import { which } from './located.ts';
import { make } from './make.ts';
import { bun, concurrently, corepack, npm, npmRunAll, npx, pnpm, yarn } from './packages.ts';
import { echo, printf } from './print.ts';
import { program } from './programs.ts';
import { sam } from './sam.ts';
import { serverless } from './serverless.ts';
import { terraform } from './terraform.ts';
import { task } from './task.ts';
import {
  arch,
  basename,
  cat,
  constantAnswer,
  dirname,
  dpkg,
  falsehood,
  date,
  fresh,
  git,
  grep,
  installPackages,
  openssl,
  probe,
  pwd,
  realpath,
  seq,
  silent,
  tee,
  truth,
  uname,
} from './values.ts';
import {
  EXECUTOR_NAMES,
  PLAIN_WRAPPERS,
  crossEnv,
  env,
  executor,
  flock,
  plain,
  retry,
  script,
  sudo,
  timeout,
  xargs,
} from './wrappers.ts';

const all = (names: readonly string[], handler: CommandHandler): [string, CommandHandler][] =>
  names.map((name) => [name, handler]);

export const COMMANDS: ReadonlyMap<string, CommandHandler> = new Map<string, CommandHandler>([
  // Images
  ['docker', docker],
  ['podman', podman],
  ['nerdctl', nerdctl],
  ['finch', finch],
  ['buildah', buildah],
  ['depot', depot],
  ...all(['buildx', 'docker-buildx'], buildxProgram),
  ...all(['docker-compose', 'podman-compose'], dockerCompose),
  ...all(['executor', 'kaniko'], kaniko),
  ...all(['crane', 'gcrane'], crane),
  ['skopeo', skopeo],
  ['regctl', regctl],
  ['oras', oras],
  // Clouds
  ['aws', aws],
  ['cdk', cdk],
  ['sam', sam],
  ...all(['serverless', 'sls', 'osls'], serverless),
  ...all(['terraform', 'tofu', 'terragrunt'], terraform),
  ['pulumi', pulumi],
  ['copilot', copilot],
  ['gcloud', gcloud],
  ['kubectl', toCluster(kubectl)],
  ['helm', toCluster(helm)],
  ...all(['ecs-deploy', 'ecs-deploy.sh'], ecsDeploy),
  ['ecs', ecs],
  ...all(SIMPLE_DEPLOYERS, simpleDeployer),
  ['awslocal', onTheDesk(aws)],
  ['cdklocal', onTheDesk(cdk)],
  ['samlocal', onTheDesk(sam)],
  ['tflocal', onTheDesk(terraform)],
  ...all(['minikube', 'kind', 'k3d'], ownCluster),
  ...all(['curl', 'wget', 'http'], curl),
  // Packages and targets
  ...all(['npx', 'bunx', 'pnpx'], npx),
  ['npm', npm],
  ['pnpm', pnpm],
  ['yarn', yarn],
  ['bun', bun],
  ...all(['npm-run-all', 'run-s', 'run-p'], npmRunAll),
  ['concurrently', concurrently],
  ['corepack', corepack],
  ...all(['make', 'gmake'], make),
  ['just', just],
  ...all(['task', 'go-task'], task),
  // Wrappers
  ...all(PLAIN_WRAPPERS, plain),
  ...all(EXECUTOR_NAMES, executor),
  ['env', env],
  ...all(['cross-env', 'cross-env-shell'], crossEnv),
  ['sudo', sudo],
  ...all(['timeout', 'gtimeout'], timeout),
  ['retry', retry],
  ['flock', flock],
  ['xargs', xargs],
  ['script', script],
  // Values
  ['git', git],
  ...all(['date', 'gdate'], date),
  ...all(['uuidgen', 'mktemp', 'shasum', 'sha256sum', 'md5sum', 'sha1sum'], fresh),
  ['openssl', openssl],
  ['basename', basename],
  ['dirname', dirname],
  ['pwd', pwd],
  ...all(['realpath', 'readlink', 'greadlink'], realpath),
  ['uname', uname],
  ['arch', arch],
  ['dpkg', dpkg],
  ...all(['apt-get', 'apt', 'yum', 'dnf', 'apk'], installPackages),
  ...all(['whoami', 'hostname', 'nproc', 'id', 'tty', 'logname', 'sw_vers', 'lsb_release'], constantAnswer),
  ['echo', echo],
  ['printf', printf],
  ['cat', cat],
  ['tee', tee],
  ['seq', seq],
  ...all(['true', ':'], truth),
  ['false', falsehood],
  ...all(['sleep', 'mkdir', 'cp', 'mv', 'rm', 'touch', 'chmod', 'chown', 'ln', 'tput', 'clear', 'sync'], silent),
  ['which', which],
  ...all(['pgrep', 'pkill', 'diff', 'cmp', 'ping', 'nc', 'systemctl', 'service', 'lsof'], probe),
  // Filters
  ['tr', tr],
  ['cut', cutFields],
  ...all(['sed', 'gsed'], sed),
  ['envsubst', envsubst],
  ...all(['head', 'tail'], headOrTail),
  ...all(['sort', 'uniq'], sort),
  ['jq', jq],
  ...all(
    [
      'awk',
      'gawk',
      'mawk',
      'wc',
      'rev',
      'tac',
      'column',
      'fold',
      'paste',
      'xxd',
      'base64',
      'yq',
      'bc',
      'expr',
      'less',
      'more',
    ],
    unknownFilter,
  ),
  ...all(['python', 'python3', 'node', 'ruby', 'perl', 'deno', 'tsx', 'ts-node'], program),
  ...all(['grep', 'egrep', 'fgrep', 'rg'], grep),
]);
