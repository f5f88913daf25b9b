/** The orb circleci/aws-ecs: what its jobs and commands run, in all its versions (docs/facts.md). */
import { PARTIAL } from '../../tools/json-text.ts';
import { words, type Word } from './composed.ts';
import { given, isOn, quoted, textOf } from './orb-parameters.ts';
import type { OrbCall, OrbCommand } from './orbs.ts';

interface Update {
  readonly container: string;
  readonly image: string;
}

/** `container=web,image-and-tag=shop:1,container=log,tag=2`; of a tag alone, the image's name is not here. */
function updatesOf(text: string): Update[] {
  const updates: Update[] = [];
  let container = '';
  for (const pair of text.split(',')) {
    const at = pair.indexOf('=');
    const [key, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (key === 'container') container = value;
    else if (key === 'image-and-tag') updates.push({ container, image: value });
  }
  return updates;
}

function option(name: string, word: Word | undefined): Word[] {
  return word === undefined ? [] : [...words(name), { ...word, text: quoted(word.text) }];
}

/** A revision made of the one before it, with other images where they are given. */
function register(call: OrbCall): Word[] {
  const images = given(call, 'container-image-name-updates');
  const updates = updatesOf(images?.text ?? '');
  const containerDefinitions = updates.map(({ container, image }) => ({ name: container, image }));
  const json = JSON.stringify({ [PARTIAL]: true, containerDefinitions });
  return [
    ...words('aws ecs register-task-definition'),
    ...option('--family', given(call, 'family')),
    ...(updates.length === 0 || images === undefined ? [] : option('--cli-input-json', { ...images, text: json })),
  ];
}

function registerFile(call: OrbCall): Word[] {
  const file = given(call, 'task-definition-json');
  return [
    ...words('aws ecs register-task-definition'),
    ...option('--cli-input-json', file === undefined ? undefined : { ...file, text: `file://${file.text}` }),
  ];
}

const updateService: OrbCommand = (call) => {
  const cluster = option('--cluster', given(call, 'cluster', 'cluster-name'));
  const service = given(call, 'service-name') ?? given(call, 'family');
  const made = isOn(call, false, 'skip-task-definition-registration') !== true;
  const task = made ? words('--task-definition "$revision"') : option('--task-definition', given(call, 'family'));
  const verified = isOn(call, false, 'verify-revision-is-deployed') !== false;
  const byCodeDeploy = textOf(call, 'ECS', 'deployment-controller') === 'CODE_DEPLOY';
  return [
    ...(made ? [[{ text: 'revision=$(' }, ...register(call), { text: ')' }]] : []),
    ...(byCodeDeploy
      ? [
          [
            ...words('deployment=$(aws deploy create-deployment'),
            ...option('--application-name', given(call, 'codedeploy-application-name')),
            { text: ')' },
          ],
        ]
      : [
          [
            ...words('aws ecs update-service'),
            ...cluster,
            ...option('--service', service),
            ...task,
            ...words(isOn(call, false, 'force-new-deployment') === true ? '--force-new-deployment' : ''),
          ],
        ]),
    ...(!verified
      ? []
      : byCodeDeploy
        ? [words('aws deploy wait deployment-successful --deployment-id "$deployment"')]
        : [[...words('aws ecs wait services-stable'), ...cluster, ...option('--services', service)]]),
  ];
};

const runTask: OrbCommand = (call) => [
  [
    ...words('aws ecs run-task'),
    ...option('--cluster', given(call, 'cluster', 'cluster-name')),
    ...option('--task-definition', given(call, 'task-definition')),
  ],
];

export const ECS_COMMANDS: ReadonlyMap<string, OrbCommand> = new Map<string, OrbCommand>([
  ['deploy-service-update', updateService],
  ['update-service', updateService],
  ['update-task-definition', (call) => [register(call)]],
  ['update-task-definition-from-json', (call) => [registerFile(call)]],
  ['run-task', runTask],
]);
