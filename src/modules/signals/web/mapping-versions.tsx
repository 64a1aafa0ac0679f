import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { activateMapping, type MappingVersion, type SourceMappings } from '../mapping-contract.ts';
import css from './mapping.module.css';
import { t } from './messages.en.ts';

/** Every version that was saved, which is in force, who put it there and why. */
export function Versions({ of: { source, versions } }: { of: SourceMappings }) {
  const [asking, setAsking] = useState<MappingVersion | 'none' | null>(null);
  if (versions.length === 0) return <Empty>{t('signals.mapping.versions.none')}</Empty>;
  return (
    <>
      <ul className={css.versions}>
        {versions.map((version) => (
          <li key={version.id}>
            <div className="row">
              <b className="strong">{t('signals.mapping.version', { n: version.number })}</b>
              {version.isActive && <Tag look="ok">{t('signals.mapping.in-force')}</Tag>}
              <span className="space" />
              {version.isActive ? <Button look="quiet" onClick={() => setAsking('none')}>{t('signals.mapping.stop')}</Button> : <Button aria-label={t('signals.mapping.activate.of', { n: version.number })} onClick={() => setAsking(version)}>{t('signals.mapping.activate')}</Button>}
            </div>
            <p>{version.note}</p>
            <p className="t2 small">{version.madeBy} · <TwoTimes at={version.madeAt} />{version.madeFrom && <> · {t('signals.mapping.made-from', { name: version.madeFrom })}</>}</p>
            {version.activatedAt && <p className="t2 small">{t('signals.mapping.activated', { who: version.activatedBy ?? '', why: version.reason ?? '' })}{version.isAlone && <> · {t('signals.mapping.alone')}</>} · <TwoTimes at={version.activatedAt} /></p>}
          </li>
        ))}
      </ul>
      {asking && <Activate source={source} version={asking === 'none' ? null : asking} onClose={() => setAsking(null)} />}
    </>
  );
}

type ActivateProps = { source: SourceMappings['source']; version: MappingVersion | null; onClose: () => void };

function Activate({ source, version, onClose }: ActivateProps) {
  const sending = useSend('signals', activateMapping);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const fault = reason.trim().length >= 3 ? undefined : t('signals.mapping.reason.missing');
  const submit = (): void => {
    setTried(true);
    if (fault) return;
    void sending.send({ id: source.id, mappingId: version?.id ?? null, reason: reason.trim() }).then(() => {
      announce(version ? t('signals.mapping.activated.now', { n: version.number }) : t('signals.mapping.stopped'));
      onClose();
    }, () => undefined);
  };
  const title = version ? t('signals.mapping.activate.of', { n: version.number }) : t('signals.mapping.stop');
  return (
    <Dialog title={title} onClose={onClose} onSubmit={submit} actions={<><Button type="submit" size="large" look="filled" isBusy={sending.isBusy}>{title}</Button><Button size="large" onClick={onClose}>{t('signals.cancel')}</Button></>}>
      {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
      <p>{t('signals.mapping.activate.what')}</p>
      <TextArea label={t('signals.mapping.reason')} rows={2} value={reason} onValue={setReason} error={isTried ? fault : undefined} />
    </Dialog>
  );
}
