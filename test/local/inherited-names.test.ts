import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { evaluateCondition } from '../../local/cloudformation/intrinsics.ts';
import { entryOf } from '../../local/entry-of.ts';
import { compilePattern } from '../../local/events/pattern.ts';
import { compileCondition } from '../../local/identity/condition.ts';
import { startLocal } from '../../local/start-local.ts';
import { createClients } from './clients.ts';

/** Names that every plain object inherits, as a request may have them. */
const INHERITED = ['constructor', 'toString', '__proto__'];

async function open() {
  const aws = await startLocal();
  const clients = createClients(aws);
  return {
    aws,
    ...clients,
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

for (const name of INHERITED) {
  describe(`the name ${name}`, () => {
    test('is in no table', () => assert.equal(entryOf({ known: 1 }, name), undefined));

    test('is no condition operator of a policy', () => {
      assert.throws(() => compileCondition(Object.fromEntries([[name, { 'aws:SourceAccount': '1' }]])), {
        name: 'MalformedPolicyDocument',
      });
    });

    test('is no condition of a template', () => {
      const scope = { ref: assert.fail, attribute: assert.fail, condition: assert.fail };
      assert.throws(() => evaluateCondition(Object.fromEntries([[name, []]]), scope), { name: 'ValidationError' });
    });

    test('is no field of an event that lacks it', () => {
      const matches = compilePattern({ detail: Object.fromEntries([[name, [{ exists: false }]]]) });
      assert.equal(matches({ detail: { a: 1 } }), true);
    });

    test('is no attribute of a queue', async () => {
      await using local = await open();
      const Attributes = Object.fromEntries([[name, '1']]);
      const invalid = { name: 'InvalidAttributeName' };
      await assert.rejects(local.sqs.send(new CreateQueueCommand({ QueueName: 'other', Attributes })), invalid);
      const { QueueUrl } = await local.sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
      const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [Object(name)] });
      await assert.rejects(local.sqs.send(asked), invalid);
    });

    test('is no operation', async () => {
      await using local = await open();
      for (const [service, target] of [
        ['dynamodb', 'DynamoDB_20120810'],
        ['sqs', 'AmazonSQS'],
      ]) {
        const response = await fetch(local.aws.endpoint, {
          method: 'POST',
          body: '{}',
          headers: {
            'x-amz-target': `${target}.${name}`,
            'content-type': 'application/x-amz-json-1.0',
            authorization: `AWS4-HMAC-SHA256 Credential=111111111111/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
          },
        });
        assert.ok([400, 404, 501].includes(response.status), `${service}: ${response.status} ${await response.text()}`);
      }
    });
  });
}
