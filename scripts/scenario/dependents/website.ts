import { PutBucketWebsiteCommand, PutPublicAccessBlockCommand } from '@aws-sdk/client-s3';
import { contentOf } from '../contents.ts';
import { putPolicy } from '../make-bucket.ts';
import { putAll } from '../put-objects.ts';
import { assertSame, type Dependent } from './dependent.ts';

/** A public website, whose visitors sign nothing. */
export const website: Dependent = {
  does: 'the website',

  async arrange({ bucket, owner: { s3 } }) {
    await s3.send(new PutPublicAccessBlockCommand({ Bucket: bucket, PublicAccessBlockConfiguration: {} }));
    await putPolicy(s3, bucket, {
      Sid: 'Visitors',
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${bucket}/*`,
    });
    const site = { IndexDocument: { Suffix: 'index.html' } };
    await s3.send(new PutBucketWebsiteCommand({ Bucket: bucket, WebsiteConfiguration: site }));
  },

  async use({ bucket, owner: { s3 }, stage }, round) {
    const key = `${round}/index.html`;
    const written = await putAll(s3, bucket, [key]);
    const page = await fetch(`${stage.endpoint}/_local/website/${bucket}/${round}/`);
    const text = await page.text();
    if (!page.ok) throw new Error(`${key} is answered with ${page.status}`);
    assertSame(`the page ${key}`, text, contentOf(bucket, key));
    return written;
  },
};
