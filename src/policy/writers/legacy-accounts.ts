/**
 * AWS accounts that deliver for Elastic Load Balancing in Regions older than August 2022 (Application Load Balancer guide, access
 * logs; the two of China from published templates). Such a delivery takes SSE-S3 only.
 */
const LOAD_BALANCING = new Set([
  '127311923021',
  '033677994240',
  '027434742980',
  '797873946194',
  '098369216593',
  '754344448648',
  '589379963580',
  '718504428378',
  '383597477331',
  '600734575887',
  '114774131450',
  '783225319266',
  '582318560864',
  '985666609251',
  '054676820928',
  '156460612806',
  '652711504416',
  '635631232127',
  '009996457667',
  '897822967062',
  '076674570225',
  '507241528517',
  '190560391635',
  '048591011584',
  '638102146993',
  '037604701340',
]);

/** AWS accounts whose user `logs` wrote Redshift's audit logs before the service principal did (published templates). */
const REDSHIFT = new Set([
  '193672423079',
  '391106570357',
  '262260360010',
  '902366379725',
  '365689465814',
  '313564881002',
  '865932855811',
  '090321488786',
  '760740231472',
  '361669875840',
  '762762565011',
  '404641285394',
  '907379612154',
  '053454850223',
  '210876761215',
  '307160386991',
  '945612479654',
  '915173422425',
  '729911121831',
  '013126148197',
  '075028567923',
  '111890595117',
  '660998842044',
  '665727464434',
]);

/** The canonical user `awslogsdelivery`, which CloudFront's standard logs are written by (CloudFront Developer Guide). */
export const CLOUDFRONT_LOGS_ID = 'c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0';

/** The service principal that stands for a legacy delivery account; undefined for any other account. */
export function legacyService(account: string): string | undefined {
  if (LOAD_BALANCING.has(account)) return 'logdelivery.elasticloadbalancing.amazonaws.com';
  return REDSHIFT.has(account) ? 'redshift.amazonaws.com' : undefined;
}
