/**
 * A stand-in for AWS on loopback: the wire protocols of the services that the audit reads, real page sizes, faults on
 * order, and a log of calls.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ecr, entriesOf } from './ecr.ts';
import { AwsError, Pager, answer, record, refuse, type Protocol, type Reply } from './reply.ts';
import type { AccountState, Call, Fault, RegionState } from './state.ts';
import { account as accountManagement, organizations } from './accounts.ts';
import { docker } from './docker.ts';
import { apprunner, batch, codebuild, eks } from './more-workloads.ts';
import { signedFor, sts } from './sts.ts';
import { cloudformation, ecs, lambda } from './workloads.ts';

export interface Context {
  /** The account that is asked: the stand-in's own, or one that a role leads into. */
  readonly account: AccountState;
  readonly home: AccountState;
  readonly region: string;
  readonly state: RegionState;
  readonly pager: Pager;
  readonly url: string;
  readonly downloads: string;
  readonly registry: string;
}

type Handler = (operation: string, input: Record<string, unknown>, context: Context) => unknown;

const HANDLERS: Record<string, Handler> = {
  ecr,
  ecs,
  lambda,
  cloudformation,
  sts,
  apprunner,
  batch,
  codebuild,
  eks,
  account: accountManagement,
  organizations,
};

const TARGETS: Record<string, string> = {
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
  AmazonEC2ContainerServiceV20141113: 'ecs',
  AppRunner: 'apprunner',
  CodeBuild_20161006: 'codebuild',
  AWSOrganizationsV20161128: 'organizations',
};
const QUERY_VERSIONS: Record<string, string> = { '2010-05-15': 'cloudformation', '2011-06-15': 'sts' };

const blobsOf = new WeakMap<AccountState, Map<string, string>>();

interface Request {
  readonly protocol: Protocol;
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

export interface StandIn {
  readonly url: string;
  readonly calls: readonly Call[];
  /** May be changed while it runs. */
  faults: readonly Fault[];
  account: AccountState;
  /** The most calls that were under way at one time. */
  readonly peak: () => number;
  close(): Promise<void>;
}

export interface StandInOptions {
  readonly faults?: readonly Fault[];
  /** Milliseconds before each answer. */
  readonly delay?: number;
  /**
   * Where blobs are to be had, and docker's own protocol is spoken, when that's not here: the true names, behind a
   * proxy.
   */
  readonly downloads?: string;
  readonly registry?: string;
  /** Answers as another emulator would: given what AWS would say; may throw an AwsError. */
  readonly reshape?: (action: string, input: Record<string, unknown>, output: unknown) => unknown;
  /** Answers with another body than AWS's, with HTTP 200 all the same; undefined leaves it. */
  readonly rewrite?: (action: string, body: string) => string | undefined;
}

export async function startStandIn(account: AccountState, options: StandInOptions = {}): Promise<StandIn> {
  const calls: Call[] = [];
  const pager = new Pager();
  const spent = new Map<Fault, number>();
  const met = new Map<Fault, number>();
  const buckets = new Map<Fault, { left: number; at: number }>();
  let underWay = 0;
  let peak = 0;
  const server = createServer((request, response) => {
    underWay++;
    peak = Math.max(peak, underWay);
    response.on('close', () => underWay--);
    void body(request).then(async (text) => {
      if (options.delay !== undefined) await new Promise((done) => setTimeout(done, options.delay));
      handle(request, text, response);
    });
  });

  const standIn: StandIn = {
    url: '',
    calls,
    faults: options.faults ?? [],
    account,
    peak: () => peak,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };

  function handle(request: IncomingMessage, text: string, response: ServerResponse): void {
    const blob = /^\/blobs\/(sha256:[0-9a-f]{64})\?/.exec(request.url ?? '');
    if (blob !== null) {
      calls.push({ action: 'blob', region: '', input: blob[1] });
      if (faulty(response, { protocol: 'rest json', service: 'blob', operation: 'get', input: {} }, '', text)) return;
      const content = findBlob(blob[1]!);
      send(
        response,
        content === undefined
          ? { status: 404, headers: {}, body: '' }
          : { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: content },
      );
      return;
    }
    const distribution = docker(request, standIn.account, options.downloads ?? standIn.url);
    if (distribution !== undefined) {
      calls.push({ action: distribution.action, region: '', input: request.url });
      if (
        !faulty(
          response,
          {
            protocol: 'rest json',
            service: 'docker',
            operation: distribution.action.slice('docker:'.length),
            input: {},
          },
          '',
          request.url ?? '',
        )
      )
        send(response, distribution.reply);
      return;
    }
    const region =
      /Credential=[^/]+\/\d{8}\/([a-z0-9-]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'unsigned';
    const parsed = parse(request, text);
    if (parsed === undefined) {
      calls.push({ action: `? ${request.method} ${request.url}`, region, input: text });
      send(response, { status: 404, headers: {}, body: '' });
      return;
    }
    calls.push({ action: `${parsed.service}:${parsed.operation}`, region, input: parsed.input });
    if (faulty(response, parsed, region, text + (request.url ?? ''))) return;
    const account = signedFor(standIn.account, request.headers.authorization ?? '');
    const state = account.regions[region] ?? {};
    try {
      const output = HANDLERS[parsed.service]!(parsed.operation, parsed.input, {
        account,
        home: standIn.account,
        region,
        state,
        pager,
        url: standIn.url,
        downloads: options.downloads ?? standIn.url,
        registry: options.registry ?? standIn.url,
      });
      const shaped =
        options.reshape === undefined
          ? output
          : options.reshape(`${parsed.service}:${parsed.operation}`, parsed.input, output);
      const reply = answer(parsed.protocol, parsed.operation, shaped);
      send(response, {
        ...reply,
        body: options.rewrite?.(`${parsed.service}:${parsed.operation}`, reply.body) ?? reply.body,
      });
    } catch (error) {
      send(
        response,
        refuse(
          parsed.protocol,
          error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500),
        ),
      );
    }
  }

  function findBlob(digest: string): string | undefined {
    let blobs = blobsOf.get(standIn.account);
    if (blobs === undefined) {
      blobs = new Map();
      for (const region of [standIn.account, ...Object.values(standIn.account.members ?? {})].flatMap((one) =>
        Object.values(one.regions),
      )) {
        for (const repository of region.repositories ?? [])
          for (const { content } of entriesOf(repository))
            for (const [at, text] of Object.entries(content.blobs)) blobs.set(at, text);
      }
      blobsOf.set(standIn.account, blobs);
    }
    return blobs.get(digest);
  }

  /** Answers with a fault that is on order for this call, if any. */
  function faulty(
    response: ServerResponse,
    { protocol, service, operation }: Request,
    region: string,
    text: string,
  ): boolean {
    const action = `${service}:${operation}`;
    // AWS guards a nameless DescribeStacks by ListStacks as well.
    const alias =
      action === 'cloudformation:DescribeStacks' && !text.includes('StackName=') ? 'cloudformation:ListStacks' : action;
    const fault = standIn.faults.find(
      (one) =>
        (one.action === '*' || one.action === action || one.action === alias || one.action === `${service}:*`) &&
        (one.about === undefined || text.includes(one.about)) &&
        (one.region === undefined || one.region === region) &&
        (spent.get(one) ?? 0) < (one.times ?? Infinity),
    );
    if (fault === undefined || !due(fault)) return false;
    spent.set(fault, (spent.get(fault) ?? 0) + 1);
    switch (fault.kind) {
      case 'deny': {
        const guarded = fault.action.includes('*') ? action : fault.action;
        send(
          response,
          refuse(
            protocol,
            new AwsError(
              protocol === 'query' ? 'AccessDenied' : 'AccessDeniedException',
              `User: arn:aws:iam::${standIn.account.id}:user/auditor is not authorized to perform: ${guarded} on resource: * because no identity-based policy allows the ${guarded} action`,
              protocol === 'rest json' || protocol === 'query' ? 403 : 400,
            ),
          ),
        );
        return true;
      }
      case 'throttle':
        send(
          response,
          refuse(
            protocol,
            protocol === 'rest json'
              ? new AwsError('TooManyRequestsException', 'Rate exceeded', 429)
              : new AwsError(protocol === 'query' ? 'Throttling' : 'ThrottlingException', 'Rate exceeded'),
          ),
        );
        return true;
      case 'error 500':
        send(response, refuse(protocol, new AwsError('InternalFailure', 'An internal error occurred', 500)));
        return true;
      case 'expired token':
        send(
          response,
          refuse(
            protocol,
            new AwsError(
              protocol === 'query' ? 'ExpiredToken' : 'ExpiredTokenException',
              'The security token included in the request is expired',
              protocol === 'json 1.1' ? 400 : 403,
            ),
          ),
        );
        return true;
      case 'html':
        send(response, {
          status: 503,
          headers: { 'content-type': 'text/html' },
          body: '<html><body>Service unavailable</body></html>',
        });
        return true;
      case 'not json':
        send(response, {
          status: 200,
          headers: { 'content-type': 'application/x-amz-json-1.1' },
          body: '<html>captive portal</html>',
        });
        return true;
      case 'page 404':
        send(response, {
          status: 404,
          headers: { 'content-type': 'text/html' },
          body: '<!doctype html><title>404 Not Found</title>',
        });
        return true;
      case 'drop':
        response.socket?.destroy();
        return true;
      case 'hang':
        return true;
    }
  }

  function due(fault: Fault): boolean {
    const count = (met.get(fault) ?? 0) + 1;
    met.set(fault, count);
    if (fault.every !== undefined) return count % fault.every === 0;
    if (fault.above === undefined) return true;
    const now = performance.now();
    const bucket = buckets.get(fault) ?? { left: fault.above, at: now };
    const left = Math.min(fault.above, bucket.left + ((now - bucket.at) / 1000) * fault.above);
    buckets.set(fault, { left: left >= 1 ? left - 1 : left, at: now });
    return left < 1;
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return Object.assign(standIn, { url: `http://127.0.0.1:${address.port}` });
}

function parse(request: IncomingMessage, text: string): Request | undefined {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const [prefix = '', operation = ''] = target.split('.');
    const service = TARGETS[prefix];
    const input: unknown = text === '' ? {} : JSON.parse(text);
    return service === undefined
      ? undefined
      : { protocol: service === 'apprunner' ? 'json 1.0' : 'json 1.1', service, operation, input: record(input) };
  }
  const url = new URL(request.url ?? '/', 'http://stand-in.invalid');
  if (url.pathname.startsWith('/2015-03-31/functions')) {
    const [, name, aliases] = /^\/2015-03-31\/functions\/([^/]+)(\/aliases)?$/.exec(url.pathname) ?? [];
    if (request.method !== 'GET')
      return { protocol: 'rest json', service: 'lambda', operation: `${request.method} ${url.pathname}`, input: {} };
    const query: Record<string, unknown> = Object.fromEntries(url.searchParams);
    return name === undefined
      ? { protocol: 'rest json', service: 'lambda', operation: 'ListFunctions', input: query }
      : {
          protocol: 'rest json',
          service: 'lambda',
          operation: aliases === undefined ? 'GetFunction' : 'ListAliases',
          input: { ...query, FunctionName: decodeURIComponent(name) },
        };
  }
  if (url.pathname === '/v1/describejobdefinitions') {
    const input: unknown = JSON.parse(text);
    return { protocol: 'rest json', service: 'batch', operation: 'DescribeJobDefinitions', input: record(input) };
  }
  if (url.pathname === '/listRegions') {
    const input: unknown = JSON.parse(text);
    return { protocol: 'rest json', service: 'account', operation: 'ListRegions', input: record(input) };
  }
  if (url.pathname === '/clusters')
    return {
      protocol: 'rest json',
      service: 'eks',
      operation: request.method === 'GET' ? 'ListClusters' : `${request.method} /clusters`,
      input: Object.fromEntries(url.searchParams),
    };
  const form = new URLSearchParams(text);
  const service = QUERY_VERSIONS[form.get('Version') ?? ''];
  return service === undefined
    ? undefined
    : { protocol: 'query', service, operation: form.get('Action') ?? '', input: Object.fromEntries(form) };
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
  response.end(reply.body);
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  return Buffer.concat(chunks).toString('utf8');
}
