import css from './subjects.module.css';

const isEmpty = (value: unknown): boolean => value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** What a row says, field by field. */
export const Fields = ({ body }: { body: Readonly<Record<string, unknown>> }) => (
  <dl className="facts">
    {Object.entries(body).filter(([, value]) => !isEmpty(value)).map(([name, value]) => <div key={name} className={css.field}><dt>{name.replaceAll('_', ' ')}</dt><dd className={css.wide}>{typeof value === 'string' ? value : JSON.stringify(value)}</dd></div>)}
  </dl>
);
