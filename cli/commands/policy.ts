import { defineCommand } from 'citty';

export const policy = defineCommand({
  meta: { name: 'policy', description: 'Check the policy and bring it to the functions' },
  subCommands: {
    compile: () => import('./policy-compile.ts').then(({ policyCompile }) => policyCompile),
    publish: () => import('./policy-publish.ts').then(({ policyPublish }) => policyPublish),
  },
});
