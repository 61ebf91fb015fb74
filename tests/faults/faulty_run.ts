/**
 * Runs of the command line that are disturbed, and what must hold of them afterwards.
 */
import { assert, assertEquals } from "@std/assert";
import { differingRows, readJournal, RunDirectory } from "../../mod.ts";
import { readRun } from "../../cli/read_run.ts";
import { CommandLine, type Ended } from "../cli/command.ts";
import { ScriptedServer } from "./scripted_server.ts";

/** Whether the long forms are asked for (`deno task test:faults`). */
export const FULL = Deno.env.get("SOAR_FAULTS") === "full";

/** Two generations over six tasks, some 430 programs; the same archive whatever happens. */
const FLAGS = [
  "--tasks",
  "sample#6",
  "--deterministic",
  "--generations",
  "2",
  "--samples",
  "24",
  "--refinements",
  "12",
  "--set",
  "budget.completions_per_call=4",
];

/** Runs upon one model server, each compared with one that nothing disturbed. */
export class FaultyRuns implements AsyncDisposable {
  readonly line = new CommandLine();
  readonly server = new ScriptedServer();
  /** Bytes of the undisturbed journal. */
  #bytes = 0;

  private constructor() {}

  /** Makes the undisturbed run. */
  static async open(): Promise<FaultyRuns> {
    const runs = new FaultyRuns();
    succeeded(await runs.begin("whole").ended);
    runs.#bytes = Deno.statSync(`${runs.directory("whole").journal}/000001.jsonl`).size;
    return runs;
  }

  directory(run: string): RunDirectory {
    return new RunDirectory(this.line.runs, run);
  }

  begin(run: string) {
    return this.line.start(...this.beginning(run));
  }

  /** Arguments that begin a run. */
  beginning(run: string): string[] {
    return ["soar", "--run", run, "--endpoint", this.server.url, "--model", "scripted", ...FLAGS];
  }

  goOn(run: string) {
    return this.line.start("soar", "--resume", run);
  }

  /** Resolves when a run's journal holds this share of the undisturbed one's bytes, or it ended. */
  async grown(run: string, share: number, ended: Promise<Ended>): Promise<void> {
    await this.line.grown(run, share * this.#bytes, ended);
  }

  /** Resumes to the end; no reply that can be read may be asked for again. */
  async finish(run: string): Promise<Ended> {
    const replied = this.#repliedSeeds(run);
    const before = this.server.seeds.length;
    const ended = await this.goOn(run).ended;
    succeeded(ended);
    const again = this.server.seeds.slice(before).filter((seed) => replied.has(seed));
    assertEquals(again, [], "a journalled reply was asked for again");
    return ended;
  }

  /** Holds a run against the undisturbed one. */
  compare(run: string): void {
    const archives = [run, "whole"].map((name) => readRun(this.directory(name)).archive);
    assertEquals(differingRows(archives[0], archives[1]), []);
    assert(archives[0].size > 300, `${archives[0].size} programs`);
  }

  records(run: string) {
    return [...readJournal(this.directory(run).journal)].map(({ record }) => record);
  }

  /** Requests whose end is not journalled. */
  unanswered(run: string): number {
    const { archive } = readRun(this.directory(run));
    return [...archive.calls()].filter(({ ended, waiting }) => !ended && !waiting).length;
  }

  /** Requests made beyond the first of each seed; the probe asks with a seed of its own. */
  repeats(from: number): number {
    const { archive } = readRun(this.directory("whole"));
    const own = new Set([...archive.calls()].map(({ call }) => call.seed));
    const asked = this.server.seeds.slice(from).filter((seed) => own.has(seed));
    return asked.length - new Set(asked).size;
  }

  #repliedSeeds(run: string): Set<number> {
    const { archive } = readRun(this.directory(run));
    return new Set(
      [...archive.calls()].filter(({ waiting }) => waiting).map(({ call }) => call.seed),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

/** @throws AssertionError with what the command said */
export function succeeded({ code, stderr }: Ended): void {
  assertEquals(code, 0, stderr);
}
