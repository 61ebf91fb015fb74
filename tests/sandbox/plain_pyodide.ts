/**
 * Runs programs in a plain Pyodide, in a Deno that may do all: the control of attacks on the bridge.
 * Its argument is a plan as in naive_runner.py; it prints as that does, with nothing to compare.
 */
import { loadPyodide } from "pyodide/pyodide.mjs";

const { programs } = JSON.parse(await Deno.readTextFile(Deno.args[0]));
const pyodide = await loadPyodide();
console.log("started");
for (const code of programs) {
  try {
    console.log(pyodide.runPython(`${code}\nstr(transform([[1]]))`));
  } catch (error) {
    console.log(String(error).trim().split("\n").at(-1));
  }
}
// What an attack has set off may still happen.
await new Promise((resolve) => setTimeout(resolve, 300));
const inspector = await fetch("http://127.0.0.1:9229/json").then((one) => one.ok, () => false);
if (inspector) console.log("the inspector listens");
console.log("failed");
Deno.exit(0);
