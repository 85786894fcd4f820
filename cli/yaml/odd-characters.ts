/** Characters that look like others: word processors and web pages bring them. What they are called, and what belongs there. */
const ODD: readonly { form: RegExp; name: string; instead: string }[] = [
  { form: /[\u2018-\u201F\u00AB\u00BB]/, name: 'typographic quotes', instead: `' or "` },
  { form: /[\u00A0\u2000-\u200A\u202F\u205F\u3000]/, name: 'a no-break or other special space', instead: 'a space' },
  { form: /[\u200B-\u200D\u2060\uFEFF]/, name: 'an invisible character', instead: 'nothing' },
  { form: /[\u2010-\u2015\u2212]/, name: 'a dash that is no hyphen', instead: '-' },
];

/** `, with typographic quotes (U+201C) in it: write ' or "` where a text has such characters, else nothing. */
export function oddCharacters(text: string): string {
  const told = ODD.flatMap(({ form, name, instead }) => {
    const [found] = form.exec(text) ?? [];
    if (found === undefined) return [];
    const point = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return [`${name} (U+${point}) in it: write ${instead} instead`];
  });
  return told.length === 0 ? '' : `, with ${told.join(', and ')}`;
}
