import type { Role } from '../contract.ts';
import { t } from './messages.en.ts';

/** What a role may do, in words, with the name of each right. */
export const RoleRights = ({ role }: { role: Role }) =>
  role.may.length === 0 ? <p className="t2">{t('identity.roles.nothing')}</p> : (
    <ul style={{ display: 'grid', gap: 4 }}>
      {role.may.map((right) => <li key={right.key}>{right.title} <span className="mono t3 small nowrap">{right.key}</span></li>)}
    </ul>
  );
