import { type Document, isMap, isPair, isSeq, parseDocument, visit } from 'yaml';
import { describeValue } from '../../src/problem.ts';
import type { Placed } from './placed.ts';

/** A slip of one sign, for which YAML blames another line or nothing at all. */
interface Slip {
  form: RegExp;
  mended: string;
  expected: string;
}

/** ARNs and names of actions are text with a colon too. */
const KEY = /(?!(?:arn|aws|kms|s3|https?):)[A-Za-z][\w.-]*/.source;

const NO_COLON = 'a space after the colon';
const NO_SPACE = 'a space after the - of a list item';
const NO_HYPHEN = 'a plain hyphen (-) in front of a list item';

const AT_LINE_START: readonly Slip[] = [
  { form: new RegExp(`^(\\s*(?:- +)*${KEY}:)([^\\s:/].*)$`), mended: '$1 $2', expected: NO_COLON },
  { form: /^(\s*-)([^\s-].*)$/, mended: '$1 $2', expected: NO_SPACE },
  { form: /^(\s*)[\u2010-\u2015\u2212](\s.*)$/, mended: '$1-$2', expected: NO_HYPHEN },
  { form: new RegExp(`^(\\s*(?:- +)*${KEY})( +[{[].*)$`), mended: '$1:$2', expected: 'a colon after the key' },
];

/** The slips of a text that is no YAML: they are to blame where the text is better without them. */
export function slipsOf(source: string, errors: number): Placed[] {
  const slips: Placed[] = [];
  let start = 0;
  const mended = source.split('\n').map((whole) => {
    const line = whole.replace(/\r$/, '');
    const offset = start + Math.max(0, line.search(/\S/));
    start += whole.length + 1;
    const slip = AT_LINE_START.find(({ form }) => form.test(line));
    if (slip === undefined) return line;
    slips.push({ path: [], expected: slip.expected, found: describeValue(line.trim()), offset });
    return line.replace(slip.form, slip.mended);
  });
  if (slips.length === 0) return [];
  const left = parseDocument(mended.join('\n'), { prettyErrors: false, stringKeys: true }).errors.length;
  return left < errors ? slips : [];
}

/** The same in a text that is YAML by chance, and means something else. */
export function misreadSlips(content: Document.Parsed, source: string): Placed[] {
  const slips: Placed[] = [];
  const told = (expected: string, text: string, offset: number) =>
    slips.push({ path: [], expected, found: describeValue(text), offset });
  visit(content, {
    Scalar(_, node, ancestors) {
      if (node.type !== 'PLAIN' || !node.range) return;
      const [from, to] = node.range;
      const text = source.slice(from, to);
      const parent = ancestors.at(-1);
      if (isPair(parent) && parent.key === node) {
        if (/^-[^\s-]/.test(text)) told(NO_SPACE, text, from);
        if (parent.value === null && isInFlow(ancestors) && ENTRY.test(text)) told(NO_COLON, text, from);
      } else if (isSeq(parent)) {
        const second = text.search(/(?<=\n[ \t]*)- /);
        if (ITEM.test(text)) told(NO_COLON, text, from);
        if (second !== -1)
          told('the - of all items of a list right under each other', text.slice(second), from + second);
      } else if (beginsLine(source, from)) {
        if (/^-[^\s\d-]/.test(text)) told(NO_SPACE, text, from);
        if (/^[\u2010-\u2015\u2212]\s/.test(text)) told(NO_HYPHEN, text, from);
      }
    },
  });
  return slips;
}

const ITEM = /^(?:name|bucket|reason|owner|when):\S/;
const ENTRY = new RegExp(`^${KEY}:\\S`);

function isInFlow(ancestors: readonly unknown[]): boolean {
  return ancestors.some((each) => isMap(each) && each.flow === true);
}

function beginsLine(source: string, offset: number): boolean {
  return source.slice(source.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
}
