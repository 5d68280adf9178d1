/** What may have been meant by a word that is not known. */

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

/** Of the known words the two that are nearest, if any is near. */
function nearest(word: string, known: readonly string[]): string[] {
  if (word.length > longestCompared) return [];
  return known
    .map((other) => ({ other, far: distance(word.toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, far }) => far <= Math.max(1, Math.floor(other.length / 3)))
    .sort((a, b) => a.far - b.far)
    .slice(0, 2)
    .map(({ other }) => other);
}

/** ` Did you mean …?` where some are alike in a way of their own, or else where a known word is near, else empty. */
export function didYouMean(word: string, known: readonly string[], alike: readonly string[] = []): string {
  const meant = alike.length > 0 ? alike : nearest(word, known);
  return meant.length === 0 ? "" : ` Did you mean ${meant.join(" or ")}?`;
}
