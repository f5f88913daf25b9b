/**
 * Templates that Jinja turns into templates: what stands outside of its statements counts, what they decide is left
 * open.
 */
import { describe, expect, it } from 'vitest';
import { showRef } from '../../../src/core/image-ref.ts';
import { evaluated } from './project.ts';

const image = (tag: string): string => `123456789012.dkr.ecr.eu-west-1.amazonaws.com/${tag}`;

function workloads(text: string): { found: string[]; unreadable: number } {
  const made = evaluated({ 't.yaml': text });
  return {
    found: made
      .of('workload')
      .map(
        (one) =>
          `${one.label} ${one.image.kind === 'ref' ? showRef(one.image.ref) : one.image.kind} ${one.cpu ?? 'any'} ${made.at(one.imageSite)}`,
      ),
    unreadable: made.template('t.yaml').unreadable.length,
  };
}

describe('a template under Jinja', () => {
  it('is read around its statements, and knows nothing of what they decide', () => {
    const text = `{# of the shop #}
{% set cpu = "arm64" %}
Resources:
  Plain:
    Type: AWS::Lambda::Function
    Properties:
      PackageType: Image
      Code: {ImageUri: "${image('a:1')}"}
      Architectures: [arm64]
  Chosen:
    Type: AWS::Lambda::Function
    Properties:
      PackageType: Image
      Code: {ImageUri: "${image('b:{{ tag }}')}"}
      {% if arm -%}
      Architectures: [arm64]
      {% else %}
      Architectures: [x86_64]
      {% endif %}
      MemorySize: {% if big %}512{% else %}128{% endif %}
  {% for name in names %}
  {{ name }}Function:
    Type: AWS::Lambda::Function
    Properties: {PackageType: Image, Code: {ImageUri: "${image('c:1')}"}}
  {% endfor %}
  Opened:
    Type: AWS::Lambda::Function
    Properties:
      PackageType: Image
      Code: {ImageUri: "${image('d:1')}"}
      {{ more_properties | indent(6) }}
  {{ prefix }}Last:
    Type: AWS::Lambda::Function
    Properties:
      PackageType: Image
      Architectures: [{{ cpu }}]
      Code: {ImageUri: {{ repo["uri"] }}:5}
`;
    expect(workloads(text)).toEqual({
      found: [
        `Plain ${image('a:1')} arm64 "${image('a:1')}"`,
        `Chosen ${image('b:${tag}')} any "${image('b:{{ tag }}')}"`,
        '{{ prefix }}Last ${repo["uri"]}:5 any {{ repo["uri"] }}:5',
      ],
      unreadable: 0,
    });
  });

  it('with nothing but unquoted {{ }} is read too', () => {
    expect(
      workloads(
        `Resources:\n  {{ name }}Fn:\n    Type: AWS::Lambda::Function\n    Properties: {PackageType: Image, Architectures: [arm64], Code: {ImageUri: "${image('a:1')}"}}\n`,
      ).found,
    ).toEqual([`{{ name }}Fn ${image('a:1')} arm64 "${image('a:1')}"`]);
  });

  it('leaves Step Functions’ own {% %} alone', () => {
    const text = `Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties: {Definition: {Output: "{% $states.input %}"}}\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {PackageType: Image, Code: {ImageUri: "${image('a:1')}"}}\n`;
    expect(workloads(text)).toEqual({ found: [`F ${image('a:1')} amd64 "${image('a:1')}"`], unreadable: 0 });
  });
});
