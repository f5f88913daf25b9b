/** Which of the project's manifests one was made of that a command applies. */
import type { Readings } from '../../project/readings.ts';
import type { KubernetesContainer, KubernetesReading, KubernetesWorkload } from './read.ts';

export interface Template {
  readonly reading: KubernetesReading;
  readonly container: KubernetesContainer;
  /** The name under which `world.called` has it. */
  readonly key: string;
}

/** How an entry of `world.called` names a container whose image a command has filled in. */
export function containerKey({ file }: KubernetesReading, workload: number, container: number): string {
  return `manifest ${file}#${workload}/${container}`;
}

export interface Rendered {
  readonly source: string;
  readonly workload: KubernetesWorkload;
  /** Which of the workload's containers. */
  readonly number: number;
}

/**
 * What it was made of, as far as that can be told: `written`, a manifest that says the very same, which is read where it
 * stands; else those whose image has a piece that was filled in, or that only lack what was put into their lines.
 */
export function templatesOf(readings: Readings, rendered: Rendered): readonly Template[] | 'written' {
  const { workload, number, source } = rendered;
  const image = workload.containers[number]?.image ?? '';
  const alike = readings.ofKind('kubernetes').flatMap((reading) =>
    reading.workloads.flatMap((one, index): Template[] => {
      const container = one.containers[number];
      return container !== undefined && isAlike(one, workload, number)
        ? [{ reading, container, key: containerKey(reading, index, number) }]
        : [];
    }),
  );
  if (alike.some(({ container }) => container.image === image)) return 'written';
  const hasItsLines = ({ reading, container }: Template): boolean =>
    isMadeOf(source, readings.text(reading.file) ?? '', container.image);
  const open = alike.filter(({ container }) => fits(container.image, image));
  if (open.length === 1) return open;
  const exact = open.filter(hasItsLines);
  if (open.length > 0) return exact.length > 0 ? exact : open;
  // `sed s/:latest/:$SHA/`
  return alike.filter((one) => repositoryOf(one.container.image) === repositoryOf(image) && hasItsLines(one));
}

/** The same thing of the same cluster: it is called the same, lies in the same namespace and asks for the same nodes. */
function isAlike(template: KubernetesWorkload, rendered: KubernetesWorkload, number: number): boolean {
  const [asked, given] = [template.architectures, rendered.architectures];
  return (
    template.type === rendered.type &&
    template.name === rendered.name &&
    isOrFits(template.namespace, rendered.namespace) &&
    isOrFits(template.containers[number]?.name, rendered.containers[number]?.name) &&
    asked.length === given.length &&
    asked.every(({ value }, index) => isOrFits(value, given[index]?.value))
  );
}

function isOrFits(template: string | undefined, rendered: string | undefined): boolean {
  return template === rendered || (template !== undefined && rendered !== undefined && fits(template, rendered));
}

/** `$TAG`, `${TAG}`, `{{ tag }}`, `<tag>`, `%TAG%`, and the words in capitals that sed looks for. */
const PIECE =
  /\$\{[^}]*\}|\$[A-Za-z_]\w*|\{\{[^}]*\}\}|<[\w-]+>|%\w+%|__\w+__|(?<![A-Za-z0-9])[A-Z][A-Z_]{2,}(?![A-Za-z0-9])/;

/** Has the template pieces to be filled in, and may this be what it becomes? */
function fits(template: string, rendered: string): boolean {
  const pieces = template.split(PIECE);
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined || !rendered.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = rendered.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return rendered.length - last.length >= at && rendered.endsWith(last);
}

/** Line by line, but for those that hold the image. */
function isMadeOf(source: string, template: string, image: string): boolean {
  const [made, lines] = [linesOf(source), linesOf(template)];
  return (
    made.length === lines.length &&
    lines.every((line, index) => {
      const now = made[index] ?? '';
      return line === now || line.includes(image) || fits(line, now);
    })
  );
}

function linesOf(text: string): string[] {
  return text.trimEnd().split(/\r?\n/);
}

function repositoryOf(image: string): string {
  return image.replace(/@.*$/s, '').replace(/:[^:/]*$/, '');
}
