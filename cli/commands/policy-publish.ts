import { defineCommand } from 'citty';
import { policyPublisher } from '../../src/runtime/operator-deps.ts';
import { compilePolicyFile } from '../policy-file.ts';
import { strictArgs } from '../strict-args.ts';

export const policyPublish = defineCommand({
  meta: { name: 'publish', description: 'Put a policy in force in one account and Region, without a deploy' },
  plugins: [strictArgs],
  args: {
    file: { type: 'positional', description: 'The policy, in YAML or JSON', required: true },
    bucket: { type: 'string', valueHint: 'name', description: "The stack's output PolicyBucketName", required: true },
    table: { type: 'string', valueHint: 'name', description: "The stack's output LedgerTableName", required: true },
    region: { type: 'string', valueHint: 'region', description: 'The Region of the stack', required: true },
  },
  async run({ args }) {
    const { json, sha256 } = compilePolicyFile(args.file);
    const publish = policyPublisher({ region: args.region, table: args.table });
    const { pin, isSame } = await publish({ json, sha256, bucket: args.bucket });
    const { bucket, key, versionId, order } = pin;
    console.log(
      `${args.file} is in force within a minute: s3://${bucket}/${key} version ${versionId}, SHA-256 ${sha256}, publication ${order}`,
    );
    if (isSame)
      console.log('The same policy was in force already: nothing changes, and the version before it is kept.');
  },
});
