/** The library: the engine behind the command line, and what a rule of one's own needs. */
export { check, memoryFiles, type CheckRequest, type CheckResult, type Files } from './engine.ts';
export { openFolder } from './discover/files.ts';
export { DEFAULT_CONFIG, type Config, type Level } from './config/config.ts';
export { loadConfig, type LoadedConfig } from './config/load.ts';
export { defineRule, type Rule } from './rules/define.ts';
export { RULES, type RuleId } from './rules/registry.ts';
export { reporterFor, type Format } from './report/formats.ts';
export type { ReportInput, Reporter, Style } from './report/report.ts';
export type { Confidence, Edit, Finding, Fix, Related, Report, Severity } from './model/finding.ts';
export type { Unreadable } from './syntax/source.ts';
export type { Hop, Site, Span } from './core/site.ts';
export type { Model, Voyage, Arrival, Alias, Step } from './model/voyage.ts';
export type * from './model/facts.ts';
export { known, match, show, type Text } from './core/text.ts';
export type { ImageRef } from './core/image-ref.ts';
export type { Cpu, Platform, Platforms } from './core/platform.ts';
