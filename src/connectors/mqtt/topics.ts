const WHOLE = /^(?!\$share\/)(?:(?:\+|[^+#/\p{Cc}]*)\/)*(?:\+|#|[^+#/\p{Cc}]+)$/u;

/** Is it a filter of topics (MQTT 3.1.1 §4.7)? Shared subscriptions are none of ours: one node leads. */
export const isFilter = (text: string): boolean => text.length > 0 && Buffer.byteLength(text) <= 255 && WHOLE.test(text);

/** Does the filter take that topic? A wildcard at the start does not take topics that begin with `$` (§4.7.2). */
export function takes(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true;
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false;
  }
  return wanted.length === levels.length;
}

/** Of all filters that take a topic, the closest: at the first level where they differ a name goes before `+`, and `+` before `#`. Null where none does. */
export const closest = (filters: readonly string[], topic: string): string | null => filters.filter((filter) => takes(filter, topic)).sort((a, b) => (rank(a) < rank(b) ? -1 : 1))[0] ?? null;

const rank = (filter: string): string => filter.split('/').map((level) => (level === '#' ? '2' : level === '+' ? '1' : '0')).join('');
