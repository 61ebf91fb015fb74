/**
 * A disk that fills up: the run stops saying so, and goes on once there is room.
 *
 * The disk is a small tmpfs in a mount namespace of its own, which needs a kernel that lets this user
 * make one.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { FaultyRuns } from "./faulty_run.ts";

/** Holds a part of the undisturbed journal, which is longer. */
const SMALL = "300k";

/** How a mount namespace is made: as root, else with a user namespace; or why there can be none. */
function namespaces(): { readonly flags: string | null; readonly reason: string } {
  let reason = "";
  for (const flags of ["-m", "-Urm"]) {
    try {
      const args = [flags, "mount", "-t", "tmpfs", "tmpfs", "/mnt"];
      const { success, stderr } = new Deno.Command("unshare", { args }).outputSync();
      if (success) return { flags, reason };
      reason = new TextDecoder().decode(stderr).trim();
    } catch (error) {
      reason = String(error);
    }
  }
  return { flags: null, reason };
}

const { flags, reason } = namespaces();
const skipped = flags === null ? ` (skipped: ${reason})` : "";

/** Both lives of the run, since the disk ends with the shell. */
const SCRIPT = `
  mount -t tmpfs -o size=${SMALL} tmpfs "$DISK" || exit 90
  export SOAR_RUNS="$DISK"
  "$DENO" run --quiet --no-prompt -A "$MAIN" "$@"; echo "first life: $?" >&2
  mount -o remount,size=64m "$DISK" || exit 91
  "$DENO" run --quiet --no-prompt -A "$MAIN" soar --resume full; code=$?
  cp -r "$DISK/full" "$RUNS/full"
  exit $code`;

Deno.test({
  name:
    `a full disk ends the run with the reason; with room it goes on to the same archive${skipped}`,
  ignore: flags === null,
  async fn() {
    await using runs = await FaultyRuns.open();
    const disk = `${runs.line.runs}/disk`;
    Deno.mkdirSync(disk);
    const { code, stderr } = await new Deno.Command("unshare", {
      args: [flags!, "sh", "-c", SCRIPT, "sh", ...runs.beginning("full")],
      cwd: fileURLToPath(new URL("../../", import.meta.url)),
      env: {
        DISK: disk,
        RUNS: runs.line.runs,
        DENO: Deno.execPath(),
        MAIN: fileURLToPath(new URL("../../cli/main.ts", import.meta.url)),
        NO_COLOR: "1",
      },
    }).output();
    const said = new TextDecoder().decode(stderr);
    assertMatch(said, /cannot write the journal .*(disk is full|No space left on device)/);
    assertStringIncludes(said, "first life: 1");
    assertEquals(code, 0, said);
    runs.compare("full");
  },
});
