import { useRead, useSend } from '#platform/web/query.ts';
import type { Session } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { Icon } from '#ui/icon.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { endSeeAs, me } from '../../contract.ts';
import { lookAnew } from './look-anew.ts';
import { t } from './messages.en.ts';
import css from './see-as.module.css';

const EVERY_MS = 15_000;

/** While this browser sees with the rights of another: whose, until when, and the way back. Never dismissed. */
export default function SeeAsBanner({ seeingAs: { title, place, until } }: { seeingAs: NonNullable<Session['seeingAs']> }) {
  const { send, isBusy } = useSend('identity', endSeeAs);
  // The shell reads the same: it looks anew once the time is over.
  useRead('identity', me, {}, { everyMs: EVERY_MS });
  const end = (): void => void send({}).then(lookAnew, () => undefined);
  return (
    <section className={css.banner} aria-label={t('see-as')}>
      <Icon name="person" size={13} />
      <b>{place === '' ? t('see-as.now', { title }) : t('see-as.now.at', { title, place })}</b>
      <span>{t('see-as.now.more')}</span>
      <span>{t('see-as.until')} <TwoTimes at={until} /></span>
      <span className="space" />
      <Button isBusy={isBusy} onClick={end}>{t('see-as.end')}</Button>
    </section>
  );
}
