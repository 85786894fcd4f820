'use strict';
// An esbuild plugin (serverless.yml, `plugins`; serverless-esbuild requires it, so it is CommonJS). The SDK's schemas name every member by a
// computed key, `{ [_http]: ... }`, which a bundler may not drop, so one command brings the schemas of its whole service. With the keys written
// out, nothing changes but that what no command uses falls away: a seventh of each bundle.
const { readFileSync } = require('node:fs');

const CONSTANT = /^const (_\w+) = ("[^"\n]*");$/gm;
const COMPUTED_KEY = /\[(_\w+)\]:/g;

// A finding of Security Hub has a schema of 109 kB, mostly of what AWS's own resources are like. As a document (15, `DocumentSchema` of
// @smithy/types) its members are written as they are, and all that Reseal's findings have are texts, lists and mappings.
const FINDING = '() => AwsSecurityFinding$';
const DOCUMENT = '15';

/** The same module with the constants in its computed keys written out; a name that is no such constant stays. */
function withPlainKeys(text) {
  const values = new Map(Array.from(text.matchAll(CONSTANT), ([, name, value]) => [name, value]));
  return text
    .replaceAll(COMPUTED_KEY, (whole, name) => (values.has(name) ? `${values.get(name)}:` : whole))
    .replaceAll(FINDING, DOCUMENT);
}

module.exports = [
  {
    name: 'sdk-tree-shaking',
    setup(build) {
      build.onLoad(
        { filter: /@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/ },
        ({ path }) => ({
          contents: withPlainKeys(readFileSync(path, 'utf8')),
          loader: 'js',
        }),
      );
      // Clients read nothing of their package.json but the version.
      build.onLoad({ filter: /@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/ }, ({ path }) => ({
        contents: JSON.stringify({ version: JSON.parse(readFileSync(path, 'utf8')).version }),
        loader: 'json',
      }));
    },
  },
];
