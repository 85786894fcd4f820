import { defineCommand } from 'citty';

export const policy = defineCommand({
  meta: { name: 'policy', description: 'Check, explain, compile and publish the policy' },
  subCommands: {
    check: () => import('./policy-check.ts').then(({ policyCheck }) => policyCheck),
    compile: () => import('./policy-compile.ts').then(({ policyCompile }) => policyCompile),
    explain: () => import('./policy-explain.ts').then(({ policyExplain }) => policyExplain),
    test: () => import('./policy-test.ts').then(({ policyTest }) => policyTest),
    publish: () => import('./policy-publish.ts').then(({ policyPublish }) => policyPublish),
  },
});
