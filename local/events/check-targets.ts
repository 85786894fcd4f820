import { AwsError, notEmulated } from '../errors.ts';
import type { Rule, RuleTarget } from '../rules.ts';
import { serviceOf } from './delivery.ts';
import { checkGroup } from './message-group.ts';

const TARGET_SERVICES = ['sqs', 'lambda', 'events'];

/** What EventBridge refuses when a target is put (EventBridge API, PutTargets), and by name what is not played. */
export function checkTargets(rule: Rule): void {
  for (const target of rule.targets) {
    if (!TARGET_SERVICES.includes(serviceOf(target.arn))) throw notEmulated(`The rule target ${target.arn}`);
    if (serviceOf(target.arn) === 'events') checkBus(rule, target);
    else checkOther(rule, target);
  }
}

/** A bus of another account or Region is reached under a role only, since 2 March 2023. */
function checkBus(rule: Rule, { arn, roleArn, messageGroupId, input }: RuleTarget): void {
  const [, , , region, account, name = ''] = arn.split(':');
  if (!name.startsWith('event-bus/')) throw notEmulated(`The rule target ${arn}`);
  if (input !== undefined) throw notEmulated(`Input for the rule target ${arn}`);
  if (messageGroupId !== undefined) throw invalid(`SqsParameters is not valid for target ${arn}.`);
  const isElsewhere = region !== rule.region || account !== rule.account;
  if (isElsewhere && roleArn === undefined) throw invalid(`RoleArn is required for target ${arn}.`);
}

/** Only buses are reached in another Region. */
function checkOther(rule: Rule, { arn, roleArn, messageGroupId }: RuleTarget): void {
  if (roleArn !== undefined) throw notEmulated(`RoleArn for the rule target ${arn}`);
  if (arn.split(':')[3] !== rule.region) throw invalid(`Target ${arn} is in another Region than its rule.`);
  if (messageGroupId === undefined) return;
  if (serviceOf(arn) !== 'sqs') throw invalid(`SqsParameters is not valid for target ${arn}.`);
  checkGroup(messageGroupId);
}

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
