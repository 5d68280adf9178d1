/** CPU time and memory of another process, from /proc (Linux). */
import { existsSync, readFileSync } from "node:fs";

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

/** Resident memory, bytes. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}
