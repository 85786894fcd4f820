const KEY_BYTES = 1024;

/** What breaks tools that write keys into CSV, XML or addresses without encoding them, or encode them twice. */
const ODD = [
  'with space + plus, comma',
  '"quoted" and ""doubled""',
  'line\nbreak',
  'carriage\r\nreturn',
  'tab\tand \\backslash',
  '100 % and %20 and %2520',
  'a&b=c?d#e;f',
  '<tag attribute="x">&amp;',
  'émoji 🔐 and 日本語',
  "apostrophe's and `ticks`",
  '../up/./and//twice',
  'ends with a space ',
  '=SUM(A1:A9)',
  'null',
  '*wild[card]{brace}~|^',
  'versionId=null&x',
];

/** Keys below a folder, of 1,024 bytes (the most that S3 takes) every other time. */
export function oddKeys(folder: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const odd = ODD[at % ODD.length] ?? '';
    const key = `${folder}/${at}/${odd}`;
    return at % 2 === 0 ? key : padded(key);
  });
}

/** As long as S3 lets it be, with a character of three bytes wherever one fits. */
function padded(key: string): string {
  const missing = KEY_BYTES - Buffer.byteLength(key);
  return `${key}${'x'.repeat(missing % 3)}${'語'.repeat(Math.floor(missing / 3))}`;
}
