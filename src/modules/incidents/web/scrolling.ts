/** For a region that scrolls: who has no pointer must reach it to scroll it (WCAG 2.1.1). */
export const REACHED_BY_KEYS = { tabIndex: 0 } as const;
