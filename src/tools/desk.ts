/**
 * Clusters and emulators on the developer's own machine: what goes there reaches no AWS, and whoever starts it sees it
 * fail.
 */
import type { When } from '../core/choices.ts';
import { judged } from '../core/sealed.ts';
import type { Text } from '../core/text.ts';
import type { CommandHandler, CommandResult, Invocation, Machine } from '../project/evaluation.ts';
import { answer } from './environment.ts';
import { parseOptions } from './options.ts';

/** The same command, of which only the answer counts. */
export const onTheDesk =
  (handler: CommandHandler): CommandHandler =>
  (invocation) => {
    const { long: _, ...result } = handler({ ...invocation, emit: () => undefined });
    return result;
  };

// ── clusters ────────────────────────────────────────────────────────────────────────────────────

/** The choices under which a machine's current cluster is its own. */
const clusters = new WeakMap<Machine, When>();

/** Contexts that minikube, kind, k3d, Docker Desktop and the like make. */
const OWN_CONTEXT =
  /^(?:minikube|docker-desktop|docker-for-desktop|rancher-desktop|orbstack|microk8s|colima(?:-.+)?|kind-.+|k3d-.+)$/;

function use(invocation: Invocation, isOwn: boolean): void {
  const { machine, when } = invocation.frame;
  if (isOwn) clusters.set(machine, when);
  else clusters.delete(machine);
}

function isOwnContext(context: Text): boolean {
  return OWN_CONTEXT.test(judged(context) ?? '');
}

/** `kubectl` and `helm`, which talk to the cluster that was chosen last, or to the one they are told. */
export const toCluster = (handler: CommandHandler): CommandHandler => {
  const atHome = onTheDesk(handler);
  return (invocation) => (goesToOwn(invocation) ? atHome : handler)(invocation);
};

function goesToOwn(invocation: Invocation): boolean {
  const options = parseOptions(invocation.args, {
    values: ['-n', '--namespace', '--context', '--kube-context', '--kubeconfig'],
  });
  const [verb, sub, context] = options.positionals;
  if (judged(verb?.text) === 'config' && judged(sub?.text) === 'use-context' && context !== undefined)
    use(invocation, isOwnContext(context.text));
  const stated = options.value('--context') ?? options.value('--kube-context');
  if (stated !== undefined) return isOwnContext(stated);
  const { machine, when } = invocation.frame;
  const own = options.has('--kubeconfig') ? undefined : clusters.get(machine);
  return own?.every((choice) => when.some((one) => one.cond === choice.cond && one.is === choice.is)) === true;
}

/** `minikube start`, `kind create cluster`, `k3d cluster create`: a new cluster is the current one. */
export function ownCluster(invocation: Invocation): CommandResult {
  const words = parseOptions(invocation.args, {
    values: ['-p', '--profile', '--name', '-n', '--config'],
  }).positionals.map((arg) => judged(arg.text));
  if (!words.includes('start') && !words.includes('create')) return { stdout: answer(invocation, invocation.name) };
  use(invocation, true);
  return {};
}

/** `aws eks update-kubeconfig` makes a cluster of AWS the current one. */
export function leaveOwnCluster(invocation: Invocation): CommandResult {
  use(invocation, false);
  return {};
}
