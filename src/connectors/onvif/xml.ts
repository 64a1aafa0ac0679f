import { SaxesParser } from 'saxes';
import { NS } from './names.ts';

/** An element by its namespace; text is trimmed. `scope` says what prefixes mean within it, for names that stand in text (QNames). */
export type Element = { ns: string; name: string; attributes: Readonly<Record<string, string>>; children: Element[]; text: string; scope: Scope };
export type Scope = { own: Readonly<Record<string, string>>; above: Scope | null };

/** What stops a document from being read: whoever answers at a camera's address may send anything. */
export const XML_LIMITS = { characters: 1_048_576, depth: 48, elements: 20_000, attributes: 64 } as const;

const BYTE_ORDER_MARK = '\uFEFF';
const DECLARES = /<!(?:DOCTYPE|ENTITY)/i;

/** Reads a document by namespaces (XML 1.0, Namespaces in XML 1.0). A document type, and with it every entity of its own, is refused before anything is read. */
export function readXml(text: string): { ok: true; root: Element } | { ok: false; reason: string } {
  if (text.length > XML_LIMITS.characters) return { ok: false, reason: 'It is too long.' };
  if (DECLARES.test(text)) return { ok: false, reason: 'It has a document type (DOCTYPE), which is never read.' };
  const reading = new Reading();
  try {
    reading.take(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch (error) {
    return { ok: false, reason: error instanceof TooMuch ? error.message : 'It is not well-formed XML.' };
  }
  return reading.root ? { ok: true, root: reading.root } : { ok: false, reason: 'It is empty.' };
}

// Devices are about that leave a usual prefix undeclared; what a document declares itself stands over these.
const USUAL = { ...NS, env: NS.s, soap: NS.s, soapenv: NS.s, 'SOAP-ENV': NS.s, wsa5: NS.wsa };

class TooMuch extends Error {}

class Reading {
  root: Element | null = null;
  readonly #open: Element[] = [];
  #elements = 0;

  take(text: string): void {
    const parser = new SaxesParser({ xmlns: true, additionalNamespaces: USUAL });
    parser.on('error', (error) => { throw error; });
    parser.on('opentag', (tag) => {
      const attributes = Object.values(tag.attributes);
      if (++this.#elements > XML_LIMITS.elements || this.#open.length >= XML_LIMITS.depth || attributes.length > XML_LIMITS.attributes) throw new TooMuch('It has too many elements, or they stand too deep.');
      const above = this.#open.at(-1);
      const made: Element = {
        ns: tag.uri, name: tag.local, children: [], text: '', scope: { own: tag.ns, above: above?.scope ?? null },
        attributes: Object.fromEntries(attributes.filter(({ prefix, name }) => prefix !== 'xmlns' && name !== 'xmlns').map(({ local, value }) => [local, value])),
      };
      if (above) above.children.push(made);
      else this.root = made;
      this.#open.push(made);
    });
    const add = (more: string): void => {
      const inner = this.#open.at(-1);
      if (inner) inner.text += more;
    };
    parser.on('text', add);
    parser.on('cdata', add);
    parser.on('closetag', () => {
      const closed = this.#open.pop();
      if (closed) closed.text = closed.text.trim();
    });
    parser.write(text).close();
  }
}

/** The first child of that namespace and name. */
export const childOf = (element: Element | undefined, ns: string, name: string): Element | undefined => element?.children.find((child) => child.ns === ns && child.name === name);

export const childrenOf = (element: Element | undefined, ns: string, name: string): Element[] => element?.children.filter((child) => child.ns === ns && child.name === name) ?? [];

/** Down a path of names of one namespace. */
export const under = (element: Element | undefined, ns: string, ...names: readonly string[]): Element | undefined => names.reduce<Element | undefined>((at, name) => childOf(at, ns, name), element);

/** What a prefix means at an element; undefined where it is not declared. */
export function namespaceOf({ scope }: Element, prefix: string): string | undefined {
  for (let at: Scope | null = scope; at; at = at.above) {
    const found = at.own[prefix];
    if (found !== undefined) return found;
  }
  return undefined;
}

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
// What XML 1.0 §2.2 has no place for is left out: no text of ours needs it.
// oxlint-disable-next-line no-control-regex
const NO_CHARACTER = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

/** Text as it stands in an element or a quoted attribute. */
export const escapeXml = (text: string): string => text.replace(NO_CHARACTER, '').replace(/[&<>"']/g, (sign) => NAMED[sign] ?? sign);

/** The element written anew, each with its namespace as the default one: what it means no longer hangs on what stood around it. */
export function writeXml({ ns, name, attributes, children, text }: Element, around?: string): string {
  const head = `${name}${ns === around ? '' : ` xmlns="${escapeXml(ns)}"`}${Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`).join('')}`;
  const inner = children.length > 0 ? children.map((child) => writeXml(child, ns)).join('') : escapeXml(text);
  return inner === '' ? `<${head}/>` : `<${head}>${inner}</${name}>`;
}
