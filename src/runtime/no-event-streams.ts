import { ResealError } from '../errors.ts';

/**
 * Stands in for @smithy/core/event-streams in the bundles (`alias` in serverless.yml): of the clients that the functions use only S3
 * has an operation with an event stream, SelectObjectContent, and no function calls it.
 */
export function resolveEventStreamSerdeConfig<Config>(config: Config): Config {
  return config;
}

/** Throws ResealError missing-setting: a function that needs event streams needs another bundle. */
export function eventStreamSerdeProvider(): never {
  throw new ResealError('missing-setting', 'the bundle has no event streams; take their alias out of serverless.yml');
}

/** The same as a class, as the SDK's own name is one. */
export const EventStreamSerde = eventStreamSerdeProvider;
