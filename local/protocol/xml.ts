import { entryOf } from '../entry-of.ts';

export const XML_HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** The XML namespace of each service, which the exported schemas do not carry (the client's protocolSettings do). */
const NAMESPACES: Readonly<Record<string, string>> = {
  'com.amazonaws.s3': 'http://s3.amazonaws.com/doc/2006-03-01/',
  'com.amazonaws.s3control': 'http://awss3control.amazonaws.com/doc/2018-08-20/',
  'com.amazonaws.sts': 'https://sts.amazonaws.com/doc/2011-06-15/',
  'com.amazonaws.sns': 'http://sns.amazonaws.com/doc/2010-03-31/',
  'com.amazonaws.iam': 'https://iam.amazonaws.com/doc/2010-05-08/',
  'com.amazonaws.cloudformation': 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
};

export function xmlNamespaceOf(namespace: string): string {
  const found = entryOf(NAMESPACES, namespace);
  if (found === undefined)
    throw new Error(
      `local/protocol/xml.ts names no XML namespace for ${namespace}: add it from the client's protocolSettings`,
    );
  return found;
}

/** Text content of an element, escaped. */
export function xmlText(text: string): string {
  return escapeControls(
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#x0D;'),
  );
}

/** XML has no raw control characters but tab and line ends; keys of S3 may have them all, and S3 answers them as references. */
export function escapeControls(xml: string): string {
  return xml.replace(CONTROLS, (character) => `&#x${character.charCodeAt(0).toString(16)};`);
}

const CONTROLS = /[^\P{Cc}\t\n\r]/gu;
