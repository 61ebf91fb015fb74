/**
 * How the command was called, so that what is said next can be typed as it stands: by `deno task` in
 * the project's folder, or as the installed command `soar` in any.
 *
 * @module
 */

/** Whether installed.ts was started. */
export function isInstalled(): boolean {
  return Deno.mainModule.endsWith("/cli/installed.ts");
}

/** A text whose commands are written as `deno task …`, as this user would type them. */
export function asInvoked(text: string, installed: boolean = isInstalled()): string {
  if (!installed) return text;
  return text.replaceAll(/\bdeno task soar\b/g, "soar").replaceAll(/\bdeno task (?=\w)/g, "soar ");
}
