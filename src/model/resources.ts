/** Names that a template's resource gets from its stack, and that commands learn from the stack's outputs. */
import type { Text } from '../core/text.ts';
import type { TemplateResource } from './facts.ts';

/** `Api.Arn@template.yaml`, `Api@template.yaml#stack`: the resource whose name, or ARN, this is. */
export function resourceNamed(name: Text | undefined): TemplateResource | undefined {
  const [only] = name ?? [];
  if (name?.length !== 1 || only === undefined || typeof only === 'string') return undefined;
  const [, logicalId, template] = /^(\w+)(?:\.Arn)?@([^#]+)(?:#.*)?$/s.exec(only.hole) ?? [];
  return logicalId === undefined || template === undefined ? undefined : { logicalId, template };
}

export function resourceKey({ logicalId, template }: TemplateResource): string {
  return `${logicalId}@${template}`;
}
