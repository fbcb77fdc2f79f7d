/** Whether a configuration is text (JSON) or binary (protobuf), told by its bytes. */

/** JSON begins so, after blanks and comment lines. No protobuf of ours does: field 1 is a number or a short message. */
const BEGINS_AS_TEXT = /^\uFEFF?\s*[{[#]/;
/** C0 control characters other than tab, line feed, form feed and carriage return; U+FFFD stands for bytes that are no UTF-8. */
// oxlint-disable-next-line no-control-regex -- binary files are told by these
const NOT_IN_TEXT = /[\u0000-\u0008\u000B\u000E-\u001F\uFFFD]/;

/** The text of a file, without a byte order mark; null where the file is binary. */
export function textOf(bytes: Uint8Array): string | null {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return BEGINS_AS_TEXT.test(text) || !NOT_IN_TEXT.test(text) ? text.replace(/^\uFEFF/, '') : null;
}
