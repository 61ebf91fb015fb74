/**
 * What each command's help begins with: how it is used.
 *
 * @module
 */

export const SQL_EXAMPLES =
  `  deno task sql "FROM learning_curve"          what each generation solves
  deno task sql @lineage 007bbfb7              a named query and its value; --examples lists all
  deno task sql --schema programs              columns; --schema alone: all tables
  deno task sql -f query.sql --format jsonl    box, csv, json, jsonl, markdown
  deno task sql @failures -o failures.parquet  to a file

Reads only, live or finished. A value given as text is put in as a literal.
`;

export const TAIL_EXAMPLES =
  `  deno task tail                               follow the candidates of the last run
  deno task tail --solved --count 1            end at the first solution
  deno task tail --gain --where "exec_ms > 50" refined beyond their parent, and slow
  deno task tail --task 007bbfb7 --grids -n 3  with input, expected and predicted grids
  deno task tail --since 5m --no-follow --json the last five minutes, one object a line
  deno task tail --template '{seq} {task} {outcome}'
`;

export const RUNS_EXAMPLES =
  `  deno task runs ls                            what there is, its state and size
  deno task runs rm NAME                       delete one; a running one is refused
`;

export const EXPORT_EXAMPLES =
  `  deno task export --archive -o archive.parquet             in SOAR's published columns
  deno task export --table programs -o programs.jsonl       a whole table
  deno task export --query "FROM task_status" -o status.csv
  deno task export --snapshot -o run.duckdb                 the whole run, for any DuckDB
`;

export const IMPORT_EXAMPLES =
  `  deno task import archive.parquet --tasks arc-agi-1:training --run pooled
  deno task sql --run pooled "FROM archive LIMIT 3"         ask it
  deno task soar --resume pooled                            confirm its programs, vote, submit
`;

export const REPORT_EXAMPLES =
  `  deno task report                             report.html and report.md in the run's folder
  deno task report --run NAME -o page.html     one self-contained page
`;
