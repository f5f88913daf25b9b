import { describe, expect, it } from 'vitest';
import { show } from '../../src/core/text.ts';
import { check, memoryFiles } from '../../src/engine.ts';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { evaluated } from './project.ts';
import { cpuTime } from '../cpu.ts';

const PRELUDE = `provider "aws" {}
variable "x" {}
variable "settings" {
  default = { name = "shop", tags = ["a", "b"] }
}
locals {
  map  = { api = { port = 80, image = "api:1" }, web = { port = 81, image = "web:1" } }
  list = ["one", "two"]
}
`;

/** What an expression gives as a repository's name. */
async function namesOf(expression: string): Promise<string[]> {
  const { of } = await evaluated(`${PRELUDE}resource "aws_ecr_repository" "r" {\n  name = ${expression}\n}\n`);
  return of('repository').map((one) => show(one.name ?? []));
}

describe('expressions', () => {
  it.each([
    ['"a-${var.x}"', 'a-${var.x}'],
    ['format("%s/%03d/%s", "a", 7, var.x)', 'a/${format(…)}/${var.x}'],
    ['join("-", ["a", var.x, "b"])', 'a-${var.x}-b'],
    ['join("/", concat(local.list, ["three"]))', 'one/two/three'],
    ['lower("ABC")', 'abc'],
    ['lower("A-${var.x}")', 'a-${var.x}'],
    ['replace("a_b_c", "_", "-")', 'a-b-c'],
    ['replace("A b", "/[^A-Za-z]+/", "")', 'Ab'],
    ['coalesce("", null, "c")', 'c'],
    ['coalesce(var.x, "d")', '${var.x}'],
    ['try(local.map.none.image, "fallback")', 'fallback'],
    ['try(local.map.api.image, "fallback")', 'api:1'],
    ['lookup(local.map, "none", { image = "d" }).image', 'd'],
    ['lookup(local.map, "web").image', 'web:1'],
    ['local.map["web"].image', 'web:1'],
    ['[for k, v in local.map : k if v.port == 81][0]', 'web'],
    ['{ for k, v in local.map : v.image => k }["api:1"]', 'api'],
    ['element(local.list, 3)', 'two'],
    ['local.list[length(local.list) - 1]', 'two'],
    ['merge(local.map.api, { image = "x" }).image', 'x'],
    ['keys(local.map)[1]', 'web'],
    ['split("/", "a/b/c")[1]', 'b'],
    ['trimprefix("v1.2", "v")', '1.2'],
    ['trimsuffix("a.git", ".git")', 'a'],
    ['substr("abcdef", 1, 2)', 'bc'],
    ['jsondecode("{\\"a\\": {\\"b\\": \\"c\\"}}").a.b', 'c'],
    ['jsondecode(jsonencode(local.map)).api.image', 'api:1'],
    ['tolist(toset(["a"]))[0]', 'a'],
    ['one(["a"])', 'a'],
    ['values(local.map)[*].image[0]', 'api:1'],
    ['true ? "yes" : "no"', 'yes'],
    ['1 + 1 == 2 && !false ? "yes" : "no"', 'yes'],
    ['contains(local.list, "two") ? "in" : "out"', 'in'],
    ['"${terraform.workspace}-x"', '${terraform.workspace}-x'],
    ['basename("a/b")', 'b'],
    ['null == null ? "same" : "other"', 'same'],
    ['(\n    "a" == "b"\n    ? "same"\n    : "other"\n  )', 'other'],
    ['startswith("abc", "ab") ? "y" : "n"', 'y'],
    ['flatten([["a"], [["b"]]])[1]', 'b'],
    ['<<EOT\nhere\nEOT', 'here\n'],
    ['chomp(<<EOT\nhere\nEOT\n)', 'here'],
    ['provider::x::y("a")', '${provider::x::y(…)}'],
    ['path.module', '.'],
  ])('%s', async (expression, expected) => {
    expect(await namesOf(expression)).toEqual([expected]);
  });

  it('an unknown condition gives both sides, and a second one like it goes the same way', async () => {
    expect(await namesOf('var.x == "a" ? "yes" : "no"')).toEqual(['yes', 'no']);
    expect(
      await namesOf(
        '"${var.x == "a" ? "yes" : "no"}-${"a" == var.x ? "yes" : "no"}-${var.x != "a" ? "no" : "yes"}-${!(var.x == "a") ? "no" : "yes"}"',
      ),
    ).toEqual(['yes-yes-yes-yes', 'no-no-no-no']);
  });

  it('a structured default is looked into, and stands for what may be given', async () => {
    expect(await namesOf('"${var.settings.name}-${var.settings.tags[1]}"')).toEqual(['shop-b']);
  });

  it('an unknown key gives one of the entries', async () => {
    expect(await namesOf('local.map[var.x].image')).toEqual(['api:1', 'web:1']);
  });
});

describe('Terraform files that are out of the ordinary', () => {
  it.each([
    ['nested brackets', `x = ${'['.repeat(5000)}`],
    ['an endless condition', `resource "aws_ecr_repository" "r" {\n  name = ${'a ? b : '.repeat(3000)}c\n}`],
    ['no end', 'resource "aws_ecr_repository" "r" {'],
    ['a merge conflict', '<<<<<<< HEAD\nresource "aws_ecr_repository" "r" {\n  name = "r"\n}\n=======\n>>>>>>> x\n'],
    ['null bytes', '\u0000\u0001resource'],
    ['only text', 'this is not terraform at all'],
    [
      "keys of an object's prototype",
      'resource "constructor" "toString" {\n  __proto__ = 1\n}\nresource "aws_ecr_repository" "r" {\n  name = local.__proto__.constructor\n}\nmodule "hasOwnProperty" {\n  source = "./"\n}\n',
    ],
    ['what calls itself', 'module "self" {\n  source = "./"\n  count = 50\n}\n'],
    [
      'loops in loops',
      `locals {\n  a = range(60)\n  b = [for x in local.a : [for y in local.a : [for z in local.a : [for w in local.a : x]]]]\n}\nresource "aws_ecr_repository" "r" {\n  for_each = toset(flatten(local.b))\n  name = each.key\n}\n`,
    ],
    [
      'many choices',
      `${Array.from({ length: 40 }, (_, index) => `variable "v${index}" {}\n`).join('')}provider "aws" {}\nresource "aws_ecr_repository" "r" {\n  name = "${Array.from({ length: 40 }, (_, index) => `\${var.v${index} ? "a" : "b"}`).join('')}"\n}\n`,
    ],
  ])('%s', async (_, text) => {
    const started = cpuTime();
    const { project, facts } = await evaluated({
      'main.tf': `${text}\n`,
      'other/main.tf': 'resource "aws_ecr_repository" "fine" {\n  name = "fine"\n}\n',
    });
    expect(project.readings.ofKind('terraform')).toHaveLength(2);
    expect(facts.some((one) => one.kind === 'repository' && one.label === 'aws_ecr_repository.fine')).toBe(true);
    expect(cpuTime() - started).toBeLessThan(5000);
  });

  it('one bad spot costs that spot', async () => {
    const { project, of } = await evaluated(
      'resource "aws_ecr_repository" "a" {\n  name = = "x"\n}\nresource "aws_ecr_repository" "b" {\n  name = "b"\n}\n',
    );
    expect(project.unreadable).toMatchObject([{ file: 'main.tf', line: 2 }]);
    expect(of('repository').map((one) => one.label)).toEqual(['aws_ecr_repository.a', 'aws_ecr_repository.b']);
  });

  it('suppressions stand in all three kinds of comment', async () => {
    const repository = (name: string, comment: string): string =>
      `resource "aws_ecr_repository" "${name}" {\n  name = "${name}"\n  ${comment}\n  image_tag_mutability = "MUTABLE"\n}\n`;
    const text = `${repository('a', '# plimsoll-ignore mutable-repository -- moved on purpose')}${repository('b', '// plimsoll-ignore mutable-repository')}${repository('c', '/* plimsoll-ignore mutable-repository */')}${repository('d', '')}`;
    const { findings } = await check({ files: memoryFiles({ 'main.tf': text }), config: DEFAULT_CONFIG });
    expect(findings.map((one) => [one.rule, one.site.span.line])).toEqual([
      ['mutable-repository', text.split('\n').length - 2],
    ]);
  });
});
