import * as z from 'zod';
import { resourcesOf } from './packaged-template.ts';

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const statement = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.unknown().optional(),
  Action: oneOrMore,
  Resource: z.unknown().optional(),
  Condition: z.unknown().optional(),
});

export type Statement = z.infer<typeof statement> & { when?: string };

/** A statement that is there only under a condition of the stack. */
const conditional = z
  .object({ 'Fn::If': z.tuple([z.string(), statement, z.object({ Ref: z.literal('AWS::NoValue') })]) })
  .transform(({ 'Fn::If': [when, each] }) => ({ ...each, when }));

/** An IAM policy document, as far as the tests look at it. */
export const policyDocument = z.object({
  Version: z.literal('2012-10-17').optional(),
  Statement: z.array(z.union([conditional, statement.transform((each): Statement => each)])),
});

const role = z.object({
  AssumeRolePolicyDocument: policyDocument,
  Policies: z.array(z.object({ PolicyName: z.string(), PolicyDocument: policyDocument })),
});

/** One action that one role may take on one resource. */
export interface Grant {
  /** Named after the function that has the role, or after the jobs. */
  holder: string;
  /** `never s3:PutObject` where the statement is a Deny. */
  action: string;
  /** For people: `SweepQueue` for its ARN, REGION and ACCOUNT for the stack's own. */
  resource: string;
  condition: string;
}

const HOLDERS: Record<string, string> = {
  HubAnnounceChangeRole: 'announce-change in the hub',
  HubAssessBucketRole: 'assess-bucket in the hub',
  HubTrackJobRole: 'track-job in the hub',
  HubReencryptObjectRole: 'reencrypt-object in the hub',
  HubSweepRole: 'sweep in the hub',
  AnnounceChangeRole: 'announce-change in a member',
  AssessBucketRole: 'assess-bucket in a member',
  TrackJobRole: 'track-job in a member',
  ReencryptObjectRole: 'reencrypt-object in a member',
  SweepRole: 'sweep in a member',
  ReaderRole: 'operators in a member',
  ForwardRole: 'EventBridge in a member',
  BatchRole: 'S3 Batch Operations, updates',
  CopyBatchRole: 'S3 Batch Operations, copies',
};

/** The roles of the stack by holder: who may take them, and what they allow. */
export const roles = resourcesOf('AWS::IAM::Role').map(([id, { Properties }]) => {
  const holder = HOLDERS[id];
  if (holder === undefined) throw new Error(`role ${id} has no holder: add it to HOLDERS in test/infra/grants.ts`);
  const { AssumeRolePolicyDocument, Policies } = role.parse(Properties);
  return { id, holder, trust: AssumeRolePolicyDocument, policies: Policies };
});

/** Everything that the roles of the stack allow and deny, one line for each action and resource. */
export function grants(): Grant[] {
  return roles.flatMap(({ holder, policies }) =>
    policies
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .flatMap(({ Effect, Action, Resource, Condition, when }) =>
        [Resource].flat().flatMap((resource) =>
          Action.map((action) => ({
            holder,
            action: Effect === 'Deny' ? `never ${action}` : action,
            resource: named(resource),
            condition: [when ?? '', conditionText(Condition)].filter(Boolean).join(', '),
          })),
        ),
      ),
  );
}

/** Named as it is in the hub's own account. */
const ofOwnHub = z
  .object({ 'Fn::If': z.tuple([z.literal('IsOwnHub'), z.object({ 'Fn::Sub': z.string() }), z.unknown()]) })
  .transform(({ 'Fn::If': [, own] }) => own['Fn::Sub']);

const reference = z.union([
  ofOwnHub,
  z.string(),
  z.object({ Ref: z.string() }).transform((value) => `\${${value.Ref}}`),
  z.object({ 'Fn::Sub': z.string() }).transform((value) => value['Fn::Sub']),
  z
    .object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) })
    .transform((value) => `\${${value['Fn::GetAtt'].join('.')}}`),
]);

function named(resource: unknown): string {
  return (
    reference
      .parse(resource)
      .replaceAll('${AWS::Partition}', 'aws')
      .replaceAll('${AWS::Region}', 'REGION')
      .replaceAll('${AWS::AccountId}', 'ACCOUNT')
      // Of ARNs that are written out; a parameter that is a whole resource keeps its name.
      .replaceAll('${RolePath}${RolePrefix}', '/')
      .replaceAll('${ReportsBucketPrefix}', 'reseal-reports')
      .replaceAll('${RolePrefix}', '')
      .replaceAll(/\$\{(\w+)(?:\.\w+)?\}/g, '$1')
  );
}

const conditions = z.record(z.string(), z.record(z.string(), z.unknown()));

function conditionText(condition: unknown): string {
  const parts = Object.entries(conditions.parse(condition ?? {})).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => {
      if (operator === 'Null') return `${key} is ${value === 'true' ? 'absent' : 'present'}`;
      // `NAME#*` shows by itself that it is a pattern.
      return `${key} = ${[value].flat().map(named).join(' or ')}`;
    }),
  );
  return parts.join(', ');
}
