const BEGINS_AT = 10;
const ENDS_BELOW = 5;

/** Ten-minute bins in flood: from the bin with 10 alarms or more until one has fewer than 5. `share` is null without a bin. */
export function floodOf(bins: readonly number[]): { bins: number; inFlood: number; floods: number; share: number | null } {
  let [inFlood, floods, isFlood] = [0, 0, false];
  for (const count of bins) {
    const begins = !isFlood && count >= BEGINS_AT;
    isFlood = begins || (isFlood && count >= ENDS_BELOW);
    if (begins) floods++;
    if (isFlood) inFlood++;
  }
  return { bins: bins.length, inFlood, floods, share: bins.length === 0 ? null : inFlood / bins.length };
}
