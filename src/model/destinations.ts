/**
 * Where a push goes of whose address only a variable is known (`$DOCKER_USER/app`, `$REGISTRY/app`). Logging in tells,
 * since no registry takes a push without it; and so does a variable that says in words whose account it holds.
 */
import type { Login } from './facts.ts';
import type { Draft } from './images.ts';
import { restsOnDefault } from '../core/choices.ts';
import { inEcr, type ImageRef } from '../core/image-ref.ts';
import { add } from '../core/lists.ts';
import { judged } from '../core/sealed.ts';
import { equalTexts, type Text } from '../core/text.ts';
import { isVariable, variablesIn, wordsOf } from './variables.ts';

/** Marks the names under which images are seen to leave for another registry than ECR. */
export function markElsewhere(drafts: readonly Draft[], logins: readonly Login[]): void {
  const byRun = new Map<string, Login[]>();
  // What only a cluster's pulls are given (`kubectl create secret`) says nothing of pushes.
  for (const login of logins) if (login.argumentOnly !== true) add(byRun, login.run, login);
  for (const { aliases, builds } of drafts) {
    for (const [index, alias] of aliases.entries()) {
      const by = alias.push ?? alias.tags.at(-1) ?? builds[0];
      // A name that only a default says stands in the place of somebody's own.
      if (!alias.pushed || by === undefined || restsOnDefault(by.when)) continue;
      if (isElsewhere(alias.ref, byRun.get(by.run) ?? [])) aliases[index] = { ...alias, elsewhere: true };
    }
  }
}

function isElsewhere(ref: ImageRef, logins: readonly Login[]): boolean {
  const start = ref.registry ?? ref.repository.slice(0, 1);
  const [variable] = start;
  if (start.length !== 1 || variable === undefined || !isVariable(variable))
    return (
      inEcr(ref) === 'no' && (ref.registry === undefined ? judged(ref.repository) !== undefined : !isMeantForEcr(ref))
    );
  return (
    saysWhose(start) ||
    logins.some(({ user }) => user !== undefined && equalTexts(user, start)) ||
    (logins.length > 0 && !saysEcr(start) && logins.every(isOfAnother))
  );
}

/** `$ACCOUNT.dkr.ecr…` that was never expanded, or `<account>.dkr.ecr…`: an address in ECR, if not a whole one. */
function isMeantForEcr({ registry }: ImageRef): boolean {
  return judged(registry)?.includes('.dkr.') === true;
}

/** Whoever logs in to ECR does so as `AWS`. */
function isOfAnother({ registry, user, removedCommand }: Login): boolean {
  if (removedCommand === true || judged(user) === 'AWS') return false;
  if (registry === undefined) return true;
  const where = inEcr({ registry, repository: [] });
  return where === 'no' || (where === 'maybe' && user !== undefined && !saysEcr(registry) && !saysEcr(user));
}

function saysEcr(text: Text): boolean {
  return variablesIn(text).some((name) => wordsOf(name).some((word) => word === 'aws' || word === 'ecr'));
}

const WHOSE =
  /(?:^|-)(?:(?:docker-?hub|ci-registry|ghcr|acr|gcr|quay|harbor|nexus|artifactory)(?:-|$)|docker-(?:user|username|login|account|id|namespace|org|organization)$)/;

/** `DOCKERHUB_USERNAME`, `DOCKER_USER`, `CI_REGISTRY_IMAGE`. */
function saysWhose(text: Text): boolean {
  return variablesIn(text).some((name) => WHOSE.test(wordsOf(name).join('-')));
}
