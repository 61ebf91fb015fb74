/**
 * Removing near-duplicates without comparing all pairs: items that share a bucket are compared,
 * the others are not (locality-sensitive hashing; Indyk and Motwani 1998).
 *
 * @module
 */

/** What makes two items alike. */
export interface Likeness {
  /** How many there are; they are numbered from 0. */
  readonly items: number;
  /** Buckets an item is put into. */
  readonly tables: number;
  /** The bucket of an item in each table, whole numbers; like items share one, nearly always. */
  readonly bucketsOf: (item: number) => ArrayLike<number>;
  /** The exact comparison, made at most once for a pair that shares a bucket. */
  readonly alike: (earlier: number, later: number) => boolean;
}

/**
 * Indices of the items that stay when each that stays removes all later ones like it; ascending.
 * Only items that stay are kept in buckets, so many duplicates cost little.
 */
export function dropAlike({ items, tables, bucketsOf, alike }: Likeness): number[] {
  const kept: number[] = [];
  // Buckets are chains in typed arrays: maps of lists would take most of the time. Buckets that
  // fall into one slot are compared too, which costs a little and changes nothing.
  const slots = 2 ** Math.ceil(Math.log2(Math.max(1, items)));
  const heads = new Int32Array(tables * slots).fill(-1);
  const next = new Int32Array(tables * items);
  // The item that each kept one was last compared with: no pair is compared twice.
  const compared = new Int32Array(items).fill(-1);
  for (let item = 0; item < items; item++) {
    const own = bucketsOf(item);
    let isNew = true;
    for (let table = 0; table < tables && isNew; table++) {
      let other = heads[table * slots + (own[table] & (slots - 1))];
      for (; other >= 0 && isNew; other = next[table * items + other]) {
        if (compared[other] === item) continue;
        compared[other] = item;
        isNew = !alike(other, item);
      }
    }
    if (!isNew) continue;
    kept.push(item);
    for (let table = 0; table < tables; table++) {
      const slot = table * slots + (own[table] & (slots - 1));
      next[table * items + item] = heads[slot];
      heads[slot] = item;
    }
  }
  return kept;
}

/**
 * Tables needed for two alike items to share a bucket with probability `recall`, when a table
 * brings them together with probability `together`; at least 1.
 *
 * @param together In (0, 1), as is `recall`.
 */
export function tablesFor(together: number, recall: number): number {
  return Math.max(1, Math.ceil(Math.log(1 - recall) / Math.log(1 - together)));
}
