/** CPU time and memory of another process, from /proc (Linux). */
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Microseconds a clock tick of /proc: USER_HZ is 100 on every Linux that Node runs on. */
const microsecondsPerTick = 10_000;

export const canMeasure = existsSync("/proc/self/stat");

/** CPU microseconds that a process has used: all its threads, user and system, and the children it has waited for. */
export function cpuMicroseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The second field is the program's name in brackets and may hold blanks: count from behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [utime = 0, stime = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
  return (utime + stime + childUser + childSystem) * microsecondsPerTick;
}

/** CPU microseconds of its threads that are there, to the nanosecond: for times that are short beside a clock tick. */
export function threadMicroseconds(pid: number): number {
  const threads = `/proc/${pid}/task`;
  return readdirSync(threads).reduce((sum, thread) => sum + nanosecondsOf(`${threads}/${thread}/schedstat`) / 1_000, 0);
}

/** The first field of a thread's schedstat; nothing for one that has ended meanwhile. */
function nanosecondsOf(path: string): number {
  try {
    return Number.parseInt(readFileSync(path, "latin1"), 10);
  } catch {
    return 0;
  }
}

/** Resident memory, bytes. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}
