import { ResealError } from '../errors.ts';
import { REGION } from '../policy/document/document-standard.ts';
import { readProfileRegion } from './clients.ts';
import { readOptional } from './config.ts';

/** The Region of the shell, or of its profile, or `last`; `otherwise` says what to do where there is none. Throws ResealError missing-setting. */
export async function shellRegion(otherwise: string, last?: string): Promise<string> {
  const region =
    readOptional('AWS_REGION') ?? readOptional('AWS_DEFAULT_REGION') ?? (await readProfileRegion()) ?? last;
  if (region !== undefined && REGION.test(region)) return region;
  const message =
    region === undefined ? otherwise : `expected a Region in AWS_REGION or the profile (eu-west-1), found ${region}`;
  throw new ResealError('missing-setting', message);
}
