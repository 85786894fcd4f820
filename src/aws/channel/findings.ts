import {
  type AwsSecurityFinding,
  BatchImportFindingsCommand,
  type SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { ResealError } from '../../errors.ts';
import { type Finding, hubOf } from '../../ledger/announced-item.ts';
import { bucketArn, bucketByArn, type Place } from '../../bucket-id.ts';
import { createForAWhile } from '../sdk/remembered.ts';
import { errorName, isUnreachable } from '../sdk/service-error.ts';

/** The check that Reseal's findings come from. */
const GENERATOR = 'reseal/default-encryption';

/** How long an account and Region that took nothing is not asked again. */
const LEFT_ALONE_MS = 3_600_000;

/** Security Hub's answer where the account has not enabled it; a missing permission is AccessDeniedException. */
const NOT_ENABLED = 'InvalidAccessException';

/** What became of a finding: the account takes none, or nobody can ask it now. */
export type FindingSent = 'taken' | 'not-enabled' | 'unreachable';

export type Findings = ReturnType<typeof createFindings>;

/** Security Hub of each bucket's own account and Region, under its default product (API BatchImportFindings). */
export function createFindings(
  clientIn: (place: Place) => SecurityHubClient,
  { partition, now }: { partition: string; now: () => Date },
) {
  const leftAs = createForAWhile<FindingSent>(now, LEFT_ALONE_MS);
  return {
    /** True for the hub (`hubOf`) of an account that could not be reached within the last hour. */
    isUnreachable: (hub: string) => leftAs.get(hub) === 'unreachable',

    /**
     * Creates or updates the bucket's finding. That the account has not enabled Security Hub, or cannot be reached, is remembered for an hour.
     * Throws the SDK's error, or ResealError announcement-refused naming the finding that was not taken.
     */
    async send(finding: Finding, createdAt: string): Promise<FindingSent> {
      const hub = hubOf(finding);
      const known = leftAs.get(hub);
      if (known !== undefined) return known;
      const wanted = securityFinding(finding, createdAt, partition);
      try {
        const output = await clientIn(finding).send(new BatchImportFindingsCommand({ Findings: [wanted] }));
        const [failed] = output.FailedFindings ?? [];
        if ((output.FailedCount ?? 0) === 0 && failed === undefined) return 'taken';
        throw new ResealError(
          'announcement-refused',
          `Security Hub refused finding ${wanted.Id}: ${failed?.ErrorCode}: ${failed?.ErrorMessage}`,
          { retryable: true, bucket: finding.bucket },
        );
      } catch (error) {
        if (errorName(error) !== NOT_ENABLED && !isUnreachable(error)) throw error;
        const as = errorName(error) === NOT_ENABLED ? 'not-enabled' : 'unreachable';
        leftAs.put(hub, as);
        return as;
      }
    },
  };
}

/** ASFF. Workflow, Note and VerificationState belong to the people who work on findings and are never sent. */
function securityFinding(finding: Finding, createdAt: string, partition: string): AwsSecurityFinding {
  const { account, region } = finding;
  const arn = bucketArn(finding, partition);
  return {
    SchemaVersion: '2018-10-08',
    Id: `${arn}/${GENERATOR}`,
    ProductArn: `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`,
    ProductName: 'Reseal',
    GeneratorId: GENERATOR,
    AwsAccountId: account,
    CreatedAt: createdAt,
    UpdatedAt: finding.updatedAt,
    Title: finding.title,
    Description: finding.description,
    FindingProviderFields: {
      Severity: { Label: finding.severity },
      Types: ['Software and Configuration Checks/AWS Security Best Practices'],
    },
    Remediation: { Recommendation: { Text: finding.recommendation } },
    Resources: [{ Type: bucketByArn(finding.bucket) === undefined ? 'AwsS3Bucket' : 'Other', Id: arn, Region: region }],
    Compliance: { Status: finding.compliance },
    RecordState: finding.isOpen ? 'ACTIVE' : 'ARCHIVED',
  };
}
