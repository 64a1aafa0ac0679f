import type { Reply } from '#platform/kernel/contract.ts';
import { Link } from '#platform/web/navigation.tsx';
import type { Person, readPerson } from '../contract.ts';
import { t } from './messages.en.ts';

/** What is known of a person; to whom they report where the whole of them was read. */
export function PersonFacts({ person }: { person: Person & Partial<Pick<Reply<typeof readPerson>, 'manager'>> }) {
  const unknown = <span className="t3">{t('people.unknown')}</span>;
  const home = person.siteId === null ? <span className="t3">{t('people.no-site')}</span> : person.site === null ? <span className="t3">{t('people.hidden-site')}</span> : <Link to={`/sites/${person.siteId}`}>{person.site}</Link>;
  return (
    <dl className="facts">
      <dt>{t('people.role')}</dt><dd>{person.title || unknown}</dd>
      <dt>{t('people.department')}</dt><dd>{person.department || unknown}</dd>
      <dt>{t('people.employer')}</dt><dd>{person.employer || unknown}</dd>
      <dt>{t('people.site')}</dt><dd>{home}</dd>
      {person.manager !== undefined && <><dt>{t('people.manager')}</dt><dd>{person.manager ? <Link to={`/people/${person.manager.id}`}>{person.manager.name}</Link> : unknown}</dd></>}
      <dt>{t('people.email')}</dt><dd>{person.email ?? unknown}</dd>
      <dt>{t('people.phone')}</dt><dd>{person.phone ?? unknown}</dd>
    </dl>
  );
}
