/** Text and elements that are safe in HTML and in XML. */

/** Control characters (C0, C1) and halves of surrogate pairs: not allowed in XML, or able to steer a terminal. */
const unprintable = /[^\P{Cc}\n\t]|[\ufffe\uffff]|\p{Surrogate}/gu;

/** Replaces what cannot be shown by U+FFFD; line feeds and tabs stay. */
export const printable = (text: string): string => text.replace(unprintable, '\ufffd');

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for element content and double-quoted attributes. */
export const escapeXml = (text: string): string =>
  printable(text).replace(/[&<>"]/g, (character) => entities[character]!);

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element from attributes (escaped here; absent where undefined) and children that already are markup. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? coordinate(value) : escapeXml(String(value))}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

/** Pixels to two decimals: finer differences are invisible and make files larger. */
export const coordinate = (value: number): string => String(Math.round(value * 100) / 100);
