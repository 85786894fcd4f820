import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { readTemplateText } from '../../local/cloudformation/template.ts';
import { ORGANIZATION } from '../../scripts/package.ts';
import { deployStack } from '../loop/deployed-stack.ts';
import { directory } from './packaged-template.ts';

/** Under which what is forwarded is handled. (AnnounceChangeRole is there with Security Hub only, and a rule cannot wait for it.) */
const ROLES = ['AssessBucketRole', 'BatchRole', 'CopyBatchRole', 'ForwardRole', 'SweepRole', 'TrackJobRole'];

describe('a removal', () => {
  it('of the hub takes the rule before the roles, and keeps the ledger, the policy and the reports', async () => {
    await using stack = await deployStack();
    const { cloudFormation } = stack.clients;
    const { Stacks: [found] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'reseal-prod' }));
    await cloudFormation.send(new DeleteStackCommand({ StackName: 'reseal-prod' }));
    const { StackEvents = [] } = await cloudFormation.send(
      new DescribeStackEventsCommand({ StackName: found?.StackId }),
    );
    const ended = (status: string) =>
      StackEvents.toReversed().flatMap(({ ResourceStatus, LogicalResourceId: id = '' }) =>
        ResourceStatus === status ? [id] : [],
      );
    const deleted = ended('DELETE_COMPLETE');
    const rule = deleted.indexOf('ForwardRule');
    assert.notEqual(rule, -1);
    assert.deepEqual(deleted.filter((id, at) => ROLES.includes(id) && at > rule).toSorted(), ROLES);
    assert.deepEqual(ended('DELETE_SKIPPED').toSorted(), ['LedgerTable', 'PolicyBucket', 'ReportsBucket']);
  });

  it('of the hub that broke off goes on where it stopped', async () => {
    await using stack = await deployStack();
    const { cloudFormation } = stack.clients;
    const StackName = 'reseal-prod';
    for (const operation of ['DeleteRule', 'DeleteEventBus', 'DeleteQueue']) {
      stack.aws.faults.add({ kind: 'access-denied', operation });
      await cloudFormation.send(new DeleteStackCommand({ StackName }));
      const { Stacks: [found] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
      assert.equal(found?.StackStatus, 'DELETE_FAILED', operation);
      stack.aws.faults.clear();
    }
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
    assert.deepEqual((await cloudFormation.send(new DescribeStacksCommand({}))).Stacks, []);
  });

  it('of the organization takes the stack set of the rules before that of the roles, to which it refers', () => {
    const { Resources } = readTemplateText(readFileSync(path.join(directory, ORGANIZATION), 'utf8'));
    assert.match(JSON.stringify(Resources['RegionStackSet']?.Properties['AutoDeployment']), /\$\{RolesStackSet\}/);
  });
});
