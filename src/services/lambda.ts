import { judged } from '../core/sealed.ts';
import { byDefault, type ServiceDescription } from './describe.ts';
import { startOf } from './start.ts';
import { cpusOf, type Running, type View } from './view.ts';

export const LAMBDA = {
  noun: ['Lambda function', 'Lambda functions'],
  unsaidCpu: byDefault('amd64'),
  wrongCpu: 'every invocation will fail with `Runtime.InvalidEntrypoint … exec format error`',
  keeps: 'Lambda resolved the tag when the function was last updated, and keeps that digest',
  take: 'Call `aws lambda update-function-code --image-uri …` after the push',
  next: 'its next update',
} as const satisfies ServiceDescription;

/** Undefined for a function that is made of a zip. */
export function readFunction(view: View): Running | undefined {
  const images = view.images('Code', 'ImageUri');
  const packaged = view.get('PackageType');
  const types = packaged.map(({ text }) => judged(text));
  if (images.length === 0 ? !types.includes('Image') : types.every((type) => type === 'Zip')) return undefined;
  return {
    service: 'lambda',
    names: view.get('FunctionName'),
    images:
      images.length > 0 ? images : packaged.map(({ text: _, ...way }) => ({ image: { kind: 'unknown' }, ...way })),
    cpus: cpusOf(view.get('Architectures'), LAMBDA.unsaidCpu),
    more: startOf(view.words('ImageConfig', 'EntryPoint'), view.words('ImageConfig', 'Command')),
  };
}
