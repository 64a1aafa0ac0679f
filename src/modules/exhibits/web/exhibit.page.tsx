import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { HoldMark } from '#platform/retention/web/public.tsx';
import { useCommands } from '#platform/web/commands.ts';
import { RecordLink } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMe } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { say } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { Asked, AskedRecord } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { Timeline } from '#ui/timeline.tsx';
import { WallEdge } from '#ui/wall-edge.tsx';
import { type CustodyEvent, type ExhibitDetail, listCustody, readExhibit, withdrawOffer } from '../contract.ts';
import { mayFrom } from '../rules.ts';
import { type Verb, VerbDialog } from './exhibit-dialogs.tsx';
import { FilesOfExhibit } from './exhibit-files.tsx';
import css from './exhibits.module.css';
import { LabelDialog } from './label-dialog.tsx';
import { t } from './messages.en.ts';
import { StateOf } from './words.tsx';

export default function ExhibitPage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('exhibits', readExhibit, { id });
  useWhere({ title: reading.data?.number ?? t('exhibits.one') });
  return <AskedRecord title={t('exhibits.one')} reading={reading}>{(exhibit) => <TheExhibit key={exhibit.id} exhibit={exhibit} />}</AskedRecord>;
}

const KEYS: Partial<Record<Verb, string>> = { move: 'M', offer: 'H', lend: 'L', take: 'A' };

function verbsOf({ state, holder, offer, mine }: ExhibitDetail, myId: string): Verb[] {
  const mayAdd = mine.includes('exhibits:add');
  const isOfferedToMe = offer?.to.id === myId;
  return [
    ...(mayAdd && isOfferedToMe ? ['take', 'refuse'] as const : []),
    ...(mayAdd && mayFrom('takeBack', state) ? ['takeBack'] as const : []),
    ...(mayAdd && holder?.id === myId && !offer ? ['offer'] as const : []),
    ...(mayAdd && mayFrom('move', state) ? ['move', 'reseal'] as const : []),
    ...(mayAdd && mayFrom('lend', state) && !offer ? ['lend'] as const : []),
    ...(mine.includes('exhibits:release') && mayFrom('dispose', state) ? ['dispose'] as const : []),
  ];
}

function TheExhibit({ exhibit }: { exhibit: ExhibitDetail }) {
  const [asked, setAsked] = useState<Verb | 'label' | null>(null);
  const me = useMe();
  const withdrawing = useSend('exhibits', withdrawOffer);
  const verbs = verbsOf(exhibit, me.personId);
  const [first, ...others] = verbs;
  const withdraw = (): void => void withdrawing.send({ id: exhibit.id }).catch((error: unknown) => say((error as Error).message));
  useCommands([...verbs.map((verb) => ({ ...(KEYS[verb] && { key: KEYS[verb] }), title: t(`exhibits.verb.${verb}`), run: () => setAsked(verb) })), { title: t('exhibits.label'), run: () => setAsked('label') }]);
  return (
    <RecordPage
      number={exhibit.number} title={exhibit.title} wall={<WallEdge people={[]} words={t('exhibits.walled')} said={t('exhibits.walled.said')} />} state={<><StateOf exhibit={exhibit} /><Tag look="line">{t(`exhibits.kind.${exhibit.kind}`)}</Tag><HoldMark recordId={exhibit.id} /></>}
      actions={<>
        <Button onClick={() => setAsked('label')}>{t('exhibits.label')}</Button>
        {exhibit.offer?.from.id === me.personId && <Button isBusy={withdrawing.isBusy} onClick={withdraw}>{t('exhibits.verb.withdraw')}</Button>}
        {others.map((verb) => <Button key={verb} {...(KEYS[verb] && { keyCap: KEYS[verb] })} onClick={() => setAsked(verb)}>{t(`exhibits.verb.${verb}`)}</Button>)}
        {first && <Button look="filled" {...(KEYS[first] && { keyCap: KEYS[first] })} onClick={() => setAsked(first)}>{t(`exhibits.verb.${first}`)}</Button>}
      </>}
    >
      <div className={css.two}>
        <div className={css.panels}><Facts exhibit={exhibit} /><FilesOfExhibit exhibit={exhibit} /></div>
        <Custody exhibit={exhibit} />
      </div>
      {asked === 'label' && <LabelDialog id={exhibit.id} onClose={() => setAsked(null)} />}
      {asked !== null && asked !== 'label' && <VerbDialog verb={asked} exhibit={exhibit} onClose={() => setAsked(null)} />}
    </RecordPage>
  );
}

const Facts = ({ exhibit }: { exhibit: ExhibitDetail }) => (
  <Panel title={t('exhibits.facts')}>
    <div className={css.pad}>
      {exhibit.description && <p className={css.narrative}>{exhibit.description}</p>}
      <dl className="facts">
        <dt>{t('exhibits.case')}</dt><dd><RecordLink kind="cases.case" id={exhibit.case.id}>{[exhibit.case.number, exhibit.case.title].filter(Boolean).join(' ')}</RecordLink></dd>
        <dt>{t('exhibits.holder')}</dt><dd>{exhibit.holder?.name ?? (exhibit.state === 'lent' ? t('exhibits.at', { name: exhibit.lentTo }) : t('exhibits.gone'))}</dd>
        <dt>{t('exhibits.place')}</dt><dd>{exhibit.place ? `${exhibit.place.code} ${exhibit.place.name}` : t('exhibits.place.none')}</dd>
        {exhibit.dueBackAt && <><dt>{t('exhibits.due')}</dt><dd><TwoTimes at={exhibit.dueBackAt} /></dd></>}
        <dt>{t('exhibits.seal')}</dt><dd className="mono">{exhibit.seal || '–'}</dd>
        {exhibit.packaging && <><dt>{t('exhibits.packaging')}</dt><dd>{exhibit.packaging}</dd></>}
        {exhibit.marks && <><dt>{t('exhibits.marks')}</dt><dd>{exhibit.marks}</dd></>}
        <dt>{t('exhibits.collected')}</dt><dd><TwoTimes at={exhibit.collectedAt} /> {exhibit.collectedWhere}</dd>
        <dt>{t('exhibits.received')}</dt><dd>{exhibit.receivedBy} <TwoTimes at={exhibit.receivedAt} /></dd>
      </dl>
    </div>
  </Panel>
);

const sealWords = ({ isSealWhole, seal }: CustodyEvent): string | null => [isSealWhole === null ? null : isSealWhole ? t('exhibits.seal.was-whole') : t('exhibits.seal.was-broken'), seal ? t('exhibits.seal.number', { seal }) : null].filter(Boolean).join(' · ') || null;

function Custody({ exhibit }: { exhibit: ExhibitDetail }) {
  const reading = useRead('exhibits', listCustody, { id: exhibit.id });
  return (
    <Panel title={t('exhibits.custody', { n: exhibit.events })}>
      <Asked reading={reading}>{({ items, gap }) => (
        <div className={css.pad}>
          {gap === null ? <p className="t2">{t('exhibits.chain.whole')}</p> : <p role="alert" className={css.late}>{t('exhibits.chain.gap', { gap })}</p>}
          <Timeline label={t('exhibits.custody', { n: items.length })} entries={items.map((event) => ({
            key: event.id, at: event.at, title: `${event.seq} · ${t(`exhibits.event.${event.kind}`)}`, by: event.by,
            text: [event.note, event.file, event.bundle, [event.holder, event.place].filter(Boolean).join(' · '), sealWords(event)].filter(Boolean).join(' · '),
          }))} />
        </div>
      )}</Asked>
    </Panel>
  );
}
