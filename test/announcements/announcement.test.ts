import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as z from 'zod';
import {
  announcement,
  type AnnouncementKind,
  detailTypeOf,
  eventDetail,
} from '../../src/announcements/announcement.ts';
import { WORDS } from '../../src/announcements/announcement-text.ts';
import { exampleAnnouncements } from './announcement-examples.ts';
import { eventOf } from './event-of.ts';

const KINDS = Object.keys(WORDS) as AnnouncementKind[];
const text = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
const schema = JSON.parse(readFileSync(new URL('../../docs/events.schema.json', import.meta.url), 'utf8'));

/** The JSON of each section by its heading. */
const documented = Object.fromEntries(
  text
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), /```json\n(.*?)```/s.exec(section)?.[1] ?? '']),
);

describe('docs/events.md', () => {
  it('shows an event of every kind', () => {
    assert.deepEqual(Object.keys(documented).sort(), KINDS.map(detailTypeOf).sort());
  });

  for (const example of exampleAnnouncements()) {
    it(`shows what the code announces: ${detailTypeOf(example.kind)}`, () => {
      assert.deepEqual(JSON.parse(documented[detailTypeOf(example.kind)] ?? ''), eventOf(example));
    });
  }
});

describe('docs/events.schema.json', () => {
  const published = z.fromJSONSchema(schema);

  it('is made from the schema of events', () => {
    const made = z.toJSONSchema(eventDetail, { io: 'input', target: 'draft-7' });
    assert.deepEqual(schema, { ...made, title: 'The detail of an event of Reseal, version 1' });
  });

  it('takes every announcement, and speaks of every member of it', () => {
    for (const example of exampleAnnouncements()) {
      assert.deepEqual(announcement.parse(example), example, example.kind);
      assert.equal(published.safeParse(eventOf(example).detail).success, true, example.kind);
    }
  });

  it('refuses an announcement that lacks what it promises', () => {
    for (const { id: _, ...example } of exampleAnnouncements()) {
      assert.equal(published.safeParse(example).success, false, example.kind);
    }
  });
});
