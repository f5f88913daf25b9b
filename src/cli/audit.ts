/** `plimsoll audit`: its options. What it does, and the AWS clients, load only when it's run. */
import type { JudgingOptions } from './judging-options.ts';
import type { Command } from 'commander';
import { collectList } from './collect.ts';
import { withJudging, withPrinting } from './common-options.ts';

export interface AuditOptions extends JudgingOptions {
  readonly profile?: string;
  readonly region?: readonly string[];
  readonly roleArn?: readonly string[];
  readonly roleName?: string;
  readonly accounts?: readonly string[];
  readonly organization?: true;
  readonly externalId?: string;
  readonly function?: readonly string[];
  readonly service?: readonly string[];
  readonly repository?: readonly string[];
  readonly tagFilter?: readonly string[];
  readonly endpointUrl?: string;
  readonly save?: string;
  readonly from?: string;
  readonly since?: string;
  readonly printPolicy?: true;
  readonly project: boolean;
  readonly failOnUnverified?: true;
}

export function registerAudit(program: Command): void {
  const described = program
    .command('audit')
    .description('inspect live accounts, read-only; joins the project in this folder when there is one')
    .option('--profile <name>', "profile of the AWS configuration, as the AWS CLI's")
    .option(
      '--region <names>',
      'regions to audit, separated by commas; repeatable; `all` for those that are enabled',
      collectList,
    )
    .option('--role-arn <arns>', 'assume these roles, one account each', collectList)
    .option('--role-name <name>', 'assume the role of this name in each of --accounts, or of the --organization')
    .option('--accounts <ids>', 'accounts to audit, with --role-name; separated by commas, repeatable', collectList)
    .option('--organization', 'audit all active accounts of the organization, with --role-name')
    .option('--external-id <id>', 'external id that the roles ask for')
    .option('--function <names>', 'only these Lambda functions', collectList)
    .option('--service <names>', 'only these ECS or App Runner services', collectList)
    .option('--repository <names>', 'only these ECR repositories, and the workloads that use them', collectList)
    .option(
      '--tag-filter <patterns>',
      'also look at the images under these tags (`release-*`), though no workload names them',
      collectList,
    )
    .option('--endpoint-url <url>', 'send the calls there')
    .option('--save <file>', 'write what was collected as evidence: JSON without secrets')
    .option('--from <file>', 'judge evidence from a file instead; nothing is called')
    .option('--since <file>', 'say what is different from this evidence')
    .option('--print-policy', 'print the least IAM policy that an audit needs, and stop')
    .option('--no-project', "leave this folder's files out of it");
  withJudging(
    withPrinting(described, 'the findings').option(
      '--fail-on-unverified',
      'also make the exit code 1 when anything is not-verified',
    ),
  )
    .option('--no-color', 'print without colour')
    .option('-q, --quiet', 'print findings only, no summary and no progress')
    .addHelpText(
      'after',
      '\nIt calls nothing that changes anything. What could not be confirmed is listed as not-verified, with the permission or the reason.\nExit code 2 when nothing is known of a service, account or region that was asked for (the last line says which), or the evidence could not be saved; 130 when interrupted, with what was known by then.',
    )
    .action(async (options: AuditOptions) => {
      const { auditCommand } = await import('./audit-run.ts');
      process.exitCode = await auditCommand(options);
    });
}
