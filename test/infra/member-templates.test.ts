import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memberTemplate } from './member-template.ts';
import { packaged } from './packaged-template.ts';

const contained = { roles: memberTemplate('roles'), region: memberTemplate('region') };
const templates = { ...contained, management: memberTemplate('management') };

describe('the member templates', () => {
  for (const [name, template] of Object.entries(templates)) {
    it(`can be deployed alone: ${name}.yml refers to nothing outside`, () => {
      const text = JSON.stringify(template);
      const refs = [...text.matchAll(/"Ref":"([\w:]+)"/g), ...text.matchAll(/\$\{([\w:]+)(?:\.\w+)?\}/g)];
      const gets = [...text.matchAll(/"Fn::GetAtt":\["(\w+)"/g)];
      const conditions = [...text.matchAll(/"Fn::If":\["(\w+)"/g), ...text.matchAll(/"Condition":"(\w+)"/g)];
      // Of `Fn::Sub: [text, { name: value }]`; no value here has a brace of its own but those of functions.
      const given = [...text.matchAll(/"Fn::Sub":\["[^"]*",\{"(\w+)":.*?\},"(\w+)":/g)].flatMap(
        ([, ...names]) => names,
      );
      const known = [...Object.keys(template.Parameters), ...Object.keys(template.Resources), ...given];
      const unknown = [...refs, ...gets]
        .map(([, id = '']) => id)
        .filter((id) => !id.startsWith('AWS::') && !known.includes(id));
      assert.deepEqual(unknown, []);
      const conditionsKnown = Object.keys(template.Conditions);
      assert.deepEqual(
        conditions.map(([, id = '']) => id).filter((id) => !conditionsKnown.includes(id)),
        [],
      );
    });

    it(`use every parameter and condition of theirs: ${name}.yml`, () => {
      const { Parameters, Conditions, ...rest } = template;
      const text = JSON.stringify([Conditions, rest]);
      assert.deepEqual(
        Object.keys(Parameters).filter((id) => !text.includes(`"Ref":"${id}"`) && !text.includes(`\${${id}}`)),
        [],
      );
      assert.deepEqual(
        Object.keys(Conditions).filter(
          (id) => !text.includes(`"Fn::If":["${id}"`) && !text.includes(`"Condition":"${id}"`),
        ),
        [],
      );
    });
  }

  for (const [name, template] of Object.entries(contained)) {
    it(`are contained in the hub's stack as they are: ${name}.yml`, () => {
      for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
        assert.deepEqual([packaged.Resources[id]?.Type, packaged.Resources[id]?.Properties], [Type, Properties], id);
      }
      for (const [id, parameter] of Object.entries(template.Parameters))
        assert.deepEqual(packaged.Parameters[id], parameter, id);
    });
  }

  it('hold no queue, alarm, function, table or topic', () => {
    const types = Object.values(templates).flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));
    assert.deepEqual([...new Set(types)].sort(), [
      'AWS::Events::Rule',
      'AWS::IAM::Role',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
    ]);
  });
});
