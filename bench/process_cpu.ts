/**
 * Processor time of this process and all that it has started, asked through Python: Deno itself may
 * not look into /proc without all permissions.
 *
 * @module
 */

const CODE = `
import os, sys

def stat(pid):
    try:
        with open("/proc/%d/stat" % pid) as text:
            return text.read().rpartition(")")[2].split()
    except OSError:
        return None

stats = {pid: stat(pid) for pid in map(int, filter(str.isdigit, os.listdir("/proc")))}
children = {}
for pid, fields in stats.items():
    if fields:
        children.setdefault(int(fields[1]), []).append(pid)
total, left = 0, [int(sys.argv[1])]
while left:
    pid = left.pop()
    left += [child for child in children.get(pid, []) if child != os.getpid()]
    # utime, stime, and those of children that have ended: fields 14 to 17 of proc(5).
    total += sum(map(int, stats[pid][11:15]))
print(total / os.sysconf("SC_CLK_TCK"))
`;

/** Seconds of processor time so far; children that have ended count once they were waited for. */
export async function cpuSeconds(python: string): Promise<number> {
  const args = ["-I", "-S", "-c", CODE, String(Deno.pid)];
  const { success, stdout, stderr } = await new Deno.Command(python, { args }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`the process table could not be read: ${text.decode(stderr)}`);
  return Number(text.decode(stdout));
}
