/**
 * Variables that hold the keys of endpoints. They are read for that alone, so they may have any name,
 * one that looks like a setting (`SOAR_HOSTED_KEY`) among them.
 *
 * @module
 */

/** What `model.api_key_env` and `model.N.api_key_env` name in file, environment and `--set`. */
export function keyVariables(
  file: Readonly<Record<string, unknown>>,
  set: readonly string[],
  environment: Readonly<Record<string, string>>,
): ReadonlySet<unknown> {
  const inFile = [file.model].flat()
    .map((table) => (table as { api_key_env?: unknown } | undefined)?.api_key_env);
  const inEnvironment = Object.entries(environment)
    .flatMap(([name, value]) => /^SOAR_MODEL_(\d+_)?API_KEY_ENV$/.test(name) ? [value] : []);
  const inSet = set.flatMap((text) => {
    const value = /^model\.(?:\d{1,2}\.)?api_key_env=(.*)$/s.exec(text)?.[1];
    return value === undefined ? [] : [value.replace(/^(["'])(.*)\1$/s, "$2")];
  });
  return new Set([...inFile, ...inEnvironment, ...inSet]);
}
