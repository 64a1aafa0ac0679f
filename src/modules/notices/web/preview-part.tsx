import { Button } from '#ui/button.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Money } from '#ui/time.tsx';
import type { Preview } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './notices.module.css';

type PreviewProps = { preview: Preview; isBusy: boolean; detail: string | undefined; onBack: () => void; onSend: (() => void) | null };

/** What would go to whom, before anything does. */
export function PreviewPart({ preview, isBusy, detail, onBack, onSend }: PreviewProps) {
  const { people, channels, quiet, unreached, unreachedCount, smsParts, cost, needsSecond, said } = preview;
  return (
    <div className={css.form}>
      <FaultSummary faults={[]} detail={detail} />
      <p role="status"><b className="strong">{t('notices.preview.people', { n: people })}.</b> {t('notices.preview.why')}</p>
      <Panel title={t('notices.preview')}>
        <div className={css.pad}>
          <ul className={css.list}>{channels.map(({ channel, reaches, lacks, isReady }) => <li key={channel}><b className={css.words}>{t(`notices.channel.${channel}`)}</b><span>{t('notices.preview.reaches', { n: reaches })}</span>{lacks > 0 && <span className="t2">{isReady ? t('notices.preview.lacks', { n: lacks }) : t('notices.preview.not-ready')}</span>}</li>)}</ul>
          {smsParts > 0 && <p>{t('notices.preview.sms')}: {smsParts}. {t('notices.preview.cost')}: {cost ? <Money minor={cost.minor} currency={cost.currency} /> : t('notices.preview.cost.none')}</p>}
          {quiet > 0 && <p>{t('notices.preview.quiet')}: {quiet}</p>}
          {unreachedCount > 0 && <p><b>{t('notices.preview.unreached')}: {unreachedCount}.</b> {unreached.map(({ name }) => name).join(', ')}{unreachedCount > unreached.length && ` ${t('notices.preview.unreached.more', { n: unreachedCount - unreached.length })}`}</p>}
        </div>
      </Panel>
      {said.map(({ language, people: n, sms, mail }) => (
        <Panel key={language ?? ''} title={t(said.length === 1 && language === null ? 'notices.preview.reads.all' : `notices.preview.reads.${language ?? 'unknown'}`, { n })}>
          <div className={css.pad}><p className={css.said}>{mail}</p>{channels.some(({ channel }) => channel === 'sms') && <p className={css.said}><span className="t2">{t('notices.channel.sms')}: </span>{sms}</p>}</div>
        </Panel>
      ))}
      {needsSecond && <p role="note">{t('notices.preview.second')}</p>}
      <p className="row">{onSend && people > 0 && <Button look="filled" size="large" isBusy={isBusy} onClick={onSend}>{needsSecond ? t('notices.propose') : t('notices.send', { n: people })}</Button>}<Button size="large" onClick={onBack}>{t('notices.back')}</Button></p>
    </div>
  );
}
