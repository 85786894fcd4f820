import { AwsError, notEmulated } from '../errors.ts';
import type { RawService } from '../service.ts';

/** Amazon ECR without a repository: deployment tools ask for one before they remove a stack. */
export function createEcr(): RawService {
  return {
    id: 'ecr',
    signingName: 'ecr',
    handle: (_request, { operation, caller }) => {
      if (operation !== 'DescribeRepositories') throw notEmulated(`ecr ${operation}`);
      throw new AwsError(
        'RepositoryNotFoundException',
        `The repository does not exist in the registry with id '${caller.accountId}'`,
      );
    },
  };
}
