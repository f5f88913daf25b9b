/** Where the account and the local project meet: what to look up for it, and which file declares what was found. */
import type { Fact, FactOf, Workload } from '../model/facts.ts';
import { refText } from '../core/image-ref.ts';
import type { Site } from '../core/site.ts';
import { concatAll, known, literal, match, type Text } from '../core/text.ts';
import { readUri } from './uri.ts';

/** The ECR addresses that the project's workloads name, its own account and region filled in. */
export function referencesOf(local: readonly Fact[], account: string | undefined, region: string): string[] {
  const found = local.flatMap((fact) => {
    if (fact.kind !== 'workload' || fact.image.kind !== 'ref') return [];
    const address = known(filled(refText(fact.image.ref), account, region));
    return address === undefined || readUri(address) === undefined ? [] : [address];
  });
  return [...new Set(found)].sort();
}

function filled(text: Text, account: string | undefined, region: string): Text {
  return concatAll(
    text.map((part): Text => {
      if (typeof part === 'string') return literal(part);
      if (part.nature === 'account' && account !== undefined) return literal(account);
      return part.nature === 'region' ? literal(region) : [part];
    }),
  );
}

/** Findings about a live resource point into the file that declares it, where one does. */
export function anchored(live: readonly Fact[], local: readonly Fact[]): Fact[] {
  const of = <K extends Fact['kind']>(kind: K): FactOf<K>[] =>
    local.filter((fact): fact is FactOf<K> => fact.kind === kind);
  const workloads = of('workload');
  const repositories = of('repository').filter((one) => one.role === 'created');
  return live.map((fact) => {
    const resource = fact.site.resource;
    if (resource === undefined) return fact;
    if (fact.kind === 'workload') {
      const declared = only(
        workloads.filter((one) => one.service === fact.service && sameContainer(one, fact)),
        unversioned(fact),
      );
      if (declared === undefined) return fact;
      return {
        ...fact,
        site: at(declared.site, resource),
        imageSite: at(declared.imageSite, resource),
        ...(fact.cpuSite === undefined ? {} : { cpuSite: at(declared.cpuSite ?? declared.site, resource) }),
      };
    }
    // A repository that no stack owns only happens to have the name that a template wants.
    if (fact.kind === 'repository' && fact.ownerStack !== undefined) {
      const declared = only(repositories, fact.name);
      return declared === undefined
        ? fact
        : {
            ...fact,
            site: at(declared.site, resource),
            nameSite: at(declared.nameSite ?? declared.site, resource),
            mutabilitySite: at(declared.mutabilitySite ?? declared.site, resource),
          };
    }
    return fact;
  });
}

/** `api:3` is a version of what a file declares as `api`. */
function unversioned({ service, name }: Workload): Text | undefined {
  const whole = known(name);
  return service !== 'lambda' || whole === undefined ? name : literal(whole.replace(/:\d+$/, ''));
}

function sameContainer(declared: Workload, live: Workload): boolean {
  const [a, b] = [known(declared.containerName), known(live.containerName)];
  return a === undefined || b === undefined || a === b;
}

function only<T extends { readonly name?: Text }>(declared: readonly T[], name: Text | undefined): T | undefined {
  if (name === undefined) return undefined;
  const exact = declared.filter((one) => one.name !== undefined && match(one.name, name) === 'exactly');
  const candidates =
    exact.length > 0
      ? exact
      : declared.filter((one) => one.name !== undefined && match(one.name, name) === 'by pattern');
  return candidates.length === 1 ? candidates[0] : undefined;
}

function at({ file, span }: Site, resource: string): Site {
  return { file, span, resource };
}
