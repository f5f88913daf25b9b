/**
 * Reads the examples out of a rule's page: each a small project with the places at which the rule must find something.
 */
export interface Example {
  readonly title: string;
  readonly kind: 'bad' | 'good';
  readonly files: Readonly<Record<string, string>>;
  /** What the files are compared with, for rules about a diff: fences with `before=FILE`. */
  readonly before: Readonly<Record<string, string>>;
  /** `file:line:column`, sorted. */
  readonly finds: readonly string[];
}

export function examplesOf(page: string): Example[] {
  const examples: Example[] = [];
  let kind: Example['kind'] | undefined;
  let current:
    | { title: string; files: Record<string, string>; before: Record<string, string>; finds: string[] }
    | undefined;
  let block: { fence: string; side: 'files' | 'before'; file: string; lines: string[] } | undefined;
  const close = (): void => {
    if (kind !== undefined && current !== undefined && Object.keys(current.files).length > 0)
      examples.push({ ...current, kind, finds: current.finds.sort() });
    current = undefined;
  };
  for (const line of page.split('\n')) {
    if (block !== undefined) {
      if (line.trim() === block.fence) {
        if (current !== undefined) current[block.side][block.file] = block.lines.map((text) => `${text}\n`).join('');
        block = undefined;
      } else {
        block.lines.push(line);
      }
      continue;
    }
    const section = /^## (.*)$/.exec(line)?.[1]?.trim();
    const title = /^### (.*)$/.exec(line)?.[1]?.trim();
    if (section !== undefined || title !== undefined) close();
    if (section !== undefined) kind = section === 'Bad' ? 'bad' : section === 'Good' ? 'good' : undefined;
    const opening = /^(`{3,})\s*(.*)$/.exec(line);
    if (kind !== undefined && (title !== undefined || opening !== null))
      current ??= { title: title ?? '', files: {}, before: {}, finds: [] };
    if (opening === null || current === undefined) continue;
    const info = opening[2] ?? '';
    const [, kindOfFence, file] = /(?:^|\s)(file|before)=(\S+)/.exec(info) ?? [];
    if (file === undefined) throw new Error(`a fence without file= or before=: ${line}`);
    const side = kindOfFence === 'before' ? 'before' : 'files';
    if (file in current[side]) throw new Error(`${file} stands twice in one example; part them by ### titles`);
    block = { fence: opening[1] ?? '```', side, file, lines: [] };
    const finds = /(?:^|\s)finds=(\S+)/.exec(info)?.[1];
    if (finds !== undefined) current.finds.push(...finds.split(',').map((place) => `${file}:${place}`));
  }
  close();
  return examples;
}
