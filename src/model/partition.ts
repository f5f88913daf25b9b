/**
 * Which facts may have to do with each other: those of one run, of one file, and those that name what may be the same
 * image, repository or workload. What is tied by nothing can be linked and judged apart, so that a change in one corner
 * of a large project costs what that corner costs.
 */
import type { Build, Fact, TemplateResource } from './facts.ts';
import { address, parseImageRef, type ImageRef } from '../core/image-ref.ts';
import { resourceKey, resourceNamed } from './resources.ts';
import { bondNames, runsFromOutside, takesFromEcr } from './bonds.ts';
import { judged } from '../core/sealed.ts';
import { hasName, hole, match, textKey, type Text } from '../core/text.ts';

/** The only address that comes from outside may be that of whatever the project has in ECR. */
const LONELY = 'lonely';

interface Tied {
  /** Its run first. */
  readonly firm: readonly number[];
  /** The image a workload takes from wherever it comes, and those a build starts from. */
  readonly taken: readonly number[];
}

export class Ties {
  private readonly ids = new Map<string, number>();
  /** Names that may be one name stay tied for good: ties too many cost time, ties too few would cost findings. */
  private readonly lasting = new Groups();
  private readonly images = new Names(this.ids, this.lasting, 'image');
  private readonly workloads = new Names(this.ids, this.lasting, 'workload');
  private readonly tiesOf = new WeakMap<Fact, Tied>();

  /** The facts in groups without ties between them, each in the order given. */
  partsOf(facts: readonly Fact[]): Fact[][] {
    const all = facts.map((fact) => this.of(fact));
    const bonds = this.bondsOf(facts);
    const groups = this.lasting.copy(this.ids.size);
    const made = new Set<number>();
    for (const {
      firm: [first, ...others],
    } of all) {
      for (const other of others) {
        groups.tie(first!, other);
        made.add(this.lasting.of(other));
      }
    }
    // Half the workloads of a project may have one public image beside their own: it ties nothing together, as nobody
    // here makes it.
    for (const { at, names } of bonds.giving) {
      for (const name of names) {
        groups.tie(all[at]!.firm[0]!, name);
        made.add(this.lasting.of(name));
      }
    }
    for (const { at, names } of bonds.taking)
      for (const name of names) if (made.has(this.lasting.of(name))) groups.tie(all[at]!.firm[0]!, name);
    for (const { firm, taken } of all)
      for (const one of taken) if (made.has(this.lasting.of(one))) groups.tie(firm[0]!, one);
    const parts = new Map<number, Fact[]>();
    for (const [index, { firm }] of all.entries()) {
      const group = groups.of(firm[0]!);
      const part = parts.get(group);
      if (part === undefined) parts.set(group, [facts[index]!]);
      else part.push(facts[index]!);
    }
    return [...parts.values()];
  }

  /**
   * Names that may bind an address from outside to a workload: those that its run gives, and those that workloads go
   * by.
   */
  private bondsOf(
    facts: readonly Fact[],
  ): Record<'giving' | 'taking', { readonly at: number; readonly names: readonly number[] }[]> {
    const runs = runsFromOutside(facts);
    const named =
      runs.size === 0
        ? []
        : facts.flatMap((fact, at) => {
            const names =
              fact.kind === 'workload' || runs.has(fact.run)
                ? bondNames(fact)
                    .filter((name) => name !== '')
                    .map((name) => this.id(`bond ${name}`))
                : [];
            return names.length === 0 ? [] : [{ at, names, taking: fact.kind === 'workload' }];
          });
    return { giving: named.filter((one) => !one.taking), taking: named.filter((one) => one.taking) };
  }

  /** How many names it remembers, also those that nothing goes by any more. */
  get size(): number {
    return this.ids.size;
  }

  private of(fact: Fact): Tied {
    let ties = this.tiesOf.get(fact);
    if (ties === undefined) {
      const taken =
        fact.kind === 'workload' && fact.image.kind === 'ref'
          ? [...this.image(fact.image.ref), ...(takesFromEcr(fact) ? [this.id(LONELY)] : [])]
          : fact.kind === 'build'
            ? this.basesOf(fact)
            : fact.kind === 'repository'
              ? [this.id(LONELY), ...(fact.by === 'cdk' ? foldersOver(fact.run).map((one) => this.app(one)) : [])]
              : [];
      ties = { firm: [this.id(`run ${fact.run}`), this.id(`file ${fact.site.file}`), ...this.ownOf(fact)], taken };
      this.tiesOf.set(fact, ties);
    }
    return ties;
  }

  private ownOf(fact: Fact): number[] {
    switch (fact.kind) {
      case 'build':
        return [
          ...(fact.asset === undefined ? [] : [this.id(`asset ${fact.asset}`)]),
          ...(fact.dockerfile === undefined ? [] : [this.id(`file ${fact.dockerfile}`)]),
          ...[...fact.names, ...(fact.caches ?? [])].flatMap(({ ref }) => this.image(ref)),
          ...(fact.lonely === true ? [this.id(LONELY)] : []),
        ];
      case 'tag':
        return [...this.image(fact.source), ...this.image(fact.target)];
      case 'push':
        return [...this.image(fact.ref), ...(fact.lonely === true ? [this.id(LONELY)] : [])];
      case 'manifest':
        return this.image(fact.ref);
      case 'workload':
        return [
          this.id(`file ${fact.imageSite.file}`),
          ...(fact.name === undefined ? [] : [this.workloads.id(fact.name)]),
          ...this.resource(fact.resource),
          ...(fact.image.kind === 'asset' ? [this.id(`asset ${fact.image.asset}`)] : []),
        ];
      case 'rollout':
        return [
          ...(fact.name === undefined ? [] : [this.workloads.id(fact.name)]),
          ...this.resource(resourceNamed(fact.name)),
          ...(fact.image === undefined ? [] : this.image(fact.image)),
          ...(fact.publishes?.folder === undefined ? [] : [this.app(fact.publishes.folder)]),
        ];
      case 'repository': {
        const name = fact.name ?? (fact.id === undefined ? undefined : hole(fact.id));
        return name === undefined ? [] : [this.images.id(name)];
      }
      default:
        return [];
    }
  }

  private basesOf({ base }: Build): number[] {
    return (base?.stages ?? []).flatMap(({ from }) => ('image' in from ? this.image(parseImageRef(from.image)) : []));
  }

  private image(ref: ImageRef): number[] {
    return [this.images.id(ref.repository), this.id(`address ${textKey(address(ref))}`)];
  }

  /** A CDK app, by the folder that it is deployed from. */
  private app(folder: string): number {
    return this.id(`app ${folder}`);
  }

  private resource(one: TemplateResource | undefined): number[] {
    return one === undefined ? [] : [this.id(`resource ${resourceKey(one)}`)];
  }

  private id(key: string): number {
    return idOf(this.ids, key);
  }
}

/** The folders that a file lies in, the project's own last. */
function foldersOver(file: string): string[] {
  const names = file.split('/').slice(0, -1);
  return [...names.map((_, at) => names.slice(0, names.length - at).join('/')), ''];
}

function idOf(ids: Map<string, number>, key: string): number {
  let id = ids.get(key);
  if (id === undefined) {
    id = ids.size;
    ids.set(key, id);
  }
  return id;
}

/** Names of one sort. A name that is new is tried against all that it may be by pattern. */
class Names {
  private readonly seen = new Set<number>();
  private readonly texts: { readonly text: Text; readonly id: number }[] = [];

  constructor(
    private readonly ids: Map<string, number>,
    private readonly groups: Groups,
    private readonly sort: string,
  ) {}

  id(text: Text): number {
    const id = idOf(this.ids, `${this.sort} ${textKey(text)}`);
    if (this.seen.has(id)) return id;
    this.seen.add(id);
    if (!hasName(text)) return id;
    const plain = judged(text) !== undefined;
    for (const other of this.texts) {
      if (plain && judged(other.text) !== undefined) continue;
      if (match(text, other.text) !== 'not at all') this.groups.tie(id, other.id);
    }
    this.texts.push({ text, id });
    return id;
  }
}

/** Numbers in groups that grow together. */
class Groups {
  constructor(private readonly parents: number[] = []) {}

  copy(size: number): Groups {
    return new Groups(Array.from({ length: size }, (_, one) => this.parents[one] ?? one));
  }

  of(one: number): number {
    let root = one;
    for (let parent = this.parents[root]; parent !== undefined && parent !== root; parent = this.parents[root])
      root = parent;
    for (let at = one; at !== root; ) {
      const next = this.parents[at]!;
      this.parents[at] = root;
      at = next;
    }
    return root;
  }

  tie(a: number, b: number): void {
    const [x, y] = [this.of(a), this.of(b)];
    if (x !== y) this.parents[Math.max(x, y)] = Math.min(x, y);
  }
}
