import { useParams } from '@tanstack/react-router';
import { useRead } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { LinkButton } from '#ui/button.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { AlarmsOfSignal } from '#modules/alarms/web/public.tsx';
import { getSignal, type SignalDetail } from '../contract.ts';
import { t } from './messages.en.ts';
import { SignalReading } from './signal-reading.tsx';
import { useSite } from './sites.ts';

/** One signal: the bytes on the wire, where every thread ends. */
export default function SignalPage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('signals', getSignal, { id });
  return <AskedRecord title={t('signals.title.one')} reading={reading}>{(signal) => <Shown signal={signal} />}</AskedRecord>;
}

function Shown({ signal }: { signal: SignalDetail }) {
  const site = useSite(signal.siteId);
  useWhere({ title: t('signals.one', { account: signal.account, n: String(signal.sequence).padStart(4, '0') }), site });
  return (
    <RecordPage number={`${signal.account} ${String(signal.sequence).padStart(4, '0')}`} title={signal.title} state={site && <span className="t2">{site.name}</span>} actions={<LinkButton to={`/watch/signals?source=${signal.source}`}>{t('signals.sources.signals')}</LinkButton>}>
      <Panel title={signal.sourceName}>
        <SignalReading signal={signal} siteZone={site?.timeZone} />
      </Panel>
      <AlarmsOfSignal signalId={signal.id} />
    </RecordPage>
  );
}
