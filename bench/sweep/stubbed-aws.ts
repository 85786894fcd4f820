import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { HttpResponse, type HttpRequest } from '@smithy/core/protocols';

const PAGE = 1_000;

/** Clients of S3 and SQS that answer at once: so many buckets, of which every fourth sends its access logs to one of a hundred, and a queue that only keeps `parts`. */
export function stubbedAws(buckets: number) {
  const names = Array.from({ length: buckets }, (_, index) => `${index % 36}-bucket-${index}`);
  const parts: string[] = [];
  const config = { region: 'eu-west-1', credentials: { accessKeyId: '111111111111', secretAccessKey: 'stubbed' } };
  const client = (answer: (request: HttpRequest) => string) => ({
    ...config,
    requestHandler: { handle: async (request: HttpRequest) => ({ response: responseOf(answer(request)) }) },
  });
  return {
    s3: new S3Client({
      ...client((request) => (request.path === '/' ? pageOf(names, request.query) : loggingOf(request.path))),
      forcePathStyle: true,
    }),
    sqs: new SQSClient({
      ...client(({ body }) => {
        const { QueueUrl, Entries } = JSON.parse(new TextDecoder().decode(body));
        for (const { MessageBody } of QueueUrl === 'https://sqs.eu-west-1.amazonaws.com/111111111111/membership'
          ? Entries
          : [])
          parts.push(MessageBody);
        return '{"Successful":[],"Failed":[]}';
      }),
    }),
    parts,
  };
}

function responseOf(text: string): HttpResponse {
  return new HttpResponse({ statusCode: 200, headers: {}, body: Buffer.from(text) });
}

function pageOf(names: readonly string[], query: HttpRequest['query']): string {
  const start = Number(query['continuation-token'] ?? 0);
  const listed = names.filter((name) => name.startsWith(String(query['prefix'] ?? '')));
  const buckets = listed.slice(start, start + PAGE).map((name) => `<Bucket><Name>${name}</Name></Bucket>`);
  const next = start + PAGE < listed.length ? `<ContinuationToken>${start + PAGE}</ContinuationToken>` : '';
  return `<ListAllMyBucketsResult><Buckets>${buckets.join('')}</Buckets>${next}</ListAllMyBucketsResult>`;
}

function loggingOf(path: string): string {
  const number = Number(path.split('-').at(-1)?.replace('/', ''));
  const target = `<TargetBucket>0-bucket-${(number % 100) * 36}</TargetBucket><TargetPrefix>logs/${number}/</TargetPrefix>`;
  const enabled = number % 4 === 0 ? `<LoggingEnabled>${target}</LoggingEnabled>` : '';
  return `<BucketLoggingStatus>${enabled}</BucketLoggingStatus>`;
}
