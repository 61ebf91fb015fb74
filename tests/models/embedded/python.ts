/** One Python process for a test: runs calls of emitted functions, or whole programs. */

/** Starts `python3`, feeds it a script and lines of JSON, and returns its lines of JSON. */
export async function runPython(script: string, lines: readonly unknown[]): Promise<unknown[]> {
  const process = new Deno.Command("python3", {
    args: ["-I", "-S", "-c", script],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const input = new Blob([lines.map((line) => JSON.stringify(line) + "\n").join("")]);
  const [output] = await Promise.all([process.output(), input.stream().pipeTo(process.stdin)]);
  if (!output.success) throw new Error(`python3 ended with ${output.code}`);
  const text = new TextDecoder().decode(output.stdout);
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
