/**
 * `next`, with every part that equals its counterpart in `before` replaced by that counterpart: what has not changed
 * is the same object still, and whoever follows its identity (`{#key fault}`, which takes the focus) stays still.
 * Both are plain JSON.
 */
export function keepUnchanged<T>(before: unknown, next: T): T {
  if (Object.is(before, next)) return next;
  if (!isBranch(before) || !isBranch(next) || Array.isArray(before) !== Array.isArray(next)) return next;
  const names = Object.keys(next);
  const kept: Record<string, unknown> | unknown[] = Array.isArray(next) ? [] : {};
  let same = names.length === Object.keys(before).length;
  for (const name of names) {
    const part = keepUnchanged(before[name], next[name]);
    (kept as Record<string, unknown>)[name] = part;
    same &&= name in before && Object.is(part, before[name]);
  }
  return (same ? before : kept) as T;
}

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
