import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type WebsiteConfiguration,
} from '@aws-sdk/client-s3';
import { type RawAnswer, send } from '../protocol/raw-request.ts';
import { ACCOUNT, makeBucket, openS3, REGION, type OpenedS3 } from './open-s3.ts';

const NAMED = { Bucket: 'site' };
const HOST = `site.s3-website-${REGION}.localhost`;
const SITE: WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: 'error.html' } };
const OPEN = {
  Effect: 'Allow',
  Principal: '*',
  Action: ['s3:GetObject', 's3:ListBucket'],
  Resource: ['arn:aws:s3:::site', 'arn:aws:s3:::site/*'],
};
const PAGES = ['index.html', 'error.html', 'docs/index.html', 'a b.html'];

async function withSite(site: WebsiteConfiguration = SITE, statement: object = OPEN): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, NAMED.Bucket);
  await opened.s3.send(new PutPublicAccessBlockCommand({ ...NAMED, PublicAccessBlockConfiguration: {} }));
  await opened.s3.send(new PutBucketPolicyCommand({ ...NAMED, Policy: JSON.stringify({ Statement: statement }) }));
  await opened.s3.send(new PutBucketWebsiteCommand({ ...NAMED, WebsiteConfiguration: site }));
  for (const Key of PAGES) await putPage(opened, Key);
  return opened;
}

const putPage = (opened: OpenedS3, Key: string, more: { WebsiteRedirectLocation?: string } = {}) =>
  opened.s3.send(new PutObjectCommand({ ...NAMED, Key, Body: `<p>${Key}`, ContentType: 'text/html', ...more }));

const visit = (opened: OpenedS3, target: string, host = HOST, method = 'GET'): Promise<RawAnswer> =>
  send({ port: opened.aws.port, method, target, headers: { host }, signedFor: null });

const told = ({ status, headers, body }: RawAnswer) =>
  headers['location'] === undefined ? [status, body.toString()] : [status, headers['location']];

const codeOf = ({ status, headers }: RawAnswer) => [status, headers['x-amz-error-code']];

describe('a website endpoint', () => {
  test('serves index documents and objects by both forms of its host and by path', async () => {
    await using opened = await withSite();
    const answer = await visit(opened, '/');
    assert.deepEqual([...told(answer), answer.headers['content-type']], [200, '<p>index.html', 'text/html']);
    assert.deepEqual(told(await visit(opened, '/docs/', `site.s3-website.${REGION}.localhost:80`)), [
      200,
      '<p>docs/index.html',
    ]);
    assert.deepEqual(told(await visit(opened, '/a%20b.html')), [200, '<p>a b.html']);
    assert.deepEqual(told(await visit(opened, '/_local/website/site/docs/', 'localhost')), [200, '<p>docs/index.html']);
    assert.deepEqual(told(await visit(opened, '/_local/website/site', 'localhost')), [200, '<p>index.html']);
    assert.equal((await visit(opened, '/', HOST, 'HEAD')).status, 200);
  });

  test('answers an absolute-form request for its real host, as a proxy would be asked', async () => {
    await using opened = await withSite();
    const target = `http://site.s3-website-${REGION}.amazonaws.com/`;
    assert.deepEqual(told(await visit(opened, target, 'ignored')), [200, '<p>index.html']);
  });

  test('is no website for a host that only looks like one', async () => {
    await using opened = await withSite();
    const answer = await visit(opened, '/', `site.s3-website-${REGION}.example.com`);
    assert.deepEqual([answer.status, /<Code>(\w+)/.exec(answer.body.toString())?.[1]], [403, 'AccessDenied']);
  });

  test('leads a folder to its slash, and an object with a redirect there', async () => {
    await using opened = await withSite();
    await putPage(opened, 'old.html', { WebsiteRedirectLocation: '/index.html' });
    assert.deepEqual(told(await visit(opened, '/docs')), [302, '/docs/']);
    assert.deepEqual(told(await visit(opened, '/_local/website/site/docs', 'localhost')), [
      302,
      '/_local/website/site/docs/',
    ]);
    assert.deepEqual(told(await visit(opened, '/old.html')), [301, '/index.html']);
  });

  test('answers the error document with the status of the error, or a page of its own', async () => {
    await using opened = await withSite();
    const missing = await visit(opened, '/missing');
    assert.deepEqual([...told(missing), codeOf(missing)[1]], [404, '<p>error.html', 'NoSuchKey']);
    const { IndexDocument } = SITE;
    await opened.s3.send(new PutBucketWebsiteCommand({ ...NAMED, WebsiteConfiguration: { IndexDocument } }));
    assert.match(
      (await visit(opened, '/missing')).body.toString(),
      /<h1>404 Not Found<\/h1>\n<ul>\n<li>Code: NoSuchKey/,
    );
  });

  test('redirects everything where the configuration says so', async () => {
    await using opened = await withSite({ RedirectAllRequestsTo: { HostName: 'example.com', Protocol: 'https' } });
    assert.deepEqual(told(await visit(opened, '/a%20b.html')), [301, 'https://example.com/a%20b.html']);
  });

  test('follows routing rules before and after it looks for the key', async () => {
    await using opened = await withSite({
      ...SITE,
      RoutingRules: [
        { Condition: { KeyPrefixEquals: 'old/' }, Redirect: { ReplaceKeyPrefixWith: 'new/', HttpRedirectCode: '302' } },
        {
          Condition: { HttpErrorCodeReturnedEquals: '404', KeyPrefixEquals: 'app/' },
          Redirect: { HostName: 'app.example.com', Protocol: 'https', ReplaceKeyWith: 'start' },
        },
      ],
    });
    assert.deepEqual(told(await visit(opened, '/old/page')), [302, `http://${HOST}/new/page`]);
    assert.deepEqual(told(await visit(opened, '/app/page')), [301, 'https://app.example.com/start']);
    assert.deepEqual((await visit(opened, '/other/page')).status, 404);
  });

  test('names what is wrong', async () => {
    await using opened = await withSite();
    await makeBucket(opened.s3, 'plain');
    const host = (bucket: string, region = REGION) => `${bucket}.s3-website-${region}.localhost`;
    assert.deepEqual(codeOf(await visit(opened, '/', host('nowhere'))), [404, 'NoSuchBucket']);
    assert.deepEqual(codeOf(await visit(opened, '/', host('plain'))), [404, 'NoSuchWebsiteConfiguration']);
    assert.deepEqual(codeOf(await visit(opened, '/', host('site', 'us-east-1'))), [400, 'IncorrectEndpoint']);
    assert.deepEqual(codeOf(await visit(opened, '/', HOST, 'PUT')), [405, 'MethodNotAllowed']);
  });
});

describe('the visitors of a website', () => {
  test('are refused where the bucket is not public', async () => {
    await using opened = await withSite(SITE, { ...OPEN, Principal: { AWS: ACCOUNT } });
    assert.deepEqual(codeOf(await visit(opened, '/')), [403, 'AccessDenied']);
  });

  test('come without TLS', async () => {
    await using opened = await withSite(SITE, { ...OPEN, Condition: { Bool: { 'aws:SecureTransport': 'true' } } });
    assert.deepEqual(codeOf(await visit(opened, '/')), [403, 'AccessDenied']);
  });

  test('lose a page that is written after the default encryption became SSE-KMS', async () => {
    await using opened = await withSite();
    const key = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION });
    Object.assign(key, { policy: { Statement: { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' } } });
    const byDefault = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: key.arn };
    await opened.s3.send(
      new PutBucketEncryptionCommand({
        ...NAMED,
        ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] },
      }),
    );
    assert.deepEqual(told(await visit(opened, '/')), [200, '<p>index.html']);
    await putPage(opened, 'index.html');
    const lost = await visit(opened, '/');
    assert.deepEqual([...codeOf(lost), lost.body.toString()], [403, 'AccessDenied', '<p>error.html']);
  });
});
