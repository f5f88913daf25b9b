/**
 * Where answers are kept, and for whom. Who can write there could hide findings: so it is never a folder of the project
 * itself, and runs for strangers keep and take nothing.
 */
import { join, parse } from 'node:path';
import { cacheFolder } from '../files/cache-folder.ts';
import { isInside } from '../files/boundary.ts';
import { follow, projectsAt, readTyped } from '../files/typed.ts';
import { reasonOf } from '../files/text.ts';

export interface Place {
  readonly folder?: string;
  /** Why the folder that was named can't be used. */
  readonly refused?: string;
}

/** `named`: what the user asks for. In CI nothing is kept unless they do. */
export function placeFor(root: string, named: string | undefined, env: NodeJS.ProcessEnv = process.env): Place {
  if (isForStranger(env) || (named === undefined && isCi(env))) return {};
  if (named === '') return { refused: 'it is no name of a folder' };
  const folder = named ?? cacheFolder({ env, platform: process.platform });
  if (folder === undefined) return {};
  const projects = projectsAt(root);
  const refused = whyNot(folder, projects);
  if (refused !== undefined) return named === undefined ? {} : { refused };
  return { folder: join(follow(folder, projects).at, 'answers') };
}

function whyNot(folder: string, projects: readonly string[]): string | undefined {
  try {
    const { at, crossed } = follow(folder, projects);
    if (crossed !== undefined) return `${crossed.link} is a symbolic link of the project`;
    return projects.some((project) => project !== parse(project).root && isInside(project, at))
      ? 'it lies in the project, which could bring answers of its own'
      : undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

function isCi({ CI }: NodeJS.ProcessEnv): boolean {
  return CI !== undefined && !['', '0', 'false'].includes(CI);
}

/**
 * A run for a change that comes from a fork: whoever wrote it may have had its code run before, and have put answers
 * there. What can't be told is a stranger's.
 */
function isForStranger(env: NodeJS.ProcessEnv): boolean {
  if (env['GITHUB_ACTIONS'] === 'true') return !isOwnEvent(env['GITHUB_EVENT_PATH']);
  const source = env['CI_MERGE_REQUEST_SOURCE_PROJECT_ID'];
  return (
    (source !== undefined && source !== env['CI_MERGE_REQUEST_PROJECT_ID']) ||
    env['SYSTEM_PULLREQUEST_ISFORK']?.toLowerCase() === 'true' ||
    env['CIRCLE_PR_REPONAME'] !== undefined
  );
}

function isOwnEvent(path: string | undefined): boolean {
  try {
    if (path === undefined) return false;
    const event: unknown = JSON.parse(readTyped(path).toString('utf8'));
    // A comment on a pull request may ask for a run of what is in it.
    if (at(event, 'issue', 'pull_request') !== undefined) return false;
    const request = at(event, 'pull_request');
    const before = at(event, 'workflow_run');
    const own = at(event, 'repository', 'id');
    return (
      (request === undefined || isSame(at(request, 'head', 'repo', 'id'), at(request, 'base', 'repo', 'id'))) &&
      (before === undefined || isSame(at(before, 'head_repository', 'id'), own))
    );
  } catch {
    return false;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return typeof a === 'number' && a === b;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const name of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Reflect.get(here, name);
  }
  return here ?? undefined;
}
