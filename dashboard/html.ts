/**
 * Templates: the one door of htm and preact's `h`.
 *
 * @module
 */
import htm from "htm";
import { h, type VNode } from "preact";

/** What a component gives. */
export type View = VNode | VNode[] | null;

/** htm is a function; its types, read as CommonJS, say it is a module that holds one. */
type Htm = (this: typeof h, strings: TemplateStringsArray, ...values: unknown[]) => unknown;

/** A template as a view; whatever is put in is text, never markup. */
export const html = (htm as unknown as Htm).bind(h) as (
  strings: TemplateStringsArray,
  ...values: unknown[]
) => VNode;
