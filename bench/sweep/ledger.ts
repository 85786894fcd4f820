/** The ledger's process of ../sweep.ts: tells its endpoint and serves until its parent ends it. */
import { openAws } from '../../test/aws/fixture.ts';

const { aws } = await openAws();
process.send?.(aws.endpoint);
