import { defineCommand } from 'citty';
import { publishPolicy } from '../../src/remediation/publish-policy.ts';
import { publishDeps } from '../../src/runtime/publish-deps.ts';
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
    const publication = publishDeps({ region: args.region, table: args.table });
    const { bucket, key, versionId } = await publishPolicy({ json, sha256, bucket: args.bucket }, publication);
    console.log(
      `${args.file} is in force within a minute: s3://${bucket}/${key} version ${versionId}, SHA-256 ${sha256}`,
    );
  },
});
