import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contrast, luminance } from './contrast.ts';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const tokensOf = (theme: string): Record<string, string> => {
  const block = new RegExp(`\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name as string, value as string]));
};

// The table of the design: each text token's contrast on bg, s1, s2, s3.
const TABLE: Record<string, Record<string, number[]>> = {
  dark: { t1: [16.5, 15.6, 14.6, 13.1], t2: [9.1, 8.6, 8.0, 7.3], t3: [6.1, 5.8, 5.4, 4.9], act: [8.8, 8.3, 7.7, 7.0], ok: [10.1, 9.5, 8.9, 8.0], wall: [9.0, 8.4, 7.9, 7.1], p1: [6.6, 6.2, 5.8, 5.3], p2: [9.6, 9.0, 8.4, 7.6], p3: [13.5, 12.7, 11.9, 10.7], p4: [9.8, 9.2, 8.6, 7.8], edge: [4.5, 4.3, 4.0] },
  light: { t1: [14.9, 16.5, 17.7, 13.8], t2: [6.7, 7.5, 8.0, 6.2], t3: [5.0, 5.6, 6.0, 4.7], act: [5.6, 6.2, 6.7, 5.2], ok: [5.2, 5.7, 6.1, 4.8], wall: [6.6, 7.3, 7.7, 6.1], p1: [5.3, 5.9, 6.3, 4.9], p2: [5.2, 5.8, 6.2, 4.8], p3: [5.4, 6.0, 6.4, 5.0], p4: [5.3, 5.9, 6.3, 4.9], edge: [3.6, 3.9, 4.2] },
};
const GROUNDS = ['bg', 's1', 's2', 's3'];

describe.each(['dark', 'light'])('colours, %s', (theme) => {
  const token = tokensOf(theme);
  const on = (text: string, ground: string): number => contrast(token[text] as string, token[ground] as string);

  it.each(Object.entries(TABLE[theme] as Record<string, number[]>))('%s has the contrast that the table says', (name, ratios) => {
    for (const [at, ratio] of ratios.entries()) expect(Math.abs(on(name, GROUNDS[at] as string) - ratio), GROUNDS[at]).toBeLessThan(0.15);
  });

  it('keeps text at 4.5 and the edges of controls at 3 wherever they may stand', () => {
    for (const text of ['t1', 't2', 't3', 'act', 'ok', 'wall', 'p1', 'p2', 'p3', 'p4']) for (const ground of GROUNDS) expect(on(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    for (const ground of ['bg', 's1', 's2']) expect(on('edge', ground)).toBeGreaterThanOrEqual(3);
  });

  it('keeps the words of a tint at 5.2 in its own token and 6.5 in t2', () => {
    for (const [text, tint] of [['act', 'actbg'], ['ok', 'okbg'], ['wall', 'wallbg'], ['p1', 'p1bg'], ['p2', 'p2bg'], ['p3', 'p3bg']]) {
      expect(on(text as string, tint as string), tint).toBeGreaterThanOrEqual(5.2);
      expect(on('t2', tint as string), `t2 on ${tint}`).toBeGreaterThanOrEqual(6.5);
    }
  });

  it('keeps the figure in a priority shape at 5.2 and the word of the filled button at its ratio', () => {
    expect(on('p1on', 'p1f')).toBeGreaterThanOrEqual(5.2);
    for (const fill of ['p2f', 'p3f', 'p4f']) expect(on('pon', fill)).toBeGreaterThanOrEqual(5.3);
    expect(Math.round(on('acton', 'actfill') * 10) / 10).toBe(theme === 'dark' ? 8.2 : 6.7);
  });

  it('lets every shape be seen by its fill or by its outline', () => {
    for (const n of [1, 2, 3, 4]) for (const ground of ['bg', 's1', 's2']) expect(Math.max(on(`p${n}f`, ground), theme === 'light' ? on(`p${n}`, ground) : 0), `p${n} on ${ground}`).toBeGreaterThanOrEqual(theme === 'light' ? 5.2 : 3);
  });
});

it('tells the four priorities apart by lightness as well', () => {
  const token = tokensOf('dark');
  for (const [name, said] of [['p1f', 0.31], ['p2f', 0.47], ['p3f', 0.67], ['p4f', 0.48]] as const) expect(Math.abs(luminance(token[name] as string) - said), name).toBeLessThan(0.01);
});
