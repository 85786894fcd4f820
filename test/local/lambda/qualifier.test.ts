import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GetFunctionCommand, InvokeCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';
import { tinyTemplate, writeTinyStack } from '../tiny-stack.ts';

test('a function has no version but $LATEST, and what is not acted upon is 501 by name', async () => {
  using stack = writeTinyStack(tinyTemplate());
  await using aws = await startLocal({ stack: { template: stack.template, stackName: 'tiny' } });
  await using clients = createClients(aws);
  const named = { FunctionName: 'tiny' };
  const missing = {
    name: 'ResourceNotFoundException',
    message: 'Function not found: arn:aws:lambda:eu-west-1:111111111111:function:tiny:live',
  };
  await clients.lambda.send(new InvokeCommand({ ...named, Qualifier: '$LATEST', InvocationType: 'DryRun' }));
  await assert.rejects(clients.lambda.send(new InvokeCommand({ ...named, Qualifier: 'live' })), missing);
  await assert.rejects(clients.lambda.send(new GetFunctionCommand({ ...named, Qualifier: 'live' })), missing);
  const context = new InvokeCommand({ ...named, ClientContext: 'e30=' });
  await assert.rejects(clients.lambda.send(context), { name: 'NotImplemented', message: /ClientContext/ });
  const page = new ListFunctionsCommand({ MaxItems: 1 });
  await assert.rejects(clients.lambda.send(page), { name: 'NotImplemented', message: /MaxItems/ });
});
