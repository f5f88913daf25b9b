/** `plimsoll verify`: its options. What reads images loads only when it's run. */
import { Option, type Command } from 'commander';

export interface VerifyOptions {
  readonly for: string;
  readonly deep?: true;
  readonly format: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly plainHttp?: true;
  readonly failOn: string;
  readonly color: boolean;
}

export function registerVerify(program: Command): void {
  program
    .command('verify <image>')
    .description('inspect one image: will the workload it is for take it and run it?')
    .requiredOption('--for <service/cpu>', 'what it is for: lambda/arm64, ecs/amd64, apprunner, …')
    .option('--deep', 'also read the headers of the programs in its layers (downloads the layers)')
    .addOption(new Option('-f, --format <format>', 'how to print it').choices(['pretty', 'json']).default('pretty'))
    .option('--profile <name>', 'profile of the AWS configuration, for an image in ECR')
    .option('--endpoint-url <url>', "send ECR's calls there")
    .option('--plain-http', 'talk to the registry without TLS')
    .addOption(
      new Option('--fail-on <severity>', 'least severity that makes the exit code 1')
        .choices(['error', 'warning', 'note', 'never'])
        .default('warning'),
    )
    .option('--no-color', 'print without colour')
    .addHelpText(
      'after',
      '\nIMAGE is a reference in Amazon ECR or another registry, oci:DIR[:NAME], oci-archive:FILE[:NAME], docker-archive:FILE[:NAME] (archives may be gzipped),\nor docker-daemon:NAME for what the Docker engine on this machine has.\nExit codes: 0 it will run, 1 it will not, 2 it could not be verified.',
    )
    .action(async (image: string, options: VerifyOptions) => {
      const { verifyCommand } = await import('./verify-run.ts');
      process.exitCode = await verifyCommand(image, options);
    });
}
