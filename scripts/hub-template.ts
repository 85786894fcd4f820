import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Template {
  Parameters: Record<string, object>;
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  Outputs: Record<string, object>;
}

/** What osls makes for its own uploads. */
const OF_OSLS = ['ServerlessDeploymentBucket', 'ServerlessDeploymentBucketPolicy'];

const CodeBucket = {
  Type: 'String',
  AllowedPattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
  ConstraintDescription: 'must be the name of a bucket of this account and Region',
  Description: 'The bucket where the zips of the functions are, each under reseal/SHA-256.zip',
};

/** The name by content of a zip, as Terraform's filesha256 makes it too. */
function codeKey(file: string): string {
  return `reseal/${createHash('sha256').update(readFileSync(file)).digest('hex')}.zip`;
}

/** The packaged template of a hub whose code is in a bucket that is there before the stack, under names by content: for Terraform and plain CloudFormation. */
export function hubTemplate(packaged: string, directory: string): string {
  const text = packaged.replaceAll('{"Ref":"ServerlessDeploymentBucket"}', '{"Ref":"CodeBucket"}');
  const template: Template = JSON.parse(text);
  for (const id of OF_OSLS) delete template.Resources[id];
  delete template.Outputs['ServerlessDeploymentBucketName'];
  template.Parameters = { ...template.Parameters, CodeBucket };
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const { S3Key } = Object(Properties['Code']) as { S3Key: string };
    Properties['Code'] = {
      S3Bucket: { Ref: 'CodeBucket' },
      S3Key: codeKey(path.join(directory, path.basename(S3Key))),
    };
  }
  return JSON.stringify(template);
}
