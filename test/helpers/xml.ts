/** A strict reader of small XML texts: whatever an XML parser would refuse is an error here too. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Of this element and all below it. */
  readonly text: string;
}

interface Open {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

const token = /<\/([a-z][\w-]*)\s*>|<([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(/&([^;\s]*;?)/g, (whole, name: string) => {
    const character = named[name.replace(';', '')];
    if (character === undefined || !name.endsWith(';')) throw new Error(`bad entity ${whole}`);
    return character;
  });
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (name in found) throw new Error(`attribute ${name} twice`);
    found[name] = unescape(value);
  }
  return found;
}

/** Root element of an XML text without declaration, comments and CDATA. */
export function parseXml(text: string): XmlElement {
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const stack = [root];
  token.lastIndex = 0;
  const source = text.trim();
  while (token.lastIndex < source.length) {
    const at = token.lastIndex;
    const match = token.exec(source);
    if (!match) throw new Error(`not XML at ${at}: ${source.slice(at, at + 60)}`);
    const [, close, open, attributes, empty, content] = match;
    if (content !== undefined) stack.at(-1)!.text += unescape(content);
    if (open !== undefined) stack.push({ name: open, attributes: attributesOf(attributes!), children: [], text: '' });
    if (close === undefined && !empty) continue;
    const done = stack.pop()!;
    if (close !== undefined && done.name !== close) throw new Error(`<${done.name}> closed by </${close}>`);
    stack.at(-1)!.children.push(done);
    stack.at(-1)!.text += done.text;
  }
  if (stack.length !== 1 || root.children.length !== 1) throw new Error('not one root element');
  return root.children[0]!;
}

/** The element and all below it, in document order. */
export const descendants = (element: XmlElement): XmlElement[] => [element, ...element.children.flatMap(descendants)];

/** All elements below whose attributes have these values. */
export const select = (
  root: XmlElement,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): XmlElement[] =>
  descendants(root).filter(
    (each) => each.name === name && Object.entries(attributes).every(([key, value]) => each.attributes[key] === value),
  );

/** The one element that carries this aria-label (Plot names its groups so). */
export function labelled(root: XmlElement, label: string): XmlElement {
  const found = descendants(root).filter((each) => each.attributes['aria-label'] === label);
  if (found.length !== 1) throw new Error(`${found.length} elements are labelled ${label}`);
  return found[0]!;
}

/** [x, y] of transform="translate(x,y)". */
export function translation(element: XmlElement): [number, number] {
  const match = /^translate\(([-\d.]+),([-\d.]+)\)$/.exec(element.attributes.transform ?? '');
  if (!match) throw new Error(`no translation in ${JSON.stringify(element.attributes)}`);
  return [Number(match[1]), Number(match[2])];
}

/** Points of a path that has only M and L (and Z). */
export const pathPoints = (path: string): [number, number][] =>
  [...path.matchAll(/[ML]([-\d.]+),([-\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
