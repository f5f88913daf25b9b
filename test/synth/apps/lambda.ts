/** Functions from images, in every form the library has for them. */
import { IMPORTS, LAMBDA_DOCKERFILE, image } from './common.ts';

export const LAMBDA: Readonly<Record<string, string>> = {
  'services/orders/Dockerfile': LAMBDA_DOCKERFILE,
  'services/billing/Dockerfile': `${LAMBDA_DOCKERFILE}ENV SERVICE=billing\n`,
  'services/billing/docker/Dockerfile.slim':
    'FROM public.ecr.aws/lambda/python:3.12 AS build\nFROM public.ecr.aws/lambda/provided:al2023\nCOPY --from=build /var/task /var/task\nCMD ["app.handler"]\n',
  'lib/wrappers.ts': `${IMPORTS}
export interface ImageFunctionProps {
  readonly directory: string;
  readonly architecture?: lambda.Architecture;
  readonly platform?: Platform;
}

/** Hands on what it is given, given or not. */
export class ImageFunction extends Construct {
  readonly fn: lambda.DockerImageFunction;
  constructor(scope: Construct, id: string, props: ImageFunctionProps) {
    super(scope, id);
    this.fn = new lambda.DockerImageFunction(this, 'Fn', {
      architecture: props.architecture,
      code: lambda.DockerImageCode.fromImageAsset(path.join(__dirname, '../services', props.directory), { platform: props.platform }),
    });
  }
}

/** Hands on only what is given. */
export class CarefulFunction extends Construct {
  constructor(scope: Construct, id: string, { directory, architecture = lambda.Architecture.ARM_64, platform }: ImageFunctionProps) {
    super(scope, id);
    new lambda.DockerImageFunction(this, 'Fn', {
      architecture,
      code: lambda.DockerImageCode.fromImageAsset(path.join(__dirname, '../services', directory), { ...(platform === undefined ? {} : { platform }) }),
    });
  }
}

export class ArmFunction extends lambda.DockerImageFunction {
  constructor(scope: Construct, id: string, props: lambda.DockerImageFunctionProps) {
    super(scope, id, { memorySize: 512, ...props, architecture: props.architecture ?? lambda.Architecture.ARM_64 });
  }
}
`,
  'lib/functions.ts': `${IMPORTS}
import { ArmFunction, CarefulFunction, ImageFunction } from './wrappers';

export class AssetsStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const orders = ${image('orders')};
    const { DockerImageCode, DockerImageFunction, Architecture } = lambda;
    new DockerImageFunction(this, 'Plain', { code: DockerImageCode.fromImageAsset(orders) });
    new DockerImageFunction(this, 'Arm', { architecture: Architecture.ARM_64, code: DockerImageCode.fromImageAsset(orders), functionName: 'orders-arm' });
    new DockerImageFunction(this, 'X86', { architecture: Architecture.X86_64, code: DockerImageCode.fromImageAsset(orders) });
    new DockerImageFunction(this, 'Contradicted', { architecture: Architecture.ARM_64, code: DockerImageCode.fromImageAsset(orders, { platform: Platform.LINUX_AMD64 }) });
    new DockerImageFunction(this, 'Cancelled', { architecture: Architecture.ARM_64, code: DockerImageCode.fromImageAsset(orders, { platform: undefined }) });
    new DockerImageFunction(this, 'Custom', { architecture: Architecture.custom('arm64'), code: DockerImageCode.fromImageAsset(orders, { platform: Platform.custom('linux/arm64') }) });
    new DockerImageFunction(this, 'Slim', {
      code: DockerImageCode.fromImageAsset(${image('billing')}, { file: 'docker/Dockerfile.slim', target: 'build', buildArgs: { MODE: 'fast', LEVEL: String(3) }, platform: Platform.LINUX_AMD64 }),
    });
    new DockerImageFunction(this, 'Started', { code: DockerImageCode.fromImageAsset(orders, { entrypoint: ['/lambda-entrypoint.sh'], cmd: ['other.handler'] }) });
    new DockerImageFunction(this, 'Commanded', { code: DockerImageCode.fromImageAsset(orders, { cmd: ['more.handler'] }) });
    new lambda.Function(this, 'Code', { runtime: lambda.Runtime.FROM_IMAGE, handler: lambda.Handler.FROM_IMAGE, architecture: Architecture.ARM_64, code: lambda.Code.fromAssetImage(orders) });
    new ImageFunction(this, 'Wrapped', { directory: 'orders' });
    new ImageFunction(this, 'WrappedArm', { directory: 'orders', architecture: Architecture.ARM_64 });
    new ImageFunction(this, 'WrappedBoth', { directory: 'billing', architecture: Architecture.ARM_64, platform: Platform.LINUX_ARM64 });
    new CarefulFunction(this, 'Careful', { directory: 'billing' });
    new CarefulFunction(this, 'CarefulX86', { directory: 'billing', architecture: Architecture.X86_64 });
    new ArmFunction(this, 'Extended', { code: DockerImageCode.fromImageAsset(orders) });
    new ArmFunction(this, 'ExtendedX86', { code: DockerImageCode.fromImageAsset(orders), architecture: Architecture.X86_64 });

    const asset = new DockerImageAsset(this, 'Shared', { directory: orders, platform: Platform.LINUX_ARM64, assetName: 'orders' });
    new DockerImageFunction(this, 'FromAsset', { architecture: Architecture.ARM_64, code: DockerImageCode.fromEcr(asset.repository, { tagOrDigest: asset.imageTag }) });
    new lambda.CfnFunction(this, 'Resource', { role: 'arn:aws:iam::123456789012:role/run', packageType: 'Image', code: { imageUri: asset.imageUri }, architectures: ['arm64'], imageConfig: { entryPoint: ['/run'], command: ['x'] } });
  }
}

export class RepositoriesStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const { DockerImageCode, DockerImageFunction } = lambda;
    const own = new ecr.Repository(this, 'Own', { repositoryName: 'shop-own' });
    const nameless = new ecr.Repository(this, 'Nameless');
    const named = ecr.Repository.fromRepositoryName(this, 'Named', 'shop-named');
    const elsewhere = ecr.Repository.fromRepositoryArn(this, 'Elsewhere', 'arn:aws:ecr:us-east-1:999999999999:repository/team/shop');
    const attributes = ecr.Repository.fromRepositoryAttributes(this, 'Attributes', { repositoryArn: 'arn:aws:ecr:eu-west-1:123456789012:repository/other', repositoryName: 'other' });
    new DockerImageFunction(this, 'Tagged', { code: DockerImageCode.fromEcr(own, { tagOrDigest: '1.4.0' }) });
    new DockerImageFunction(this, 'OldTag', { code: DockerImageCode.fromEcr(own, { tag: '1.3.0' }) });
    new DockerImageFunction(this, 'Digest', { code: DockerImageCode.fromEcr(named, { tagOrDigest: 'sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }) });
    new DockerImageFunction(this, 'Latest', { code: DockerImageCode.fromEcr(nameless) });
    new DockerImageFunction(this, 'Elsewhere2', { code: DockerImageCode.fromEcr(elsewhere, { tagOrDigest: 'v2', cmd: ['a.b'], entrypoint: ['/e'] }) });
    new DockerImageFunction(this, 'ByAttributes', { code: DockerImageCode.fromEcr(attributes, { tagOrDigest: 'v3' }) });
    new lambda.Function(this, 'EcrCode', { runtime: lambda.Runtime.FROM_IMAGE, handler: lambda.Handler.FROM_IMAGE, code: lambda.Code.fromEcrImage(own, { tagOrDigest: 'v4' }), functionName: \`\${id}-ecr-code\` });
    new lambda.CfnFunction(this, 'Resource', { role: 'arn:aws:iam::123456789012:role/run', packageType: 'Image', code: { imageUri: own.repositoryUriForTag('v5') } });
    new lambda.CfnFunction(this, 'Joined', { role: 'arn:aws:iam::123456789012:role/run', packageType: 'Image', code: { imageUri: \`\${this.account}.dkr.ecr.\${this.region}.\${this.urlSuffix}/joined:v6\` } });
    new lambda.CfnFunction(this, 'Sub', { role: 'arn:aws:iam::123456789012:role/run', packageType: 'Image', code: { imageUri: cdk.Fn.sub('\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/subbed:v7') } });
  }
}

class ArmAspect implements cdk.IAspect {
  visit(node: IConstruct): void {
    if (node instanceof lambda.CfnFunction) node.addPropertyOverride('Architectures', ['arm64']);
  }
}

export class EscapesStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const orders = ${image('orders')};
    const fn = (name: string, architecture?: lambda.Architecture) => new lambda.DockerImageFunction(this, name, { ...(architecture && { architecture }), code: lambda.DockerImageCode.fromImageAsset(orders, { cmd: ['app.handler'] }) });
    (fn('Overridden').node.defaultChild as lambda.CfnFunction).addPropertyOverride('Architectures', ['arm64']);
    (fn('First', lambda.Architecture.X86_64).node.defaultChild as lambda.CfnFunction).addPropertyOverride('Architectures.0', 'arm64');
    (fn('Whole').node.defaultChild as cdk.CfnResource).addOverride('Properties.Architectures', ['arm64']);
    const set = fn('Set').node.defaultChild as lambda.CfnFunction;
    set.architectures = ['arm64'];
    (fn('Deleted', lambda.Architecture.ARM_64).node.defaultChild as lambda.CfnFunction).addPropertyDeletionOverride('Architectures');
    const image = fn('Image').node.defaultChild as lambda.CfnFunction;
    image.addPropertyOverride('Code.ImageUri', '123456789012.dkr.ecr.eu-west-1.amazonaws.com/escaped:v1');
    const config = fn('Config').node.defaultChild as lambda.CfnFunction;
    config.addPropertyOverride('ImageConfig.Command', ['late.handler']);
    const renamed = fn('Renamed').node.defaultChild as lambda.CfnFunction;
    renamed.functionName = 'renamed';
    const below = new Construct(this, 'Below');
    new lambda.DockerImageFunction(below, 'Visited', { code: lambda.DockerImageCode.fromImageAsset(orders) });
    cdk.Aspects.of(below).add(new ArmAspect());
  }
}
`,
};
