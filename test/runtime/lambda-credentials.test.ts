import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { answering } from '../aws/canned-answers.ts';
import { defaultProvider } from '../../src/runtime/lambda-credentials.ts';

/** Sets these variables, unsets the others of their names, and puts everything back after the test. */
function environment(t: { after: (undo: () => void) => void }, variables: Record<string, string>) {
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'];
  const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  const set = (values: Record<string, string | undefined>) => {
    for (const name of names) {
      const value = values[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  set(variables);
  t.after(() => set(before));
}

test("the role's credentials are those of the environment", async (t) => {
  environment(t, { AWS_ACCESS_KEY_ID: 'ASIA1', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' });
  const { accessKeyId, secretAccessKey, sessionToken } = await defaultProvider()();
  assert.deepEqual(
    { accessKeyId, secretAccessKey, sessionToken },
    { accessKeyId: 'ASIA1', secretAccessKey: 'secret', sessionToken: 'token' },
  );
});

test('without them nothing else is tried', async (t) => {
  environment(t, { AWS_PROFILE: 'default' });
  await assert.rejects(defaultProvider()(), { name: 'CredentialsProviderError' });
});

test('ten calls of a cold client ask for the credentials once', async (t) => {
  environment(t, { AWS_ACCESS_KEY_ID: 'ASIA1', AWS_SECRET_ACCESS_KEY: 'secret' });
  const provider = defaultProvider();
  let asked = 0;
  const credentials = () => {
    asked += 1;
    return provider();
  };
  const answers = Array.from({ length: 10 }, () => ({ status: 200, body: '{}' }));
  const kms = new KMSClient({ ...answering(...answers), credentials });
  await Promise.all(answers.map(() => kms.send(new ListKeysCommand({}))));
  assert.equal(asked, 1);
});
