import type { ExpectedFact } from './expected-triggers.ts';

const of = (event: string, regions?: string[]): ExpectedFact => ({
  parser: 'membership',
  trigger: {
    accounts: ['444455556666'],
    heard: { event, at: '2026-11-02T10:15:30Z' },
    ...(regions === undefined ? {} : { regions }),
  },
});

export const EXPECTED_ACCOUNT_FACTS: Readonly<Record<string, ExpectedFact>> = {
  'membership/accept-handshake.json': of('AcceptHandshake'),
  'membership/create-account-failed.json': {
    parser: 'membership',
    trigger: { ignored: 'CreateAccountResult names no account' },
  },
  'membership/create-account-result.json': of('CreateAccountResult'),
  'membership/create-managed-account.json': of('CreateManagedAccount'),
  'membership/move-account.json': of('MoveAccount'),
  'membership/region-enabled.json': of('Region Opt-In Status Change (ap-east-1 ENABLED)', ['ap-east-1']),
  // The rules do not match it: it says that the change is under way.
  'membership/region-enabling.json': of('Region Opt-In Status Change (ap-east-1 ENABLING)'),
};
