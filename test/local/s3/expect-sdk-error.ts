import assert from 'node:assert/strict';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { S3ControlServiceException } from '@aws-sdk/client-s3-control';

/** The call must fail with exactly this status and AWS error code. Returns the error for more questions. */
export async function expectSdkError(
  call: Promise<unknown>,
  status: number,
  code: string,
): Promise<S3ServiceException | S3ControlServiceException> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof S3ServiceException) && !(error instanceof S3ControlServiceException)) throw error;
    assert.deepEqual({ status: error.$metadata.httpStatusCode, code: error.name }, { status, code }, error.message);
    return error;
  }
  throw new assert.AssertionError({ message: `the call succeeded, expected ${status} ${code}` });
}
