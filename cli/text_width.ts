/**
 * How wide a text stands on a terminal, and how it is cut to a width.
 *
 * @module
 */

/** Characters two columns wide: emoji (the squares of `grid()` among them) and East Asian scripts. */
const WIDE =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60]/u;

/** Characters that stand upon the one before them. */
const NARROW = /[\p{M}\u200b-\u200d\ufe00-\ufe0f]/u;

/** Columns that a text of one line takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** The text, or its beginning and an ellipsis where it is wider. */
export function cutToWidth(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let width = 0;
  let kept = "";
  for (const character of text) {
    width += widthOf(character);
    if (width >= columns) break;
    kept += character;
  }
  return `${kept}…`;
}

function widthOf(character: string): number {
  if (NARROW.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
