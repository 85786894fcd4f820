/** How an invocation ended: the handler's answer, or the error document that Lambda returns in its place. */
export interface InvocationResult {
  readonly requestId: string;
  readonly failed: boolean;
  readonly payload: Buffer;
}

export function failure(requestId: string, errorType: string, errorMessage: string): InvocationResult {
  return { requestId, failed: true, payload: Buffer.from(JSON.stringify({ errorType, errorMessage })) };
}
