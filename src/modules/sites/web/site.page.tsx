import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { TasksOf } from '#modules/tasks/web/public.tsx';
import { HoldMark } from '#platform/retention/web/public.tsx';
import { Thread } from '#platform/thread/web/public.tsx';
import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { addSite, changeSite, closeSite, readSite, reopenSite, type Site } from '../contract.ts';
import { kindWord, t } from './messages.en.ts';
import css from './site.module.css';
import { SiteFacts } from './site-facts.tsx';
import { SiteForm, type SiteValues } from './site-form.tsx';
import { SiteTree } from './site-tree.tsx';

type Open = 'change' | 'add' | 'turn' | null;

export default function SitePage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('sites', readSite, { id });
  return <AskedRecord title={t('sites.one')} reading={reading}>{(site) => <TheSite key={site.id} site={site} />}</AskedRecord>;
}

function TheSite({ site }: { site: Site }) {
  const [open, setOpen] = useState<Open>(null);
  const mayWrite = useMay('sites:write');
  const maySeeTasks = useMay('tasks:read');
  const isActive = site.state === 'active';
  useWhere({ title: site.name, site: { name: site.name, timeZone: site.timeZone } });
  useCommands(mayWrite ? [
    { key: 'E', title: t('sites.change'), run: () => setOpen('change') },
    ...(isActive ? [{ key: 'C', title: t('sites.add.below'), run: () => setOpen('add') }] : []),
    { title: t(isActive ? 'sites.close' : 'sites.reopen'), run: () => setOpen('turn') },
  ] : []);
  const close = (): void => setOpen(null);
  return (
    <RecordPage
      number={site.code} title={site.name}
      state={<><State fill={isActive ? 'full' : 'ended'}>{t(`sites.state.${site.state}`)}</State><span className="t2">{kindWord(site.kind)}</span><HoldMark recordId={site.id} /></>}
      actions={<>{site.kind === 'floor' && <LinkButton to={`/sites/${site.id}/plan`} icon="place">{t('plan.open')}</LinkButton>}{mayWrite && <>
        <Button onClick={() => setOpen('turn')}>{t(isActive ? 'sites.close' : 'sites.reopen')}</Button>
        {isActive && <Button keyCap="C" onClick={() => setOpen('add')}>{t('sites.add.below')}</Button>}
        <Button keyCap="E" onClick={() => setOpen('change')}>{t('sites.change')}</Button>
      </>}</>}
    >
      <div className={css.two}>
        <Panel title={t('sites.facts')}><div className={css.pad}><SiteFacts site={site} /></div></Panel>
        <Panel title={t('sites.inside')}><SiteTree label={t('sites.inside')} below={site.id} state={undefined} empty={<Empty>{t('sites.inside.none')}</Empty>} /></Panel>
      </div>
      <Thread topic="sites" recordId={site.id} siteZone={site.timeZone} mayAdd={isActive} tasks={maySeeTasks && <Panel title={t('sites.tasks')}><TasksOf recordId={site.id} siteZone={site.timeZone} mayAdd={isActive} /></Panel>} />
      {open === 'change' && <Change site={site} onClose={close} />}
      {open === 'add' && <Add site={site} onClose={close} />}
      {open === 'turn' && <Turn site={site} onClose={close} />}
    </RecordPage>
  );
}

function Change({ site, onClose }: { site: Site; onClose: () => void }) {
  const changing = useSend('sites', changeSite);
  // Of what was read when typing began: a live event reads anew beneath the form.
  const [version] = useState(site.version);
  const parent = site.parentId === null ? null : { value: site.parentId, title: site.above.at(-1) ?? '' };
  const send = async (values: SiteValues): Promise<void> => {
    const { name } = await changing.send({ id: site.id, ...values }, { ifMatch: version });
    announce(t('sites.saved', { name }));
    onClose();
  };
  return <SiteForm title={`${t('sites.change')}: ${site.name}`} does={t('sites.save')} site={site} parent={parent} isBusy={changing.isBusy} problem={changing.problem} onSend={(values) => void send(values).catch(() => undefined)} onClose={onClose} />;
}

function Add({ site, onClose }: { site: Site; onClose: () => void }) {
  const adding = useSend('sites', addSite);
  const send = async ({ country, ...values }: SiteValues): Promise<void> => {
    const { name } = await adding.send({ ...values, ...(country === null ? {} : { country }) });
    announce(t('sites.added', { name }));
    onClose();
  };
  return <SiteForm title={`${t('sites.add.below')}: ${site.name}`} does={t('sites.add')} site={null} parent={{ value: site.id, title: site.name }} isBusy={adding.isBusy} problem={adding.problem} onSend={(values) => void send(values).catch(() => undefined)} onClose={onClose} />;
}

function Turn({ site, onClose }: { site: Site; onClose: () => void }) {
  const go = useGo();
  const closing = useSend('sites', closeSite);
  const opening = useSend('sites', reopenSite);
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const isActive = site.state === 'active';
  const { isBusy, problem } = isActive ? closing : opening;
  const submit = async (): Promise<void> => {
    setMissing(reason.trim().length < 3);
    if (reason.trim().length < 3) return;
    await (isActive ? closing : opening).send({ id: site.id, reason: reason.trim() }, { ifMatch: site.version });
    announce(t(isActive ? 'sites.closed' : 'sites.reopened', { name: site.name }), isActive ? { title: t('sites.open'), run: () => go(`/sites/${site.id}`) } : undefined);
    onClose();
  };
  const does = t(isActive ? 'sites.close' : 'sites.reopen');
  return (
    <Dialog title={`${does}: ${site.name}`} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look={isActive ? 'danger' : 'filled'} isBusy={isBusy}>{does}</Button><Button onClick={onClose}>{t('sites.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      {isActive && <p className="t2">{t('sites.close.what')}</p>}
      <TextArea label={t('sites.reason')} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isMissing && reason.trim().length < 3 ? t('sites.reason.missing') : undefined)} />
    </Dialog>
  );
}
