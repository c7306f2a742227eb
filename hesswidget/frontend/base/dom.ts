/** Small helpers to build elements. Text is always set as text, never as markup. */

const SVG = "http://www.w3.org/2000/svg";
type Attributes = Record<string, string | number | boolean | null | undefined>;

export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    const text = value === true ? "" : String(value);
    if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== text) element.setAttribute(name, text); // else nothing is laid out anew
  }
}

/** Have exactly `count` children, made by `make` where there are too few; the same elements from one picture to the next. */
export function join<E extends Element>(parent: Element, count: number, make: (i: number) => E): E[] {
  while (parent.children.length > count) parent.lastElementChild!.remove();
  while (parent.children.length < count) parent.append(make(parent.children.length));
  return [...parent.children] as E[];
}

export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag) as SVGElementTagNameMap[K];
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

/** A button, which keeps the notebook's shortcuts off itself. */
export function button(attributes: Attributes, ...children: (Node | string)[]): HTMLButtonElement {
  return html("button", { type: "button", ...SUPPRESS_NOTEBOOK_SHORTCUTS, ...attributes }, ...children);
}

/** Set an element's text if it differs, so that nothing is laid out or announced without need. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * The attribute that keeps a notebook's shortcuts off a focused control: without it arrow keys do nothing there and
 * `d d` deletes the cell. It has to be on the focusable element itself.
 */
export const SUPPRESS_NOTEBOOK_SHORTCUTS = { "data-lm-suppress-shortcuts": "true" };
