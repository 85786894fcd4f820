// Why a deployment is refused before anything is changed, in the words that the person gets. Plain JavaScript, as the plugins are.

/** Throws an Error where CloudFormation would refuse an update (CloudFormation guide, "Understand CloudFormation stack creation events", status codes). */
export function refuseStatus(status = '', { stackName, region, stage }) {
  const which = `Stack ${stackName} in ${region} is ${status}`;
  if (/^(?:REVIEW_IN_PROGRESS|ROLLBACK_COMPLETE|(?:CREATE|ROLLBACK|IMPORT_ROLLBACK|DELETE)_FAILED)$/.test(status)) {
    const remove = `npx osls remove --stage ${stage} --region ${region}`;
    throw new Error(
      `${which} and cannot be updated. Remove it first: ${remove} (ledger and policy bucket stay), then deploy again.`,
    );
  }
  if (status.endsWith('_IN_PROGRESS'))
    throw new Error(`${which}: somebody changes it. Nothing was changed now; deploy again when that has ended.`);
  if (status !== 'UPDATE_ROLLBACK_FAILED') return;
  const goOn = `aws cloudformation continue-update-rollback --stack-name ${stackName} --region ${region}`;
  throw new Error(`${which} and cannot be updated. Mend what its events name, then ${goOn}, then deploy again.`);
}

const OTHER_NAMES =
  'Two hubs that do not know of each other need other names: RolePrefix, ReportsBucketPrefix, HubBusName.';

/** What is wrong where a role is there that the stack would make: `role` as IAM describes it. The tag of a hub's role says whose it is. */
export function takenRole({ RoleName, Tags, AssumeRolePolicyDocument = '' }, { account, stackName, region }) {
  const stackId = Tags?.find(({ Key }) => Key === 'reseal:stack')?.Value ?? '';
  const [, itsRegion, name] = /^arn:[^:]+:cloudformation:([^:]+):\d+:stack\/([^/]+)\//.exec(stackId) ?? [];
  if (name === stackName && itsRegion === region)
    return new Error(
      `Role ${RoleName} was left by an earlier deployment of stack ${name}, which has it no longer and cannot make it again. ` +
        'Nothing was changed. Delete the role with its inline policies, then deploy again.',
    );
  if (!RoleName.endsWith('reseal-hub-assess-bucket')) {
    const [hub] = /\d{12}/.exec(decodeURIComponent(AssumeRolePolicyDocument)) ?? [];
    const whose = hub === undefined || hub === account ? '' : `, which the hub in account ${hub} may assume`;
    return new Error(
      `Account ${account} is a member already: it has the role ${RoleName}${whose}, and not by stack ${stackName}. Nothing was changed. ` +
        `Delete the stack that has it first (of the stack set, or the plain stack reseal-roles). ${OTHER_NAMES}`,
    );
  }
  const first =
    name === undefined ? `a stack that its role ${RoleName} does not name` : `stack ${name} in ${itsRegion}`;
  const deploy =
    name === undefined
      ? ''
      : `Deploy that one: npx osls deploy --stage ${name.replace(/^reseal-/, '')} --region ${itsRegion}. `;
  return new Error(
    `Account ${account} has a hub already: ${first}. It guards every Region of the account, so there is one only. Nothing was changed. ` +
      `${deploy}Or remove it before you deploy ${stackName} in ${region}. ${OTHER_NAMES}`,
  );
}
