/** The nodes that a project's templates and CDK apps give its EKS clusters. */
import type { World, Frame } from '../../project/evaluation.ts';
import { eksNodesOfApp } from '../cdk/run.ts';
import { agreed, eksNodes, type Nodes } from '../cloudformation/instances.ts';
import { openScope } from '../cloudformation/scope.ts';

const found = new WeakMap<World, Nodes | undefined>();

/**
 * The CPU of all of them, where they have one. What other tools start isn't seen: who has such clusters has no node
 * groups in templates.
 */
export function nodesOfProject(world: World, frame: Frame): Nodes | undefined {
  if (!found.has(world)) {
    found.set(
      world,
      agreed([
        ...world.readings
          .ofKind('template')
          .flatMap((reading) => eksNodes(openScope(world, reading, { parameters: new Map(), frame }))),
        ...world.readings.ofKind('cdk').flatMap((reading) => eksNodesOfApp(world, reading, frame)),
      ]),
    );
  }
  return found.get(world);
}
