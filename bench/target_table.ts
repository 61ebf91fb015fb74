/**
 * Figures printed beside their targets.
 *
 * @module
 */

/** Prints one figure, and whether it meets its target where there is one. */
export function printFigure(
  what: string,
  value: number,
  unit: string,
  target?: { readonly least: number } | { readonly most: number },
): void {
  const shown = value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
  let beside = "";
  if (target) {
    const [word, bound, isMet] = "least" in target
      ? ["at least", target.least, value >= target.least]
      : ["at most", target.most, value <= target.most];
    beside = `   target ${word} ${bound.toLocaleString("en")} ${unit}: ${isMet ? "met" : "MISSED"}`;
  }
  console.log(`${what.padEnd(44)} ${shown.padStart(10)} ${unit.padEnd(12)}${beside}`);
}

/** The number behind `--programs`, or a default. Exits with 2 when it is none. */
export function programsAsked(fallback: number): number {
  const at = Deno.args.indexOf("--programs");
  const programs = at < 0 ? fallback : Number(Deno.args[at + 1]);
  if (Number.isInteger(programs) && programs > 0) return programs;
  console.error(`--programs ${Deno.args[at + 1]}: expected a whole number from 1`);
  Deno.exit(2);
}
