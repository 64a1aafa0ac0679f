import { useRead } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { listRoles, type Role } from '../contract.ts';
import { t } from './messages.en.ts';
import { RoleRights } from './role-rights.tsx';

const VIEW = viewOf({ q: text(), peek: text() });
const COLUMNS: readonly Column<Role>[] = [
  { key: 'title', title: t('identity.role'), width: 300, cell: (role) => <b className="strong">{role.title}</b> },
  { key: 'purpose', title: t('identity.roles.purpose'), isSpare: true, cell: (role) => <span className="t2">{role.purpose}</span> },
  { key: 'longest', title: t('identity.roles.longest'), width: 120, cell: (role) => (role.maxGrantDays === null ? t('identity.no-end') : t('identity.roles.days', { n: role.maxGrantDays })) },
  { key: 'count', title: t('identity.roles.count'), width: 80, align: 'end', cell: (role) => role.may.length },
];

const fits = (role: Role, words: string): boolean => {
  const all = [role.title, role.purpose, ...role.may.flatMap((right) => [right.title, right.key])].join(' ').toLocaleLowerCase();
  return words.toLocaleLowerCase().split(/\s+/u).every((word) => all.includes(word));
};

export default function RolesPage() {
  const [view, setView] = useView(VIEW);
  const reading = useRead('identity', listRoles, { for: 'person' });
  useWhere({ title: t('identity.roles') });
  const all = reading.data?.items ?? [];
  const shown = view.q ? all.filter((role) => fits(role, view.q ?? '')) : all;
  const peeked = shown.find((role) => role.key === view.peek);
  return (
    <ListPage
      title={t('identity.roles')}
      filters={<SearchBox label={t('identity.roles.find')} value={view.q} onValue={(q) => setView({ q })} />}
      foot={reading.state === 'ready' ? <ListFoot shown={shown.length} total={all.length} tookMs={null} /> : null}
      peek={peeked ? { name: peeked.title, onClose: () => setView({ peek: undefined }), body: <><h2 className="head">{peeked.title}</h2><p className="t2">{peeked.purpose}</p><h3 className="label">{t('identity.may')}</h3><RoleRights role={peeked} /></> } : null}
    >
      <Asked reading={reading}>
        {() => shown.length === 0 ? <Empty action={<Button onClick={() => setView({ q: undefined })}>{t('identity.roles.clear')}</Button>}>{t('identity.roles.none')}</Empty> : (
          <DataTable
            label={t('identity.roles')} columns={COLUMNS} rows={shown} idOf={(role) => role.key} nameOf={(role) => role.title} onOpen={(role) => setView({ peek: role.key })} peeked={view.peek} onPeek={(role) => setView({ peek: role?.key })}
            phone={(role) => ({ title: role.title, second: role.purpose, right: <span className="t2">{t('identity.roles.rights', { n: role.may.length })}</span> })}
          />
        )}
      </Asked>
    </ListPage>
  );
}
