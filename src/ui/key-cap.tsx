import css from './key-cap.module.css';

const SIGNS: Readonly<Record<string, string>> = { Space: 'Space', Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Backspace: '⌫' };

/** A key as a cap; a sequence or a chord (`Shift+J`, `G W`) as several. Not shown on a phone. */
export const KeyCap = ({ k }: { k: string }) => (
  <span className={css.caps}>
    {k.split(/[ +](?=.)/).map((one) => (
      <kbd key={one} className={css.cap}>
        {SIGNS[one] ?? one}
      </kbd>
    ))}
  </span>
);
