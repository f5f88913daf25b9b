/**
 * Terraform and OpenTofu files (`*.tf`, `*.tofu`, their JSON form, `*.tfvars`, `terragrunt.hcl`) → reading: blocks and
 * values, expressions left for evaluation.
 */
import type { Range } from '../../core/site.ts';
import { table } from '../../core/table.ts';
import { suppressionsIn } from '../../syntax/comment-suppressions.ts';
import { readHcl } from '../../syntax/hcl/read.ts';
import { jsonExpression } from '../../syntax/hcl/json.ts';
import type { HclAttribute, HclBlock, HclBody } from '../../syntax/hcl/reading.ts';
import { isList, isObject, parseJson, type Json, type JsonDocument, type JsonPath } from '../../syntax/json.ts';
import type { ReadingBase, SourceText } from '../../syntax/source.ts';

export interface TerraformReading extends ReadingBase {
  readonly kind: 'terraform';
  /**
   * All `code` files of a folder are one module; `values` give its variables; `terragrunt` calls a module of another
   * folder.
   */
  readonly role: 'code' | 'values' | 'terragrunt';
  readonly body: HclBody;
}

export function read(source: SourceText): TerraformReading {
  const { file, lines, text } = source;
  const role = /\.tfvars(?:\.json)?$/.test(file) ? 'values' : file.endsWith('.hcl') ? 'terragrunt' : 'code';
  if (file.endsWith('.json')) {
    const document = parseJson(source);
    return {
      kind: 'terraform',
      role,
      file,
      lines,
      unreadable: isExampleOfValues(file) ? [] : document.unreadable,
      suppressions: [],
      body: jsonBody(source, document, role),
    };
  }
  const { body, comments, unreadable } = readHcl(source);
  return {
    kind: 'terraform',
    role,
    file,
    lines,
    unreadable: isExampleOfValues(file) ? [] : unreadable,
    suppressions: suppressionsIn(comments, lines, text),
    body,
  };
}

/** `terraform.example.tfvars`, `sample.tfvars`: values left blank for whoever copies it. Nobody applies it as it is. */
export function isExampleOfValues(file: string): boolean {
  return /(?:^|[/._-])(?:example|sample|template|dist)s?(?:[._-][^/]*)?\.tfvars(?:\.json)?$/i.test(file);
}

// ── the JSON form ───────────────────────────────────────────────────────────────────────────────

/**
 * Labels that follow a block's type. Everything deeper is taken for attributes: whether an object is a block, only its
 * resource's schema tells.
 */
const LABELS: Readonly<Record<string, number>> = table({
  resource: 2,
  data: 2,
  variable: 1,
  output: 1,
  module: 1,
  provider: 1,
  locals: 0,
  terraform: 0,
});

function jsonBody(source: SourceText, document: JsonDocument, role: TerraformReading['role']): HclBody {
  const top = isObject(document.value) ? document.value : {};
  if (role === 'values') return { attributes: attributes(source, document, [], top), blocks: [] };
  const blocks: HclBlock[] = [];
  const descend = (type: string, labels: HclBlock['labels'], path: JsonPath, value: Json, left: number): void => {
    if (isList(value)) {
      for (const [index, item] of value.entries())
        if (!isList(item)) descend(type, labels, [...path, index], item, left);
    } else if (left > 0 && isObject(value)) {
      for (const [name, inner] of Object.entries(value))
        descend(
          type,
          [...labels, { text: name, range: inQuotes(document, [...path, name]) }],
          [...path, name],
          inner,
          left - 1,
        );
    } else if (isObject(value)) {
      blocks.push({
        type,
        labels,
        body: { attributes: attributes(source, document, path, value), blocks: [] },
        range: document.locate(path, 'entry') ?? [0, 0],
      });
    }
  };
  for (const [type, value] of Object.entries(top)) {
    const labels = LABELS[type];
    if (labels !== undefined) descend(type, [], [type], value, labels);
  }
  return { attributes: [], blocks };
}

function attributes(
  source: SourceText,
  document: JsonDocument,
  path: JsonPath,
  value: { readonly [key: string]: Json },
): HclAttribute[] {
  return Object.entries(value).map(([name, one]) => ({
    name,
    nameRange: inQuotes(document, [...path, name]),
    value: jsonExpression(source, document, [...path, name], one),
  }));
}

function inQuotes(document: JsonDocument, path: JsonPath): Range {
  const [start, end] = document.locate(path, 'key') ?? [0, 2];
  return [start + 1, end - 1];
}
