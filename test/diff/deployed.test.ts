/** `plimsoll diff` against what is deployed, with a stand-in for CloudFormation. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readTemplates } from '../../src/live/templates.ts';

const TEMPLATE = 'Resources:\n  Images:\n    Type: AWS::ECR::Repository\n';
const error = (code: string, message: string): string => `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;

let server: Server;
let endpoint = '';
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const name = form.get('StackName') ?? '';
      asked.push(`${form.get('Action')} ${name} ${form.get('TemplateStage')} ${/\/\d{8}\/([\w-]+)\/cloudformation/.exec(request.headers.authorization ?? '')?.[1]}`);
      response.setHeader('content-type', 'text/xml');
      if (name === 'shop') response.end(`<GetTemplateResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><GetTemplateResult><TemplateBody>${TEMPLATE}</TemplateBody></GetTemplateResult></GetTemplateResponse>`);
      else {
        response.statusCode = name === 'secret' ? 403 : 400;
        response.end(name === 'secret' ? error('AccessDenied', 'User: x is not authorized to perform: cloudformation:GetTemplate') : error('ValidationError', `Stack with id ${name} does not exist`));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port');
  endpoint = `http://127.0.0.1:${address.port}`;
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => void asked.splice(0));
afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
});

describe('deployed templates', () => {
  const connection = (): Parameters<typeof readTemplates>[1] => ({ endpoint, signal: new AbortController().signal });

  it('are read as they were deployed, each in its region; a stack that does not exist has none', async () => {
    const found = await readTemplates([{ name: 'shop', region: 'eu-north-1' }, { name: 'new', region: 'eu-west-1' }], connection());
    expect([[...found.texts], found.failed]).toEqual([[['shop', TEMPLATE]], []]);
    expect(asked.sort()).toEqual(['GetTemplate new Original eu-west-1', 'GetTemplate shop Original eu-north-1']);
  });

  it('that may not be read are no new stacks', async () => {
    const found = await readTemplates([{ name: 'secret', region: 'eu-north-1' }], connection());
    expect([[...found.texts], found.failed]).toEqual([[], ['secret: no permission for cloudformation:GetTemplate']]);
  });
});
