/** A trainer in place of torch, for whole runs that fine-tune. */
import type { CommandLine } from "./command.ts";

/** Keeps the contract of `python -m soar_trainer`; fails as told by a file beside it. */
const STAND_IN = `#!/usr/bin/env python3
import argparse, json, os, sys
parser = argparse.ArgumentParser()
parser.add_argument("--shards", nargs="+")
parser.add_argument("--out")
flags, _ = parser.parse_known_args(sys.argv[3:])
shards, out = flags.shards[0], flags.out
if os.path.exists(sys.argv[0] + ".fail"):
    sys.exit("CUDA out of memory")
rows = json.load(open(shards + "/manifest.json"))["rows"]
print("{'loss': 1.5}")
print(json.dumps({"event": "rows", "rows": rows, "tokens": 9, "overlong": 0}))
print(json.dumps({"event": "step", "step": 1, "steps": 1, "loss": 1.5}))
os.makedirs(out, exist_ok=True)
report = {"rows": rows, "skipped": 0, "loss": [{"step": 1, "loss": 1.5}], "argv": sys.argv[1:]}
json.dump(report, open(out + "/training.json", "w"))
open(out + "/READY", "w").write("{}")
`;

/** Writes it beside the runs; resolves with its path, for `train.python`. */
export async function standInTrainer({ runs }: CommandLine): Promise<string> {
  const python = `${runs}/python`;
  await Deno.writeTextFile(python, STAND_IN, { mode: 0o755 });
  return python;
}
