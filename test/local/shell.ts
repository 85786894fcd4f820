import type { LocalAws } from '../../local/start-local.ts';

/** The surroundings of a shell whose AWS is the embedded one: nothing of the person's own settings, and osls looks often how a stack stands. */
export function shellOf(aws: Pick<LocalAws, 'port'>, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    AWS_ENDPOINT_URL: `http://127.0.0.1:${aws.port}`,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    SLS_AWS_MONITORING_FREQUENCY: '20',
    ...more,
  };
}
