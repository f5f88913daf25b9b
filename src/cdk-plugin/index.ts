/**
 * `plimsoll/cdk`: the rules inside `cdk synth`, as a policy-validation plug-in. What it finds appears in the toolkit's
 * own report, by construct path; `Validations.of(construct).acknowledge({ id: 'Plimsoll::arch-mismatch', reason: '…'
 * })` suppresses it.
 */
import { join } from 'node:path';
import type { Config, Level } from '../config/config.ts';
import { DEFAULT_CONFIG } from '../config/config.ts';
import { loadConfigSync } from '../config/load-sync.ts';
import type { Unmarked } from '../engine/judge.ts';
import { SEVERITY_RANK, type Severity } from '../model/finding.ts';
import { forTerminal } from '../report/escape.ts';
import { RULES } from '../rules/registry.ts';
import { VERSION } from '../version.ts';
import { acknowledgements, type Acknowledged } from './acknowledgements.ts';
import { judgeAssembly, type Judged } from './assembly.ts';
import type { ValidationContext, ValidationReport, Violation } from './library.ts';
import { resourceFinder, type Resource } from './places.ts';
import { defined } from '../core/optional.ts';

export interface PlimsollValidationProps {
  /** Least severity that fails the synthesis. Default: `error`. */
  readonly failOn?: Severity | 'never';
  /** Levels of rules, over those of the configuration file. */
  readonly rules?: Readonly<Record<string, Level>>;
  /** Also report what only may be right. */
  readonly pedantic?: boolean;
  /**
   * `false`: no configuration file is looked for. Default: the one that `plimsoll check` finds from the working
   * directory.
   */
  readonly configFile?: false;
}

/** What the toolkit calls severities. */
const SEVERITY: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'info' };

/** An `IPolicyValidationPlugin` of aws-cdk-lib. */
export class PlimsollValidation {
  readonly name = 'Plimsoll';
  readonly version = VERSION;
  readonly ruleIds: string[] = RULES.map((rule) => rule.id);
  private readonly props: PlimsollValidationProps;

  constructor(props: PlimsollValidationProps = {}) {
    this.props = props;
  }

  validate(context: ValidationContext): ValidationReport {
    const { failOn = 'error' } = this.props;
    const [first] = context.templatePaths;
    const judged =
      first === undefined ? undefined : judgeAssembly(first, this.config(), new Date().toISOString().slice(0, 10));
    if (judged === undefined) return { success: true, violations: [], pluginVersion: VERSION };
    const acknowledged = acknowledgements(context.appConstruct, this.name);
    const resourcesOf = resourceFinder(judged);
    const asked = templatesOf(judged, context.templatePaths);
    const violations: Violation[] = [];
    let worst = -1;
    for (const finding of judged.findings) {
      const resources = resourcesOf(finding).filter((one) => asked.has(one.templatePath));
      if (resources.length === 0) continue;
      if (!resources.every((one) => isAcknowledged(acknowledged, finding.rule, one)))
        worst = Math.max(worst, SEVERITY_RANK[finding.severity]);
      violations.push(violation(finding, resources));
    }
    return { success: failOn === 'never' || worst < SEVERITY_RANK[failOn], violations, pluginVersion: VERSION };
  }

  private config(): Config {
    const { rules = {}, pedantic, configFile } = this.props;
    const base = configFile === false ? DEFAULT_CONFIG : loadConfigSync(process.cwd(), RULES);
    return { ...base, rules: { ...base.rules, ...rules }, ...defined({ pedantic }) };
  }
}

/** The templates that the plug-in is asked about (those of one stage, perhaps), and of the stacks that they nest. */
function templatesOf({ assembly, base }: Judged, paths: readonly string[]): ReadonlySet<string> {
  const wanted = new Set(paths);
  const files = assembly.stacks
    .filter((stack) => wanted.has(join(base, stack.template.file)))
    .flatMap((stack) => [stack.template, ...Object.values(stack.nested)]);
  return new Set(files.map((one) => join(base, one.file)));
}

/** The toolkit prints what it's given. */
function violation({ rule, message, help, severity, confidence }: Unmarked, resources: readonly Resource[]): Violation {
  return {
    ruleName: rule,
    description: forTerminal(message),
    severity: SEVERITY[severity],
    ...(help === undefined ? {} : { fix: forTerminal(help) }),
    ruleMetadata: { confidence },
    // The toolkit finds the construct by its logical id.
    violatingResources: resources.map(({ resourceLogicalId, templatePath, locations }) => ({
      resourceLogicalId,
      templatePath,
      locations: locations.map(forTerminal),
    })),
  };
}

/** As the toolkit does it: the acknowledgement of a construct holds for all inside it. */
function isAcknowledged(acknowledged: Acknowledged, rule: string, { constructPath }: Resource): boolean {
  const paths = acknowledged.get(rule);
  if (paths === undefined || constructPath === undefined) return false;
  const segments = constructPath.split('/');
  return segments.some((_, index) => paths.has(segments.slice(0, index + 1).join('/'))) || paths.has('');
}
