/** `plimsoll verify`: one image, read where it lies, judged by the rules that judge live images. */
import pc from 'picocolors';
import { DEFAULT_CONFIG } from '../config/config.ts';
import { SERVICES } from '../config/json-schema.ts';
import { Problem } from '../config/problem.ts';
import { judge } from '../engine/judge.ts';
import { inspect, type Inspection } from '../live/image/inspect.ts';
import { SourceError, openImage } from '../live/image/source.ts';
import { manifestFact } from '../live/facts.ts';
import { SettingError } from '../live/network.ts';
import type { LiveImage } from '../live/evidence.ts';
import type { Fact, Service } from '../model/facts.ts';
import { SEVERITY_RANK, type Severity } from '../model/finding.ts';
import { ALWAYS } from '../core/choices.ts';
import { link } from '../model/link.ts';
import { cpuOf, showPlatforms, type Cpu } from '../core/platform.ts';
import { shorten } from '../core/shorten.ts';
import { NOWHERE } from '../core/site.ts';
import { forJson, forTerminal } from '../report/escape.ts';
import { RULES } from '../rules/registry.ts';
import { serviceOf } from '../services/index.ts';
import { VERSION } from '../version.ts';
import { endpointOf } from './endpoint.ts';
import { wantsColor } from './output.ts';
import { print } from './print.ts';
import type { VerifyOptions } from './verify.ts';
import { defined } from '../core/optional.ts';

interface Target {
  readonly service: Service;
  readonly cpu: Cpu;
}

interface Found {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: string;
  readonly message: string;
  readonly help?: string;
}

const RULES_FOR_IMAGES: ReadonlySet<string> = new Set([
  'arch-mismatch',
  'manifest-unsupported',
  'image-too-large',
  'label-lies',
]);
export async function verifyCommand(image: string, options: VerifyOptions): Promise<number> {
  const target = targetOf(options.for);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  let inspection: Inspection;
  try {
    const source = await openImage(image, {
      signal: stop.signal,
      ...defined({ profile: options.profile }),
      ...(options.endpointUrl === undefined ? {} : { endpoint: endpointOf(options.endpointUrl) }),
      ...(options.plainHttp === undefined ? {} : { plainHttp: true }),
    });
    try {
      inspection = await inspect(source, { cpu: target.cpu, deep: options.deep === true });
    } finally {
      source.close();
    }
  } catch (error) {
    if (stop.signal.aborted) return 130;
    throw error instanceof SourceError || error instanceof SettingError ? new Problem(error.message) : error;
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
  const findings = judgeImage(image, inspection, target);
  print(
    options.format === 'json'
      ? asJson(image, target, inspection, findings)
      : asText(image, target, inspection, findings, options.color),
  );
  return verdict(inspection, findings, options.failOn);
}

function verdict({ unverified }: Inspection, findings: readonly Found[], failOn: string): number {
  const least =
    failOn === 'never' ? Infinity : SEVERITY_RANK[failOn === 'error' || failOn === 'note' ? failOn : 'warning'];
  if (findings.some((one) => SEVERITY_RANK[one.severity] >= least)) return 1;
  return unverified.length > 0 ? 2 : 0;
}

function targetOf(text: string): Target {
  const [name = '', arch, more] = text.split('/');
  const service = SERVICES.find((one) => one === name.toLowerCase());
  if (service === undefined)
    throw new Problem(`--for ${text}: there is no service '${name}'; there are ${SERVICES.join(', ')}`);
  const cpu = arch === undefined ? serviceOf(service).unsaidCpu?.cpu : cpuOf(arch);
  if (cpu === undefined)
    throw new Problem(
      arch === undefined
        ? `--for ${text}: say the CPU, too: ${service}/arm64 or ${service}/amd64`
        : `--for ${text}: there is no CPU '${arch}' for containers on AWS; there are arm64 and amd64`,
    );
  if (more !== undefined && !(cpu === 'arm64' && more === 'v8'))
    throw new Problem(
      `--for ${text}: there is no CPU '${arch ?? ''}/${more}' for containers on AWS; there are arm64 and amd64`,
    );
  const { unsaidCpu } = serviceOf(service);
  const only = unsaidCpu?.cpuBasis === 'service' ? unsaidCpu.cpu : undefined;
  if (only !== undefined && cpu !== only)
    throw new Problem(
      `--for ${text}: ${service} runs ${only} images only, there is no ${cpu}; say --for ${service}/${only}`,
    );
  return { service, cpu };
}

/** The image and a workload of the wanted kind, as if it were deployed. */
function judgeImage(image: string, { top, chosen, depth }: Inspection, { service, cpu }: Target): Found[] {
  const name = top.tags[0] ?? top.digest;
  const own = manifestFact(top, name, name);
  const site = { file: '', span: NOWHERE, resource: `${top.registry}/${top.repository}` };
  const stamp = (seq: number, kind: string) => ({ when: ALWAYS, run: 'verify', seq, origin: `verify ${kind}` });
  const deep = depth === undefined ? {} : { binaries: depth.programs, uncompressedSize: depth.uncompressedSize };
  const facts: Fact[] = [
    { ...own, ...(chosen === top ? deep : {}), ...stamp(0, 'manifest') },
    {
      kind: 'workload',
      service,
      label: image,
      image: { kind: 'ref', ref: own.ref },
      site,
      imageSite: site,
      cpu,
      cpuBasis: 'stated',
      declared: true,
      ...stamp(1, 'workload'),
    },
  ];
  if (chosen !== undefined && chosen !== top)
    facts.push({ ...manifestFact(chosen, chosen.digest, chosen.digest), ...deep, ...stamp(2, 'chosen') });
  const model = link(facts);
  return judge(
    model,
    RULES.filter((rule) => RULES_FOR_IMAGES.has(rule.id)),
    { config: DEFAULT_CONFIG },
  ).map(({ rule, severity, confidence, message, help }) => ({
    rule,
    severity,
    confidence,
    message,
    ...defined({ help }),
  }));
}

function compressionOf(mediaType: string): string {
  return /gzip$/.test(mediaType)
    ? 'gzip'
    : /zstd$/.test(mediaType)
      ? 'zstd'
      : /\.tar$/.test(mediaType)
        ? 'none'
        : 'unknown';
}

function sizeOf(image: LiveImage): number {
  return image.layers.reduce((sum, layer) => sum + layer.size, 0);
}

function asJson(
  image: string,
  { service, cpu }: Target,
  { top, chosen, depth, unverified }: Inspection,
  findings: readonly Found[],
): string {
  const counts = countByCpu(depth);
  return `${forJson({
    version: 1,
    tool: { name: 'plimsoll', version: VERSION },
    image,
    for: { service, cpu },
    digest: top.digest,
    mediaType: top.mediaType,
    kind: top.kind,
    entries: top.entries.map(({ digest, mediaType, platform, attestation }) => ({
      digest,
      mediaType,
      platform: platform ?? null,
      attestation,
    })),
    chosen:
      chosen === undefined
        ? null
        : {
            digest: chosen.digest,
            mediaType: chosen.mediaType,
            platform: chosen.platform ?? null,
            layers: chosen.layers.map((layer) => ({ ...layer, compression: compressionOf(layer.mediaType) })),
            compressedSize: sizeOf(chosen),
            uncompressedSize: depth?.uncompressedSize ?? null,
            entrypoint: chosen.entrypoint ?? null,
            cmd: chosen.cmd ?? null,
          },
    programs: depth === undefined ? null : counts,
    findings,
    notVerified: unverified,
  })}\n`;
}

function countByCpu(depth: Inspection['depth']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { cpu } of depth?.programs ?? []) counts[cpu] = (counts[cpu] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function asText(
  image: string,
  target: Target,
  inspection: Inspection,
  findings: readonly Found[],
  color: boolean,
): string {
  const paint = pc.createColors(color && wantsColor());
  const { top, chosen, depth, unverified } = inspection;
  const rows: [string, string][] = [
    ['digest', top.digest],
    ['media type', top.mediaType],
    ['kind', kindOf(top)],
  ];
  if (chosen !== undefined) {
    const compressions = [...new Set(chosen.layers.map((layer) => compressionOf(layer.mediaType)))].join(', ');
    rows.push([
      'CPU',
      chosen.platform === undefined
        ? 'not known'
        : `${showPlatforms(manifestFact(chosen, chosen.digest, '').platforms)}, as its label says`,
    ]);
    rows.push([
      'layers',
      `${chosen.layers.length}, ${mebibytes(sizeOf(chosen))}, compression ${compressions === '' ? 'none' : compressions}`,
    ]);
    if (chosen.entrypoint !== undefined || chosen.cmd !== undefined) rows.push(['starts', startOf(chosen)]);
  }
  if (depth !== undefined) {
    const programs = Object.entries(countByCpu(depth))
      .map(([cpu, count]) => `${count} for ${cpu}`)
      .join(', ');
    rows.push(['unpacked', mebibytes(depth.uncompressedSize)], ['programs', programs === '' ? 'none' : programs]);
  }
  const lines = [
    `${paint.bold(forTerminal(image))} for ${target.service}/${target.cpu}`,
    ...rows.map(([name, value]) => `  ${paint.dim(name.padEnd(11))} ${forTerminal(shorten(value))}`),
    '',
  ];
  for (const one of findings) {
    const tint = one.severity === 'error' ? paint.red : one.severity === 'warning' ? paint.yellow : paint.blue;
    lines.push(
      `${tint(`${one.severity}[${one.rule}]`)} ${forTerminal(one.message)}`,
      ...(one.help === undefined ? [] : [`  help: ${forTerminal(one.help)}`]),
      '',
    );
  }
  for (const one of unverified) lines.push(`${paint.yellow('not verified')} ${forTerminal(shorten(one))}`, '');
  if (findings.length === 0 && unverified.length === 0)
    lines.push(
      `${paint.green('ok')} Nothing speaks against it${depth === undefined ? ', as far as its label tells (`--deep` looks at the programs)' : ''}.`,
    );
  return `${lines.join('\n').trimEnd()}\n`;
}

function kindOf(top: LiveImage): string {
  if (top.kind !== 'index')
    return top.kind === 'image'
      ? 'a single image'
      : top.kind === 'attestation'
        ? 'an attestation, not an image'
        : 'not a container image';
  const images = top.entries.filter((entry) => !entry.attestation);
  const platforms = images
    .map((entry) => (entry.platform === undefined ? 'not said' : `${entry.platform.os}/${entry.platform.architecture}`))
    .join(', ');
  return `an index of ${images.length} image${images.length === 1 ? '' : 's'} (${platforms})${images.length < top.entries.length ? ' with attestations' : ''}`;
}

function startOf({ entrypoint, cmd }: LiveImage): string {
  const shell =
    entrypoint?.[0] === '/bin/sh' && entrypoint[1] === '-c'
      ? ' (shell form: signals and arguments do not reach the program)'
      : '';
  return `${entrypoint === undefined ? '' : `entry point ${JSON.stringify(entrypoint)}${shell}`}${entrypoint !== undefined && cmd !== undefined ? ', ' : ''}${cmd === undefined ? '' : `command ${JSON.stringify(cmd)}`}`;
}

function mebibytes(bytes: number): string {
  return bytes >= 1024 ** 3 ? `${(bytes / 1024 ** 3).toFixed(2)} GiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
