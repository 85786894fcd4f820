/** The first part of the names of AWS services (Service Authorization Reference), and those that only their principals have. */
const SERVICES = new Set(
  `
  a2c access-analyzer account acm acm-pca aco-automation activate aidevops aiops airflow airflow-env airflow-serverless amplify
  amplifybackend amplifyuibuilder aoss apidestinations apigateway app-integrations appconfig appfabric appflow application-autoscaling
  application-insights application-signals application-transformation applicationinsights appmesh apprunner appstream appstudio appsync
  apptest aps arc-region-switch arc-zonal-shift artifact athena auditmanager autoscaling autoscaling-plans aws-artifact-account-sync
  aws-marketplace aws-marketplace-management aws-portal awslogsdelivery b2bi backup backup-gateway backup-search backup-storage batch
  bcm-dashboards bcm-data-exports bcm-pricing-calculator bcm-recommended-actions bedrock bedrock-agentcore billing billingconductor
  billingreports braket budgets cases cassandra ce chatbot chime cleanrooms cleanrooms-ml cloud9 clouddirectory cloudformation cloudfront
  cloudfront-keyvaluestore cloudhsm cloudsearch cloudshell cloudtrail cloudtrail-data cloudwatch cloudwatch-crossaccount codeartifact
  codebuild codecatalyst codecommit codeconnections codedeploy codeguru codeguru-profiler codeguru-reviewer codeguru-security codepipeline
  codestar codestar-connections codestar-notifications codewhisperer cognito-identity cognito-idp cognito-sync comprehend comprehendmedical
  compute-optimizer config config-multiaccountsetup connect connect-campaigns controlcatalog controltower cost-optimization-hub costalerts
  cur databrew dataexchange datapipeline datasync datazone dax deadline detective devicefarm devops-guru directconnect discovery dlm dms
  docdb-elastic drs ds ds-data dsql dynamodb ebs ec2 ec2-instance-connect ec2fleet ec2messages ecr ecr-public ecs ecs-tasks edgelambda eks
  eks-auth eks-fargate-pods elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing elasticmapreduce elastictranscoder elb
  elemental-inference emr-containers emr-serverless entityresolution es events evidently evs execute-api export finspace finspace-api
  firehose fis fms forecast frauddetector freetier fsx gamelift gameliftstreams geo geo-maps geo-places geo-routes glacier globalaccelerator
  glue grafana greengrass groundstation guardduty health healthlake iam identity-sync identitystore identitystore-auth imagebuilder
  importexport inspector inspector-scan inspector2 inspector2-telemetry interconnect internetmonitor invoicing iot iot-device-tester
  iotanalytics iotevents iotfleethub iotfleetwise iotmanagedintegrations iotsitewise iottwinmaker iotwireless iq ivs ivschat kafka
  kafka-cluster kafkaconnect kendra kendra-ranking kinesis kinesisanalytics kinesisvideo kms lakeformation lambda launchwizard lex lexv2
  license-manager license-manager-linux-subscriptions license-manager-user-subscriptions lightsail logs lookoutequipment lookoutmetrics
  lookoutvision m2 machinelearning macie macie2 managedblockchain managedblockchain-query marketplace marketplacecommerceanalytics
  mediaconnect mediaconvert medialive mediapackage mediapackage-vod mediapackagev2 mediastore mediatailor medical-imaging member-account
  memorydb metering-marketplace mgh mgn migrationhub migrationhub-orchestrator migrationhub-strategy mobileanalytics mobiletargeting
  monitoring monitron mpa mq neptune-db neptune-graph network-firewall network-security-director networkflowmonitor networkmanager
  networkmonitor nimble notifications notifications-contacts nova-act oam observabilityadmin odb omics opensearch opensearchservice opsworks
  opsworks-cm organizations osis osis-pipelines outposts panorama partnercentral partnercentral-account-management payment-cryptography
  payments pca-connector-ad pca-connector-scep pcs personalize pi pinpoint pipes polly pricing pricingplanmanager profile proton q qapps
  qbusiness qdeveloper qldb quicksight ram rbin rds rds-data redshift redshift-data redshift-serverless refactor-spaces rekognition reports
  researchstudio resiliencehub resource-explorer resource-explorer-2 resource-groups resourcegroups robomaker rolesanywhere route53
  route53-recovery-cluster route53-recovery-control-config route53-recovery-readiness route53domains route53globalresolver route53profiles
  route53resolver rtbfabric rum s3 s3-object-lambda s3-outposts s3express s3files s3tables s3vectors sagemaker
  sagemaker-data-science-assistant sagemaker-geospatial sagemaker-mlflow savingsplans scheduler schemas sdb secretsmanager security-ir
  securityagent securityhub securitylake serverlessrepo servicecatalog servicediscovery servicequotas ses shield signer signin
  simspaceweaver sms sms-voice snow-device-management snowball sns social-messaging spot spotfleet sqlworkbench sqs ssm ssm-contacts
  ssm-guiconnect ssm-incidents ssm-quicksetup ssm-sap ssmmessages sso sso-directory sso-oauth states storagegateway sts support
  support-console supportapp supportplans sustainability swf synthetics tag tax textract thinclient timestream timestream-influxdb tnb
  transcribe transfer transform transform-custom transitgateway translate trustedadvisor usagereports user-subscriptions vendor-insights
  verified-access verifiedpermissions vmie voiceid vpc-flow-logs vpc-lattice vpc-lattice-svcs vpce waf waf-regional wafv2 wellarchitected
  wickr wisdom workdocs worklink workmail workmailmessageflow workspaces workspaces-instances workspaces-web xray`.match(
    /\S+/g,
  ),
);

/** Whether AWS has a service of this name, for example `delivery.logs.amazonaws.com` or, of one Region, `redshift.eu-west-1.amazonaws.com`. */
export function isServicePrincipal(name: string): boolean {
  const labels = /^([a-z0-9.-]+)\.amazonaws\.com(?:\.cn)?$/.exec(name)?.[1]?.split('.');
  if (labels === undefined) return /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:amazon\.com|internal)$/.test(name);
  const isRegion = /^[a-z]{2,4}(?:-[a-z]+)+-\d$/.test(labels.at(-1) ?? '');
  return SERVICES.has(labels.at(isRegion ? -2 : -1) ?? '');
}
