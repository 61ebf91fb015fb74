/**
 * What each command's help begins with: how it is used.
 *
 * @module
 */

/** Examples by name of command. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  soar: `\
  deno task soar                                       ARC-AGI-1 training, embedded model
  deno task soar --tasks sample                        the bundled tasks, in seconds
  deno task soar --tasks folder --split training       your own, one task a file
  deno task soar --endpoint http://host:8000/v1 --model NAME --dry-run
  deno task soar --resume NAME                         after Ctrl-C, a crash, a lost endpoint
`,
  tail: `\
  deno task tail                               follow the candidates of the last run
  deno task tail --solved --count 1            end at the first solution
  deno task tail --gain --where "exec_ms > 50" refined beyond their parent, and slow
  deno task tail --task 007bbfb7 --grids -n 3  with input, expected and predicted grids
  deno task tail --since 5m --no-follow --json the last five minutes, one object a line
  deno task tail --template '{seq} {task} {outcome}'
`,
  sql: `\
  deno task sql "FROM learning_curve"          what each generation solves
  deno task sql @lineage 007bbfb7              a named query and its value; --examples lists all
  deno task sql --schema programs              columns; --schema alone: all tables
  deno task sql -f query.sql --format jsonl    box, csv, json, jsonl, markdown
  deno task sql @failures -o failures.parquet  to a file

Reads only, live or finished. A value given as text is put in as a literal.
`,
  runs: `\
  deno task runs ls                            what there is, its state and size
  deno task runs rm NAME                       delete one; a running one is refused
`,
  dash: `\
  deno task dash                               the last run in the browser; live runs follow
  deno task dash --run NAME --port 8010        another run, on a port of one's choice
  deno task export --dashboard DIR             a frozen copy for any static server
`,
  control: `\
  deno task control pause                      the last run, if it is live; resume goes on
  deno task control stop-task 007bbfb7         no more requests for this task
  deno task control budget samples=72 refinements=24    a task, from the next generation on
  deno task control budget total_tokens=5000000         also total_programs, _requests, _money
`,
  report: `\
  deno task report                             report.html and report.md in the run's folder
  deno task report NAME -o page.html           one self-contained page
  deno task report NAME --iid OTHER            beside a run that sampled as much alone
`,
  vote: `\
  deno task vote RUN                           vote again, offline
  deno task vote A B --first 100,1000 --c 0,1000
`,
  submit: `\
  deno task submit NAME -o submission.json     two attempts a test input, Kaggle's form
  deno task submit --explain                   of the last run: who voted for what, with which weight
`,
  export: `\
  deno task export --archive -o archive.parquet             in SOAR's published columns
  deno task export --table programs -o programs.jsonl       a whole table
  deno task export --query "FROM task_status" -o status.csv
  deno task export --snapshot -o run.duckdb                 the whole run, for DuckDB 1.2 and later
`,
  import: `\
  deno task import archive.parquet --tasks arc-agi-1:training --run pooled
  deno task sql --run pooled "FROM archive LIMIT 3"         ask it
  deno task soar --resume pooled                            confirm its programs, vote, submit
`,
  exec: `\
  deno task exec programs.jsonl --tasks sample score {"task_id","code"} lines
  deno task exec programs.jsonl --tasks arc-agi-1:training --engine wasm
`,
  model: `\
  deno task model                              the embedded model for other programs
  deno task model --weights runs/NAME/models/g002 --port 8000
`,
  train: `\
  deno task train --shards runs/NAME/shards/g001 --out models/g001
  deno task train --pool a,b --out models/pooled   the shortest right programs of several runs
`,
  "trainer-setup": `\
  deno task trainer:setup                      makes .venv-trainer, once
`,
  shards: `\
  deno task shards runs/NAME/shards/g001       check every file against its manifest
`,
  doctor: `\
  deno task doctor                             what holds on this machine; attacks both sandboxes
  deno task doctor --endpoint http://host:8000/v1 --model NAME
`,
  new: `\
  deno task new                                a soar.toml with every field explained
`,
  work: `\
  deno task work --nats nats://host:4222       run programs for a search on another host
`,
};
