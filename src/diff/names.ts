/**
 * Resource types whose physical name is unique in its account and region (or cluster, or network), and the property
 * that states it. Types that keep revisions under one name (`AWS::ECS::TaskDefinition`, `AWS::Batch::JobDefinition`)
 * aren't here: replacing those collides with nothing.
 */
import { own, table } from '../core/table.ts';
import { known, type Text } from '../core/text.ts';
import { section } from '../parsers/cloudformation/reading.ts';
import { isObject } from '../syntax/json.ts';
import { nodeAt, type Scope } from '../parsers/cloudformation/scope.ts';
import { texts } from '../parsers/cloudformation/values.ts';

const NAMES: Readonly<Record<string, string>> = table({
  'AWS::AppRunner::Service': 'ServiceName',
  'AWS::AutoScaling::AutoScalingGroup': 'AutoScalingGroupName',
  'AWS::AutoScaling::LaunchConfiguration': 'LaunchConfigurationName',
  'AWS::Batch::ComputeEnvironment': 'ComputeEnvironmentName',
  'AWS::Batch::JobQueue': 'JobQueueName',
  'AWS::BedrockAgentCore::Runtime': 'AgentRuntimeName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CodeBuild::Project': 'Name',
  'AWS::CodePipeline::Pipeline': 'Name',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::EC2::LaunchTemplate': 'LaunchTemplateName',
  'AWS::EC2::SecurityGroup': 'GroupName',
  'AWS::ECR::Repository': 'RepositoryName',
  'AWS::ECS::CapacityProvider': 'Name',
  'AWS::ECS::Cluster': 'ClusterName',
  'AWS::ECS::Service': 'ServiceName',
  'AWS::EKS::Cluster': 'Name',
  'AWS::EKS::Nodegroup': 'NodegroupName',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'Name',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'Name',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Group': 'GroupName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::User': 'UserName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Kinesis::Stream': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::RDS::DBCluster': 'DBClusterIdentifier',
  'AWS::RDS::DBInstance': 'DBInstanceIdentifier',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SSM::Parameter': 'Name',
  'AWS::SageMaker::Endpoint': 'EndpointName',
  'AWS::SageMaker::EndpointConfig': 'EndpointConfigName',
  'AWS::SageMaker::Model': 'ModelName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::Serverless::Function': 'FunctionName',
  'AWS::ServiceDiscovery::PrivateDnsNamespace': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
});

/**
 * The name that a resource's author gave it; undefined where CloudFormation chooses one, or it depends on the choices.
 */
export function physicalName(scope: Scope, logicalId: string): Text | undefined {
  const resource = own(section(scope.reading, 'Resources'), logicalId);
  const type = isObject(resource) ? resource['Type'] : undefined;
  const property = typeof type === 'string' ? NAMES[type] : undefined;
  if (property === undefined) return undefined;
  const items = texts(scope, nodeAt(scope, 'Resources', logicalId, 'Properties', property));
  const name = items.length === 1 ? items[0]?.value : undefined;
  return known(name) === '' ? undefined : name;
}
