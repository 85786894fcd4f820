import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Lambda hands a function its role's credentials in the environment, so the bundles carry this in place of the SDK's whole
 * provider chain (`alias` in serverless.yml): SSO, profiles and instance metadata do not exist there.
 */
export function defaultProvider(): ReturnType<typeof fromEnv> {
  return fromEnv();
}
