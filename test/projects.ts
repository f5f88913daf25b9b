/** The fixtures, as the projects they are. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export function fixtureProjects(at = fileURLToPath(new URL('../fixtures/', import.meta.url))): string[] {
  if (!existsSync(join(at, 'expected.json')))
    return readdirSync(at, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => fixtureProjects(join(at, entry.name)));
  const named: object = JSON.parse(readFileSync(join(at, 'expected.json'), 'utf8'));
  return Object.keys(named).map((name) => join(at, name));
}
