/**
 * What the plug-in and aws-cdk-lib hand each other, by its shape: the library's own names for it changed
 * (`IPolicyValidationPluginBeta1` became `IPolicyValidationPlugin`), and apps on either side of that are to compile.
 * The tests hold this against the library's types.
 */

/** What is read of a construct; any version of the `constructs` library has it. */
export interface Construct {
  readonly node: {
    readonly path: string;
    readonly children: readonly Construct[];
    readonly metadata: readonly { readonly type: string; readonly data?: unknown }[];
  };
}

export interface ValidationContext {
  readonly templatePaths: readonly string[];
  /** The app or the stage that is synthesized; older libraries don't say. */
  readonly appConstruct?: Construct;
}

interface ViolatingResource {
  readonly resourceLogicalId: string;
  readonly templatePath: string;
  readonly locations: string[];
}

export interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly violatingResources: ViolatingResource[];
  readonly fix?: string;
  readonly severity?: string;
  readonly ruleMetadata?: { readonly [key: string]: string };
}

export interface ValidationReport {
  readonly violations: Violation[];
  readonly success: boolean;
  readonly pluginVersion?: string;
}
