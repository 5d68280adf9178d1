/** Why a command ends without having done what it was told to, for who typed it. */

/** 2 for what whoever typed it can set right, 1 for a failure of a server's or of our own. */
export type ExitCode = 1 | 2;

/** The message says what was wrong and what would be right. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = 2, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** How many letters have to be put in, taken out or changed to make one text of the other; texts are short. */
function distance(first: string, second: string): number {
  let row = Array.from({ length: second.length + 1 }, (_none, index) => index);
  for (let i = 0; i < first.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < second.length; j++) {
      const changed = (row[j] ?? 0) + (first[i] === second[j] ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

const longestCompared = 64;

/** ` Did you mean …?` where a known word is near, else empty. */
export function didYouMean(word: string, known: readonly string[]): string {
  if (word.length > longestCompared) return "";
  const near = known
    .map((other) => ({ other, far: distance(word.toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, far }) => far <= Math.max(1, Math.floor(other.length / 3)))
    .sort((a, b) => a.far - b.far)
    .slice(0, 2)
    .map(({ other }) => other);
  return near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
}
