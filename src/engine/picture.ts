/** The picture of a project's voyages, with the blind spots that rules are held back by. */
import type { Model } from '../model/voyage.ts';
import { drawn } from '../picture/draw.ts';
import type { Picture } from '../picture/picture.ts';
import { ignoranceOf } from './absences.ts';
import type { Project } from './read-project.ts';

export function pictureOf(model: Model, project: Project): Picture {
  const ignorance = ignoranceOf(model.facts, project);
  return drawn(model, (question) => ignorance.against(question));
}
