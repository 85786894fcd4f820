import { notEmulated } from '../errors.ts';
import { asJson } from './json.ts';

/** The customer key that CreateTable asks for; undefined where DynamoDB uses a key of its own. Throws 501 by name for everything else. */
export function readEncryption(specification: unknown): string | undefined {
  const { Enabled: _, SSEType: type, KMSMasterKeyId: keyId, ...others } = asJson(specification);
  const [other] = Object.keys(others);
  if (other !== undefined) throw notEmulated(`The member ${other} of dynamodb CreateTable SSESpecification`);
  const isKms = type === undefined || type === 'KMS';
  const isCustomer = keyId === undefined || (typeof keyId === 'string' && !keyId.includes('alias/aws/'));
  if (!isKms || !isCustomer) {
    throw notEmulated(`dynamodb CreateTable with the SSESpecification ${JSON.stringify(specification)}`);
  }
  return keyId;
}
