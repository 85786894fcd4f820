import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, RestoreObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { type LocalOptions, startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';
import { tinyTemplate, writeTinyStack } from '../tiny-stack.ts';

async function openAdmin(options: LocalOptions = {}) {
  const aws = await startLocal(options);
  const clients = createClients(aws);
  return {
    aws,
    s3: clients.s3,
    call: async (method: string, path: string, body?: unknown) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await fetch(aws.endpoint + path, { method, ...(body === undefined ? {} : { body: text }) });
      const answer: Record<string, unknown> = Object(await response.json());
      return { status: response.status, answer };
    },
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

const event = {
  version: '0',
  id: 'e1',
  'detail-type': 'A test',
  source: 'test',
  account: '111111111111',
  time: '2026-11-22T00:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: {},
};

describe('/_local/settle', () => {
  test('ends the delays of queues, also of what follows, and answers when nothing is under way', async () => {
    const stack = writeTinyStack(tinyTemplate());
    using _ = stack;
    await using open = await openAdmin({
      stack: { template: stack.template, stackName: 'tiny', parameters: { Settle: '900' } },
    });
    const create = (Bucket: string) => open.s3.send(new CreateBucketCommand({ Bucket }));
    await create('made');
    assert.deepEqual(await open.call('GET', '/_local/idle?timeoutMs=1'), {
      status: 408,
      answer: { idle: false, underWay: { message: 1, invocation: 0, job: 0, event: 0 } },
    });
    assert.deepEqual(await open.call('POST', '/_local/settle?timeoutMs=60000'), {
      status: 200,
      answer: { idle: true },
    });
    assert.equal(open.aws.functions.list()[0]?.log.lines.filter((line) => line.includes('CreateBucket')).length, 1);
  });

  test('leaves a delay that its sender chose', async () => {
    const stack = writeTinyStack(tinyTemplate());
    using _ = stack;
    await using open = await openAdmin({ stack: { template: stack.template, stackName: 'tiny' } });
    await using clients = createClients(open.aws);
    const QueueUrl = `${open.aws.endpoint}/111111111111/work`;
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}', DelaySeconds: 900 }));
    assert.equal((await open.call('POST', '/_local/settle?timeoutMs=1')).status, 408);
  });
});

describe('/_local/clock', () => {
  test('lets hours go by for S3, sessions and messages that wait', async () => {
    const startMs = Date.parse('2026-11-22T10:00:00Z');
    await using open = await openAdmin({ now: () => new Date(startMs) });
    await using clients = createClients(open.aws);
    const Bucket = 'cold';
    await open.s3.send(new CreateBucketCommand({ Bucket }));
    const put = { Bucket, Key: 'k', Body: 'x', StorageClass: 'GLACIER' } as const;
    await open.s3.send(new PutObjectCommand(put));
    const RestoreRequest = { Days: 1, GlacierJobParameters: { Tier: 'Standard' } } as const;
    await open.s3.send(new RestoreObjectCommand({ Bucket, Key: 'k', RestoreRequest }));
    const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'later' }));
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}', DelaySeconds: 900 }));
    assert.deepEqual(await open.call('POST', '/_local/clock', { forwardHours: 5.5 }), {
      status: 200,
      answer: { now: '2026-11-22T15:30:00.000Z' },
    });
    const { Restore } = await open.s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    assert.deepEqual([Restore?.slice(0, 23), Messages.length], ['ongoing-request="false"', 1]);
  });

  for (const body of ['{}', '{"forwardHours":-1}', '{"forwardHours":9000}', '{"hours":1}', 'soon']) {
    test(`refuses ${body}`, async () => {
      await using open = await openAdmin();
      const { status, answer } = await open.call('POST', '/_local/clock', body);
      assert.deepEqual([status, typeof answer['error']], [400, 'string']);
    });
  }
});

describe('/_local/idle', () => {
  test('answers 200 when nothing is under way', async () => {
    await using open = await openAdmin();
    assert.deepEqual(await open.call('GET', '/_local/idle?timeoutMs=0'), { status: 200, answer: { idle: true } });
  });

  test('answers 408 with what is under way, and 200 as soon as that is over', async () => {
    await using open = await openAdmin();
    const over = open.aws.world.activity.begin('job');
    const underWay = { message: 0, invocation: 0, job: 1, event: 0 };
    assert.deepEqual(await open.call('GET', '/_local/idle?timeoutMs=1'), {
      status: 408,
      answer: { idle: false, underWay },
    });
    const waiting = open.call('GET', '/_local/idle?timeoutMs=60000');
    over();
    assert.equal((await waiting).status, 200);
  });

  for (const timeoutMs of ['', 'soon', '-1', '1.5', '99999999']) {
    test(`refuses a timeoutMs of "${timeoutMs}"`, async () => {
      await using open = await openAdmin();
      const error = `timeoutMs is a whole number of milliseconds from 0 to 3600000, found ${timeoutMs}`;
      assert.deepEqual(await open.call('GET', `/_local/idle?timeoutMs=${timeoutMs}`), {
        status: 400,
        answer: { error },
      });
    });
  }
});

describe('/_local/bus', () => {
  test('puts an event on the bus of its account and Region, and /_local/events shows it', async () => {
    await using open = await openAdmin();
    assert.deepEqual(await open.call('POST', '/_local/bus', event), { status: 200, answer: { id: 'e1' } });
    const { id, time, source, account, region } = event;
    assert.deepEqual(await open.call('GET', '/_local/events'), {
      status: 200,
      answer: { events: [{ id, time, source, detailType: 'A test', account, region, rules: [] }] },
    });
  });

  test('refuses what is no event, naming the members', async () => {
    await using open = await openAdmin();
    const { status, answer } = await open.call('POST', '/_local/bus', { ...event, account: '1', detail: 'x' });
    assert.deepEqual(
      [
        status,
        String(answer['error'])
          .split('; ')
          .map((issue) => issue.split(':')[0]),
      ],
      [400, ['account', 'detail']],
    );
    assert.equal((await open.call('POST', '/_local/bus', '{')).status, 400);
  });
});

describe('/_local/objects', () => {
  test('seeds an object that no call to S3 makes any more', async () => {
    await using open = await openAdmin();
    await open.s3.send(
      new CreateBucketCommand({ Bucket: 'old', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    const seed = {
      bucket: 'old',
      key: 'a b',
      body: 'hello',
      lastModified: '2020-01-02T03:04:05Z',
      storageClass: 'STANDARD_IA',
      protection: { algorithm: 'none' },
    };
    assert.equal((await open.call('POST', '/_local/objects', seed)).status, 200);
    const head = await open.s3.send(new HeadObjectCommand({ Bucket: 'old', Key: 'a b' }));
    assert.deepEqual(
      [head.ServerSideEncryption, head.LastModified?.toISOString(), head.StorageClass, head.ContentLength],
      [undefined, '2020-01-02T03:04:05.000Z', 'STANDARD_IA', 5],
    );
  });

  const arn = 'arn:aws:kms:eu-west-1:111111111111:key/missing';
  const refused: [what: string, seed: object, status: number, problem: RegExp][] = [
    ['a bucket that is not there', { bucket: 'nobody', key: 'k' }, 404, /NoSuchBucket/],
    [
      'a key that is not there',
      { bucket: 'nobody', key: 'k', protection: { algorithm: 'aws:kms', keyArn: arn } },
      400,
      /NotFoundException/,
    ],
    ['an unknown algorithm', { bucket: 'b', key: 'k', protection: { algorithm: 'rot13' } }, 400, /protection/],
    ['an unknown member', { bucket: 'b', key: 'k', colour: 'green' }, 400, /colour/],
  ];
  for (const [what, seed, status, problem] of refused) {
    test(`refuses ${what}`, async () => {
      await using open = await openAdmin();
      const { answer, ...rest } = await open.call('POST', '/_local/objects', seed);
      assert.equal(rest.status, status);
      assert.match(String(answer['error']), problem);
    });
  }
});

describe('another path below /_local/', () => {
  test('is answered 404 with what there is', async () => {
    await using open = await openAdmin();
    assert.deepEqual(await open.call('GET', '/_local/bus'), {
      status: 404,
      answer: {
        error: 'nothing answers GET /_local/bus',
        exists: [
          'GET /_local/idle',
          'POST /_local/settle',
          'GET /_local/events',
          'GET /_local/logs',
          'GET /_local/notifications',
          'POST /_local/bus',
          'GET /_local/deliveries',
          'POST /_local/deliver',
          'POST /_local/read',
          'GET /_local/organization',
          'POST /_local/organization',
          'GET /_local/batch',
          'POST /_local/batch',
          'GET /_local/trail',
          'POST /_local/trail',
          'POST /_local/clock',
          'POST /_local/metrics',
          'GET /_local/objects',
          'POST /_local/objects',
          'GET, POST or DELETE /_local/faults',
        ],
      },
    });
  });
});
