import { Readable } from 'node:stream';
import { HttpResponse } from '@smithy/core/protocols';

/** One HTTP answer as a service might give it; an Error is a connection that failed. */
export type ApiAnswer = { status: number; body?: string; headers?: Record<string, string> } | Error;

/** Client settings under which an SDK client gets these answers, one a request: no network, the real serializers and parsers. */
export function answering(...answers: ApiAnswer[]) {
  return {
    region: 'eu-west-1',
    credentials: { accessKeyId: '111111111111', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: async () => {
        const answer = answers.shift();
        if (answer === undefined) throw new Error('no answer is left for this request');
        if (answer instanceof Error) throw answer;
        const { status: statusCode, body = '', headers = {} } = answer;
        return {
          response: new HttpResponse({
            statusCode,
            headers,
            body: Readable.from(body === '' ? [] : [Buffer.from(body)]),
          }),
        };
      },
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
    },
  };
}

/** S3's error document. */
export function s3Error(status: number, code: string, headers: Record<string, string> = {}): ApiAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>said S3</Message></Error>`;
  return { status, body, headers: { 'content-type': 'application/xml', ...headers } };
}

/** The error document of S3 Control, which wraps it. */
export function s3ControlError(status: number, code: string): ApiAnswer {
  const body = `<?xml version="1.0"?><ErrorResponse><Error><Code>${code}</Code><Message>said S3 Control</Message></Error></ErrorResponse>`;
  return { status, body, headers: { 'content-type': 'application/xml' } };
}

/** The error document of KMS, DynamoDB and SQS. */
export function jsonError(status: number, type: string, headers: Record<string, string> = {}): ApiAnswer {
  const body = JSON.stringify({ __type: type, message: 'said the service' });
  return { status, body, headers: { 'content-type': 'application/x-amz-json-1.0', ...headers } };
}

/** An answer that is no answer of the service. */
export const PROXY_PAGE: ApiAnswer = { status: 200, body: '<html><body>Welcome</body></html>' };

/** What the SDK's HTTP handler throws where nothing is heard in time. */
export function timeout(): Error {
  return Object.assign(new Error('a request has exceeded the configured 5000 ms requestTimeout.'), {
    name: 'TimeoutError',
    code: 'ETIMEDOUT',
  });
}
