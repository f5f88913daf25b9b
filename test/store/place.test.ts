/** Where answers are kept, and for whose runs none are. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeFor } from '../../src/store/place.ts';
import { folder, git } from '../temporary.ts';

function event(value: unknown): string {
  return join(folder({ 'event.json': JSON.stringify(value) }), 'event.json');
}

const repo = (id: number | null) => ({ repo: id === null ? null : { id } });

describe('the place', () => {
  const root = folder.bind(undefined, { Dockerfile: '' });

  it("is the user's cache folder", () => {
    const home = folder();
    expect(placeFor(root(), undefined, { XDG_CACHE_HOME: home })).toEqual({
      folder: join(home, 'plimsoll', 'answers'),
    });
    expect(placeFor(root(), undefined, { XDG_CACHE_HOME: 'relative' })).toEqual({});
  });

  it('is the one that is named, in CI that one alone', () => {
    const [home, named] = [folder(), folder()];
    const env = { XDG_CACHE_HOME: home, CI: 'true' };
    expect(placeFor(root(), undefined, env)).toEqual({});
    expect(placeFor(root(), undefined, { ...env, CI: 'false' })).toEqual({ folder: join(home, 'plimsoll', 'answers') });
    expect(placeFor(root(), named, env)).toEqual({ folder: join(named, 'answers') });
  });

  it('is never in the project, nor where a link of the project leads', () => {
    const at = root();
    git(at, 'init', '-q');
    const elsewhere = folder();
    symlinkSync(elsewhere, join(at, 'link'));
    expect(placeFor(at, join(at, '.cache'), {}).refused).toMatch(/lies in the project/);
    expect(placeFor(at, join(at, 'link', 'cache'), {}).refused).toMatch(/link/);
    expect(placeFor(at, undefined, { XDG_CACHE_HOME: join(at, '.cache') })).toEqual({});
  });
});

describe('a run for a stranger', () => {
  const named = folder.bind(undefined, {});
  const isKept = (env: Record<string, string>): boolean => placeFor(folder(), named(), env).folder !== undefined;
  const onGitHub = (value: unknown): boolean => isKept({ GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: event(value) });

  it.each([
    ['a push', { ref: 'refs/heads/main', repository: { id: 1 } }, true],
    ['a pull request of its own', { pull_request: { head: repo(1), base: repo(1) } }, true],
    ["a fork's pull request", { pull_request: { head: repo(2), base: repo(1) } }, false],
    ['one whose fork is gone', { pull_request: { head: repo(null), base: repo(1) } }, false],
    ['a comment on a pull request', { issue: { pull_request: { url: 'x' } }, repository: { id: 1 } }, false],
    ["after a fork's workflow", { workflow_run: { head_repository: { id: 2 } }, repository: { id: 1 } }, false],
    ['after its own workflow', { workflow_run: { head_repository: { id: 1 } }, repository: { id: 1 } }, true],
  ])('on GitHub: %s', (_, value, isAllowed) => {
    expect(onGitHub(value)).toBe(isAllowed);
  });

  it('is what can not be told', () => {
    expect(isKept({ GITHUB_ACTIONS: 'true' })).toBe(false);
    expect(isKept({ GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: join(folder(), 'none') })).toBe(false);
    expect(isKept({ GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: join(folder({ e: '{' }), 'e') })).toBe(false);
  });

  it('is told on other systems by what they say', () => {
    expect(isKept({ CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2', CI_MERGE_REQUEST_PROJECT_ID: '1' })).toBe(false);
    expect(isKept({ CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1', CI_MERGE_REQUEST_PROJECT_ID: '1' })).toBe(true);
    expect(isKept({ SYSTEM_PULLREQUEST_ISFORK: 'True' })).toBe(false);
    expect(isKept({ SYSTEM_PULLREQUEST_ISFORK: 'False' })).toBe(true);
    expect(isKept({ CIRCLE_PR_REPONAME: 'fork' })).toBe(false);
  });
});
