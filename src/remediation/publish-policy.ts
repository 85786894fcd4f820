import type { PolicyVersion } from '../aws/ledger/ledger-item.ts';
import type { PolicyPublication } from '../aws/published-policy/policy-publication.ts';

/** A checked policy as its canonical JSON, and where it goes. */
export interface PublishRequest {
  json: string;
  /** Hex SHA-256 of `json`. */
  sha256: string;
  bucket: string;
}

/** Uploads first and pins second: a failure in between leaves the old policy in force. */
export async function publishPolicy(
  { json, sha256, bucket }: PublishRequest,
  publication: PolicyPublication,
): Promise<PolicyVersion> {
  const key = 'policy/policy.json';
  const versionId = await publication.upload({ bucket, key, json });
  const pin = { bucket, key, versionId, sha256 };
  await publication.pin(pin);
  return pin;
}
