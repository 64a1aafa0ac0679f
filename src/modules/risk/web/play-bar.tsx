import { useEffect, useRef, useState } from 'react';
import { AHEAD, type Response } from '#engines/interruption/path/task.ts';
import type { StudyPath } from '#engines/interruption/study/study.ts';
import { useCommands } from '#platform/web/commands.ts';
import { Button } from '#ui/button.tsx';
import { t } from './messages.en.ts';
import { placeAt, type Shape } from './path-shape.ts';
import type { RunnerRef } from './plan-picture.tsx';
import css from './studio.module.css';
import { secondsWords } from './words.ts';

const SHORTEST_MS = 4000;
const LONGEST_MS = 14_000;

/** When the guard is called, where the sensor at the critical point sees the adversary; null where nothing is timely. */
function calledAt(path: StudyPath): number | null {
  const step = path.critical === null ? undefined : path.steps[path.critical];
  return step ? step.startS + (1 - AHEAD[step.place]) * step.delayS : null;
}

/** Plays the path on the plan; while it plays one attribute is set a frame and nothing is drawn anew by the page. */
export function PlayBar({ path, shape, response, runner }: { path: StudyPath; shape: Shape; response: Response; runner: RunnerRef }) {
  const [isPlaying, setPlaying] = useState(false);
  const clock = useRef<HTMLElement>(null);
  const needle = useRef<HTMLElement>(null);
  const called = calledAt(path);
  const wholeS = Math.max(path.delayS, called === null ? 0 : called + response.timeS, 1);
  useEffect(() => {
    if (!isPlaying) return undefined;
    const lengthMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, path.delayS * 60));
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    let frame = 0;
    let start: number | null = null;
    const tick = (at: number): void => {
      start ??= at;
      const share = Math.min(1, (at - start) / lengthMs);
      const seconds = share * path.delayS;
      // Without motion the adversary stands at one element after the other.
      const shown = isStill ? (path.steps.findLast(({ startS }) => startS <= seconds)?.startS ?? 0) : seconds;
      const [x, y] = placeAt(shape, shown);
      if (runner.current) {
        runner.current.style.display = '';
        runner.current.setAttribute('transform', `translate(${x} ${y})`);
      }
      if (clock.current) clock.current.textContent = secondsWords(seconds);
      if (needle.current) needle.current.style.left = `${(100 * seconds) / wholeS}%`;
      if (share < 1) frame = requestAnimationFrame(tick);
      else setPlaying(false);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, path, shape, runner, wholeS]);
  // Another path has its own bar: who ran this one is gone.
  useEffect(() => {
    const one = runner.current;
    return () => { if (one) one.style.display = 'none'; };
  }, [runner]);
  const toggle = (): void => setPlaying((before) => !before);
  useCommands([{ key: 'P', title: isPlaying ? t('risk.stop') : t('risk.play'), run: toggle }]);
  const share = (seconds: number): string => `${(100 * seconds) / wholeS}%`;
  return (
    <div className={css.play}>
      <Button icon={isPlaying ? 'close' : 'play'} keyCap="P" onClick={toggle}>{isPlaying ? t('risk.stop') : t('risk.play')}</Button>
      <div className={css.race} role="img" aria-label={t('risk.race', { path: secondsWords(path.delayS), response: secondsWords(response.timeS), at: called === null ? '' : secondsWords(called) })}>
        <span className="label">{t('risk.adversary')}</span>
        <div className={css.track}>{path.steps.map((step, i) => <i key={i} data-late={path.critical === null || i > path.critical || undefined} style={{ width: share(step.delayS) }} />)}<u ref={needle} /></div>
        <span className="label">{called === null ? t('risk.guard.never') : t('risk.guard')}</span>
        <div className={css.track} data-guard>{called !== null && <><b style={{ width: share(called) }} /><i style={{ width: share(response.timeS) }} /></>}</div>
      </div>
      <b ref={clock} className={css.clock}>{secondsWords(0)}</b>
    </div>
  );
}
