/** The templates of deployed stacks, as CloudFormation has them. */
import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { forEach } from './pool.ts';
import { openSession, type Connection } from './session.ts';

const AT_ONCE = 4;

export interface WantedStack {
  readonly name: string;
  readonly region?: string;
}

export interface DeployedTemplates {
  /** By stack name; stacks that don't exist have none. */
  readonly texts: ReadonlyMap<string, string>;
  /** Why some could not be read, with the permission it takes where that's the reason. */
  readonly failed: readonly string[];
}

export async function readTemplates(stacks: readonly WantedStack[], connection: Connection): Promise<DeployedTemplates> {
  const texts = new Map<string, string>();
  const failed: string[] = [];
  for (const region of new Set(stacks.map((one) => one.region))) {
    const chosen = connection.region ?? region;
    const session = await openSession({ ...connection, ...(chosen === undefined ? {} : { region: chosen }) }, () => {});
    try {
      await forEach(stacks.filter((one) => one.region === region), AT_ONCE, async ({ name }) => {
        const client = await session.cloudformation();
        // A stack that doesn't exist is a ValidationError like any other; its text tells.
        const answer = await session.call({ action: 'cloudformation:GetTemplate', about: name, expected: ['ValidationError'] }, () =>
          client.send(new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }), { abortSignal: session.signal }));
        if (answer.ok) texts.set(name, answer.value.TemplateBody ?? '');
        else if (!/does not exist/.test(answer.failure.reason)) failed.push(`${name}: ${answer.failure.reason}`);
      });
    } finally {
      session.close();
    }
  }
  return { texts, failed: failed.sort() };
}
