import { byDefault, type ServiceDescription } from './describe.ts';

export const LAMBDA = {
  noun: ['Lambda function', 'Lambda functions'],
  unsaidCpu: byDefault('amd64'),
  wrongCpu: 'every invocation will fail with `Runtime.InvalidEntrypoint … exec format error`',
  keeps: 'Lambda resolved the tag when the function was last updated, and keeps that digest',
  take: 'Call `aws lambda update-function-code --image-uri …` after the push',
  next: 'its next update',
} as const satisfies ServiceDescription;
