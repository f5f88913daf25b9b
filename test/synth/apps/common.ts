/** What the apps synthesized here have in common: the images they build, and the usual imports. */
export const LAMBDA_DOCKERFILE = 'FROM public.ecr.aws/lambda/python:3.12\nCOPY . .\nCMD ["app.handler"]\n';
export const WEB_DOCKERFILE =
  'FROM public.ecr.aws/docker/library/python:3.12-slim AS base\nCOPY . .\nFROM base AS web\nHEALTHCHECK CMD true\nCMD ["python", "web.py"]\n';

export const IMPORTS = `import * as path from 'path';
import * as cdk from 'aws-cdk-lib';
import * as agentcore from 'aws-cdk-lib/aws-bedrockagentcore';
import * as apprunner from 'aws-cdk-lib/aws-apprunner';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as patterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Construct, type IConstruct } from 'constructs';
`;

export const image = (name: string): string => `path.join(__dirname, '../services', '${name}')`;
