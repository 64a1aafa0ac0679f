import { lazy, Suspense } from 'react';
import { useLookAnew } from '#modules/identity/web/see-as/look-anew.ts';
import { useMay, useMe } from '#platform/web/session.tsx';
import css from './banners.module.css';
import { t } from './messages.en.ts';

const InsideBanner = lazy(() => import('#modules/identity/web/glass/inside-banner.tsx'));
const SimulationBanner = lazy(() => import('#modules/signals/web/simulation-banner.tsx'));
const ExerciseBanner = lazy(() => import('#modules/exercises/web/exercise-banner.tsx'));
const SeeAsBanner = lazy(() => import('#modules/identity/web/see-as/see-as-banner.tsx'));

/** What holds for everything on the screen, under the top bar, never dismissed. */
export function Banners() {
  const me = useMe();
  const mayBreakGlass = useMay('identity:break-glass');
  const seesSignals = useMay('signals:read');
  const seesExercises = useMay('exercises:read');
  useLookAnew(me.seeingAs);
  return (
    <>
      {me.seeingAs && <Suspense fallback={null}><SeeAsBanner seeingAs={me.seeingAs} /></Suspense>}
      {mayBreakGlass && !me.seeingAs && <Suspense fallback={null}><InsideBanner /></Suspense>}
      {seesSignals && <Suspense fallback={null}><SimulationBanner className={css.banner} wordsClassName={css.words} /></Suspense>}
      {seesExercises && <Suspense fallback={null}><ExerciseBanner className={css.banner} wordsClassName={css.words} /></Suspense>}
      {me.demo && (
        <section className={css.banner} aria-label={t('shell.demo')}>
          <span className={css.words}><b>{t('shell.demo')}</b> {t('shell.demo.more', { organisation: me.organisation })}</span>
        </section>
      )}
    </>
  );
}
