import { useState } from 'react';
import { SiteName } from '#modules/sites/web/public.tsx';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Directory, type Group, listDirectoryGroups, type Mapping } from '../contract.ts';
import css from './directory.module.css';
import { EndMapping, MapGroup } from './map-group.tsx';
import { t } from './messages.en.ts';

type Open = { group: Group; mapping: Mapping | null } | null;

/** The groups of a directory, and what each gives. */
export function GroupsPanel({ directory }: { directory: Directory }) {
  const reading = useRead('directory', listDirectoryGroups, { id: directory.id });
  const mayGrant = useMay('identity:grant');
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  return (
    <Panel title={t('directory.groups')}>
      <Asked reading={reading}>
        {({ items }) => (items.length === 0 ? <p className={`t2 ${css.pad}`}>{t('directory.groups.none')}</p> : <ul>{items.map((group) => <OneGroup key={group.id} group={group} mayGrant={mayGrant} onOpen={setOpen} />)}</ul>)}
      </Asked>
      {open && (open.mapping === null ? <MapGroup directoryId={directory.id} group={open.group} onClose={close} /> : <EndMapping directoryId={directory.id} group={open.group} mapping={open.mapping} onClose={close} />)}
    </Panel>
  );
}

const OneGroup = ({ group, mayGrant, onOpen }: { group: Group; mayGrant: boolean; onOpen: (open: Open) => void }) => (
  <li className={css.line}>
    <div className={css.what}>
      <span><b className="strong">{group.name}</b> <span className="t2">{group.members === 1 ? t('directory.groups.members.one') : t('directory.groups.members', { n: group.members })}{group.mappings.length === 0 && `, ${t('directory.groups.nothing')}`}</span></span>
      {group.mappings.map((mapping) => <OneMapping key={mapping.id} mapping={mapping} group={group} {...(mayGrant && { onEnd: () => onOpen({ group, mapping }) })} />)}
    </div>
    {mayGrant && <Button aria-label={t('directory.map.of', group)} onClick={() => onOpen({ group, mapping: null })}>{t('directory.map')}</Button>}
  </li>
);

const OneMapping = ({ mapping, group, onEnd }: { mapping: Mapping; group: Group; onEnd?: () => void }) => (
  <div className={css.mapping}>
    <b className="strong">{mapping.role}</b>
    <span>{mapping.siteId === null ? t('directory.map.organisation') : <SiteName id={mapping.siteId} otherwise={t('directory.map.hidden-site')} />}</span>
    <span className="t2">{t('directory.map.by', { name: mapping.madeBy })}{mapping.approvedBy !== null && `, ${t('directory.map.approved', { name: mapping.approvedBy })}`}</span>
    {mapping.isOver ? <Tag look="p2" icon="warning">{t('directory.map.over')}</Tag> : <span className="t2">{t('directory.map.count', { n: mapping.given })}{mapping.until !== null && <>, {t('directory.map.until')} <TwoTimes at={mapping.until} /></>}</span>}
    {onEnd && <Button look="quiet" aria-label={t('directory.map.end.of', { name: group.name, role: mapping.role })} onClick={onEnd}>{t('directory.map.end')}</Button>}
    {mapping.refused.map(({ personId, person, why }) => <p key={personId}><Tag look="p2" icon="warning">{t('directory.arrivals.was-refused')}</Tag> {t('directory.map.refused', { person, why })}</p>)}
  </div>
);
