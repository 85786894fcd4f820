import { defineCommand } from 'citty';
import type { Encryption } from '../../src/policy/model.ts';
import { rollback } from '../../src/remediation/rollback.ts';
import { operatorDeps } from '../../src/runtime/operator-deps.ts';
import { bucketArgs } from '../bucket-args.ts';
import { strictArgs } from '../strict-args.ts';

export const rollbackCommand = defineCommand({
  meta: { name: 'rollback', description: 'Put back the encryption that the last repair of a bucket replaced' },
  plugins: [strictArgs],
  args: bucketArgs,
  async run({ args: { bucket, table, region } }) {
    const deps = operatorDeps({ region, table });
    const { arn, account } = await deps.caller();
    const { replaced, restored, repairedAt } = await rollback(
      { bucket, account, region, by: arn },
      { ...deps, account },
    );
    console.log(
      `Bucket ${bucket} has ${inWords(restored)} again, as before the repair of ${repairedAt}, instead of ${inWords(replaced)}.\n` +
        `It is left alone until somebody runs reseal acknowledge ${bucket} --table ${table} --region ${region}.`,
    );
  },
});

function inWords({ algorithm, keyId }: Encryption): string {
  return `${algorithm ?? 'no default encryption'}${keyId === undefined ? '' : ` under ${keyId}`}`;
}
