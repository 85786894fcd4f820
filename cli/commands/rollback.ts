import { defineCommand } from 'citty';
import type { Encryption } from '../../src/policy/model.ts';
import { rollback } from '../../src/remediation/rollback.ts';
import { operatorDeps } from '../../src/runtime/operator-deps.ts';
import { askedPlace, bucketArgs, needPlaceOf, roleArg, sameBucket } from '../bucket-args.ts';
import { strictArgs } from '../strict-args.ts';

export const rollbackCommand = defineCommand({
  meta: { name: 'rollback', description: 'Put back the encryption that the last repair of a bucket replaced' },
  plugins: [strictArgs],
  args: { ...bucketArgs, ...roleArg },
  async run({ args }) {
    const { bucket, table, region } = args;
    needPlaceOf(bucket, args);
    const { caller, ...deps } = await operatorDeps({ ...askedPlace(args), table });
    const { account } = deps;
    const asked = { bucket, account, region, by: caller.arn };
    const { replaced, restored, repairedAt } = await rollback(asked, deps);
    console.log(
      `Bucket ${bucket} has ${inWords(restored)} again, as before the repair of ${repairedAt}, instead of ${inWords(replaced)}.\n` +
        `It is left alone until somebody runs reseal acknowledge ${bucket} --table ${table} ${sameBucket({ ...args, account: args.account ?? askedPlace(args).account })}.`,
    );
  },
});

function inWords({ algorithm, keyId }: Encryption): string {
  return `${algorithm ?? 'no default encryption'}${keyId === undefined ? '' : ` under ${keyId}`}`;
}
