import { describe, expect, it } from 'vitest';
import { kindByPath, kindInside } from '../../src/discover/kinds.ts';

const kindOf = (path: string): string | undefined => {
  const found = kindByPath(path);
  return found === undefined ? undefined : 'kind' in found ? found.kind : `${found.suspect}?`;
};

describe('a file takes part by its path', () => {
  it.each([
    ['Dockerfile', 'dockerfile'],
    ['services/api/Dockerfile.prod', 'dockerfile'],
    ['api.Dockerfile', 'dockerfile'],
    ['docker/web.dockerfile', 'dockerfile'],
    ['Containerfile', 'dockerfile'],
    ['Dockerfile-arm64', 'dockerfile'],
    ['Dockerfile.dockerignore', undefined],
    ['Dockerfile.md', undefined],
    ['.github/workflows/deploy.yml', 'workflow'],
    ['.github/actions/push/action.yaml', 'workflow'],
    ['.github/workflows/old.yml.disabled', undefined],
    ['.github/workflows/deeper/deploy.yml', 'declaration?'],
    ['.gitlab-ci.yml', 'pipeline'],
    ['ci/buildspec-prod.yml', 'pipeline'],
    ['bitbucket-pipelines.yml', 'pipeline'],
    ['.circleci/config.yml', 'pipeline'],
    ['.travis.yml', 'pipeline'],
    ['docker-compose.yml', 'compose'],
    ['docker-compose.prod.yaml', 'compose'],
    ['compose.yaml', 'compose'],
    ['composer.yaml', 'declaration?'],
    ['infra/main.tf', 'terraform'],
    ['main.tf.json', 'terraform'],
    ['prod.auto.tfvars', 'terraform'],
    ['main.tofu', 'terraform'],
    ['live/api/terragrunt.hcl', 'terraform'],
    ['consul.hcl', undefined],
    ['.terraform/modules/x/main.tf', undefined],
    ['terraform.tfstate', undefined],
    ['docker-bake.hcl', 'bake'],
    ['docker-bake.override.json', 'bake'],
    ['Makefile', 'makefile'],
    ['build/docker.mk', 'makefile'],
    ['GNUmakefile', 'makefile'],
    ['package.json', 'package-json'],
    ['package-lock.json', undefined],
    ['scripts/deploy.sh', 'shell'],
    ['bin/release', 'script?'],
    ['LICENSE', undefined],
    ['.envrc', undefined],
    ['infra/stack.ts', 'program?'],
    ['infra/stack.d.ts', undefined],
    ['template.yaml', 'declaration?'],
    ['infra/app.template', 'declaration?'],
    ['node_modules/x/Dockerfile', undefined],
    ['services/api/node_modules/x/deploy.sh', undefined],
    ['cdk.out/asset.1/Dockerfile', undefined],
    ['README.md', undefined],
    ['src/app.py', undefined],
  ])('%s: %s', (path, kind) => {
    expect(kindOf(path)).toBe(kind);
  });
});

describe('a suspect takes part by what is in it', () => {
  it.each([
    ['#!/bin/bash\n', true],
    ['#!/usr/bin/env bash\n', true],
    ['#!/usr/bin/env -S bash -e\n', true],
    ['#! /bin/sh', true],
    ['#!/usr/local/bin/zsh', true],
    ['#!/usr/bin/env node\n', false],
    ['#!/usr/bin/python3\n', false],
    ['echo hi\n', false],
    ['', false],
  ])('%j begins a shell script: %s', (head, expected) => {
    expect(kindInside('script', 'bin/release', head) === 'shell').toBe(expected);
  });

  it.each([
    ["import * as cdk from 'aws-cdk-lib';", true],
    ["import { Construct } from 'constructs';", true],
    ["const ecr = require('@aws-cdk/aws-ecr');", true],
    ["const lib = await import('aws-cdk-lib/aws-ecr')", true],
    ['import * as sst from "sst/constructs"', true],
    ["import { constructs } from './constructs.ts'", false],
    ['// uses aws-cdk-lib', false],
  ])('%j uses the CDK: %s', (text, expected) => {
    expect(kindInside('program', 'app.ts', text) === 'cdk').toBe(expected);
  });

  it.each([
    ['Resources:\n  Fn:\n    Type: AWS::Lambda::Function\n', true],
    ['{"Resources":{"A":{"Type" : "AWS::ECR::Repository"}}}', true],
    ['Resources:\n  Fn:\n    Type: "AWS::Serverless::Function"\n', true],
    ['note: see AWS::Lambda::Function\n', false],
  ])('%j is a template: %s', (text, expected) => {
    expect(kindInside('declaration', 'a.yml', text) === 'template').toBe(expected);
  });
});
