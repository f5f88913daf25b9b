/** A function that the template declares, and a command names by its stack's output, is one function. */
import { expect, test } from 'vitest';
import { judged } from './judged.ts';

const TEMPLATE = `Transform: AWS::Serverless-2016-10-31
Parameters:
  ImageUri:
    Type: String
Resources:
  Ticket:
    Type: AWS::Serverless::Function
    Properties:
      PackageType: Image
      ImageUri: !Ref ImageUri
Outputs:
  TicketArn:
    Value: !GetAtt Ticket.Arn
`;

const script = (stack: string): string => `#!/usr/bin/env bash
set -euo pipefail
${stack}
repository=123456789012.dkr.ecr.eu-north-1.amazonaws.com/ferry
tag=$(git rev-parse --short HEAD)
docker build --provenance=false -t "$repository:$tag" .
docker push "$repository:$tag"
sam deploy --template-file template.yaml --stack-name "$STACK" --parameter-overrides ImageUri="$repository:$tag"
name=$(aws cloudformation describe-stacks --stack-name "$STACK" --query "Stacks[0].Outputs[?OutputKey=='TicketArn'].OutputValue" --output text)
aws lambda update-function-code --function-name "$name" --image-uri "$repository:$tag" --publish
`;

test.each([
  'STACK=ferry',
  'STACK="${STACK:-ferry}"',
  'if [ "$LIVE" = yes ]; then STACK=ferry; else STACK=ferry-trial; fi',
])('%s', async (stack) => {
  const { findings } = await judged({
    'template.yaml': TEMPLATE,
    // Another template with such an output, which is not what the script deploys.
    'old/template.yaml': TEMPLATE.replaceAll('Ticket:', 'Former:').replace('Ticket.Arn', 'Former.Arn'),
    'ship.sh': script(stack),
    Dockerfile: 'FROM public.ecr.aws/lambda/nodejs:22\nCOPY ticket.js ./\n',
  });
  const [found, ...more] = findings.filter((one) => one.rule === 'platform-unset');
  expect(more).toEqual([]);
  expect(found?.message).toContain('goes to Lambda function `Ticket`, which runs on amd64');
  expect(found?.fixes).toHaveLength(1);
});
