/** A report and its picture as a page's data: findings on the stops they belong to, and the lines of every place. */
import type { Finding, Related } from '../../model/finding.ts';
import { place, type Site } from '../../core/site.ts';
import type { DrawnVoyage, Stop } from '../../picture/picture.ts';
import { visible } from '../escape.ts';
import { layersOf, passesOf } from '../graph/layers.ts';
import { placed, type Placed } from '../graph/placed.ts';
import { placeOf, VERBS, wayText } from '../graph/words.ts';
import { notJudged, type ReportInput } from '../report.ts';
import type { FindingData, PageData, PlaceData, StopData, VoyageData } from './data.ts';
import { Excerpts } from './excerpts.ts';

export function dataOf(input: ReportInput): PageData {
  const { findings, picture = { voyages: [] } } = input;
  const excerpts = new Excerpts((file) => input.text(file));
  const maker = new Maker(findings, placed(picture, findings), excerpts);
  const voyages = picture.voyages.map((one) => maker.voyage(one));
  return {
    voyages,
    findings: findings.map((one) => maker.finding(one)),
    elsewhere: maker.elsewhere(),
    excerpts: excerpts.all(),
    remarks: remarksOn(input),
  };
}

class Maker {
  private readonly indexes: ReadonlyMap<Finding, number>;

  constructor(
    findings: readonly Finding[],
    private readonly found: Placed,
    private readonly excerpts: Excerpts,
  ) {
    this.indexes = new Map(findings.map((one, index) => [one, index]));
  }

  voyage(voyage: DrawnVoyage): VoyageData {
    const layers = layersOf(voyage);
    const passes = passesOf(voyage, layers);
    const titles = new Map(
      voyage.stops.flatMap(({ service, title }) => (service === undefined ? [] : [[service, title]])),
    );
    return {
      id: voyage.id,
      name: visible(voyage.name),
      services: voyage.services.map((id) => ({ id, name: titles.get(id) ?? id })),
      ways: voyage.ways.map((way) => visible(wayText(way))),
      layers: layers.length,
      stops: layers.flatMap((stops, layer) => stops.map((stop) => this.stop(stop, layer))),
      legs: voyage.legs.map((leg) => ({ ...leg, passes: passes.get(`${leg.from} ${leg.to}`) ?? [] })),
    };
  }

  private stop(stop: Stop, layer: number): StopData {
    const at = placeOf(stop);
    return {
      id: stop.id,
      layer,
      verb: `${VERBS[stop.stage]}${stop.sight === 'missing' ? '?' : ''}`,
      sight: stop.sight,
      title: visible(stop.title),
      ...(stop.name === undefined ? {} : { name: visible(stop.name) }),
      ...(at === undefined ? {} : { at: visible(at) }),
      remarks: [...(stop.alternatives.length === 0 ? [] : [stop.alternatives.join(' or ')]), ...stop.details].map(
        visible,
      ),
      live: stop.live.map(({ text, state }) => ({ text: visible(text), state })),
      places: stop.places.map(({ label, site }) => this.place(label, site)),
      findings: (this.found.on.get(stop.id) ?? []).flatMap((one) => this.indexes.get(one) ?? []),
    };
  }

  finding({ severity, rule, confidence, message, help, site, related }: Finding): FindingData {
    const via = site.via ?? [];
    return {
      severity,
      rule: visible(rule),
      ...(confidence === 'certain' ? {} : { sure: confidence }),
      message: visible(message),
      ...(help === undefined ? {} : { help: visible(help) }),
      places: [
        this.place('found here', site),
        ...distinct(site, related).map((one) => this.place(one.message, one.site)),
      ],
      ...(via.length === 0
        ? {}
        : { way: visible(wayText(via.map(({ label, file, span }) => ({ label, file, line: span.line })))) }),
    };
  }

  elsewhere(): number[] {
    return this.found.elsewhere.flatMap((one) => this.indexes.get(one) ?? []);
  }

  private place(label: string, site: Site): PlaceData {
    const excerpt = this.excerpts.of(site);
    const live = site.file !== '' && site.resource !== undefined ? ` (${site.resource})` : '';
    return {
      label: visible(label),
      at: visible(`${place(site)}${live}`),
      ...(excerpt === undefined ? {} : { excerpt }),
    };
  }
}

/** What stands around the finding's own place, or is said already, has no lines of its own to show. */
function distinct(own: Site, related: readonly Related[]): Related[] {
  const keyOf = ({ file, span, resource }: Site): string => `${file}:${span.start}:${span.end}:${resource ?? ''}`;
  const isAround = ({ file, span }: Site): boolean =>
    file !== '' &&
    file === own.file &&
    span.start <= own.span.start &&
    span.end >= own.span.end &&
    span.line === own.span.line;
  const seen = new Set<string>();
  return related.filter(({ site }) => {
    if (isAround(site) || seen.has(keyOf(site))) return false;
    seen.add(keyOf(site));
    return true;
  });
}

function remarksOn({ coverage, unreadable, notices = [], changes }: ReportInput): PageData['remarks'] {
  const missing = notJudged(coverage);
  const remarks = [
    {
      title: 'What a deploy would change',
      lines: (changes?.list ?? []).map(({ stack, logicalId, description }) => `${stack}: ${logicalId}: ${description}`),
    },
    { title: 'About this run', lines: [...notices.map(({ message }) => message), ...(changes?.remarks ?? [])] },
    {
      title: 'Not read',
      lines: unreadable.map(({ file, line, column, reason }) => `${file}:${line}:${column}: ${reason}`),
    },
    { title: 'Not judged', lines: missing === undefined ? [] : [`${missing.replace(/^Not judged: /, '')}.`] },
  ];
  return remarks
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => ({ title, lines: lines.map(visible) }));
}
