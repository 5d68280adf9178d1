/** Java, where the machine has it. */
import { readdir } from "node:fs/promises";
import { missing, run } from "./tools.ts";

/** Why what needs Java is skipped; undefined where it is there. */
export const noJava = (await missing("javac", ["--version"])) ?? (await missing("java", ["--version"]));

/** Compiles every source below a folder into its `classes`; what the compiler says, nothing when it is content. */
export async function compileJava(folder: string): Promise<string> {
  const sources = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".java"));
  const flags = ["-Xlint:all", "-Werror", "-encoding", "US-ASCII", "--release", "11", "-d", "classes"];
  const { code, stdout, stderr } = await run("javac", [...flags, ...sources], { cwd: folder });
  return code === 0 ? "" : stdout + stderr;
}
