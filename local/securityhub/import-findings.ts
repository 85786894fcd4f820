import type { AwsSecurityFinding, BatchImportFindingsRequest, ImportFindingsError } from '@aws-sdk/client-securityhub';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { findingSchema } from './finding-schema.ts';
import { defaultProductArn } from './hubs.ts';
import type { Hub, Hubs } from './hubs.ts';
import { mergeFinding } from './merge-finding.ts';

const MOST_FINDINGS = 100;
const LARGEST_FINDING_BYTES = 240 * 1024;

/**
 * BatchImportFindings under the default product of the caller's account. A finding that is not in the AWS Security Finding Format fails by
 * itself. Throws InvalidAccessException where Security Hub is not enabled or a finding is another account's, InvalidInputException for
 * another product or more than 100 findings.
 */
export function createImportFindings(hubs: Hubs) {
  return ({ Findings: findings = [] }: BatchImportFindingsRequest, call: Call) => {
    const hub = hubs.of(call);
    checkRequest(findings, call);
    const failed = findings.flatMap((finding) => importOne(finding, hub, call));
    return {
      FailedCount: failed.length,
      SuccessCount: findings.length - failed.length,
      FailedFindings: failed,
    };
  };
}

function checkRequest(findings: readonly AwsSecurityFinding[], call: Call): void {
  if (findings.length < 1 || findings.length > MOST_FINDINGS) {
    throw invalidInput(`Findings: expected 1 to ${MOST_FINDINGS}, found ${findings.length}`);
  }
  const product = defaultProductArn(call);
  const foreign = findings.find(({ ProductArn }) => ProductArn !== undefined && ProductArn !== product);
  if (foreign !== undefined) throw invalidInput(`productArn: "${foreign.ProductArn}"`);
  const { accountId } = call.caller;
  const other = findings.find(({ AwsAccountId }) => AwsAccountId !== undefined && AwsAccountId !== accountId);
  if (other !== undefined) {
    throw new AwsError(
      'InvalidAccessException',
      `Account ${accountId} is not authorized to import findings of account ${other.AwsAccountId}`,
      401,
    );
  }
}

function importOne(finding: AwsSecurityFinding, hub: Hub, call: Call): ImportFindingsError[] {
  const error = checkFinding(finding);
  if (error !== undefined) return [{ Id: finding.Id ?? '', ...error }];
  const place = `${finding.ProductArn} ${finding.Id}`;
  const existing = hub.findings.get(place);
  if (existing === undefined || timeMs(finding.UpdatedAt) > timeMs(existing.UpdatedAt)) {
    hub.findings.set(place, mergeFinding(finding, existing, call));
  }
  // An update that is not newer is ignored and no failure (Security Hub guide, "BatchImportFindings for finding providers").
  return [];
}

function checkFinding(finding: AwsSecurityFinding): Omit<ImportFindingsError, 'Id'> | undefined {
  if (Buffer.byteLength(JSON.stringify(finding)) > LARGEST_FINDING_BYTES) {
    return { ErrorCode: 'InvalidInput', ErrorMessage: 'Finding size exceeded 240 KB' };
  }
  const read = findingSchema.safeParse(finding);
  if (read.success) return undefined;
  const problems = read.error.issues.map(({ path, message }) => `${['data', ...path].join('.')} ${message}`);
  return {
    ErrorCode: 'InvalidInput',
    ErrorMessage: `Finding does not adhere to Amazon Finding Format. ${problems.join(', ')}.`,
  };
}

const timeMs = (time: string | undefined): number => Date.parse(time ?? '');

const invalidInput = (problem: string): AwsError => new AwsError('InvalidInputException', problem);
