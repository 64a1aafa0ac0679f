import { Link } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { SelectField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { listMine, setLanguage } from '../contract.ts';
import { LANGUAGES } from '../rules.ts';
import { t } from './messages.en.ts';
import css from './notices.module.css';
import { MyMusters } from './muster/my-musters.tsx';
import { AnswerTag } from './words.tsx';

/** What I was sent, and in which language I wish it. */
export default function ToldPage() {
  const reading = useRead('notices', listMine, {});
  const { send } = useSend('notices', setLanguage);
  useWhere({ title: t('notices.told') });
  const choose = (value: string): void => {
    const language = LANGUAGES.find((one) => one === value);
    if (language) void send({ language }).then(() => announce(t(`notices.told.${language}`))).catch(() => undefined);
  };
  return (
    <div className={css.page}>
      <h1 className="title">{t('notices.told')}</h1>
      <MyMusters />
      <Asked reading={reading}>{({ items, language }) => (
        <>
          <Panel title={t('notices.told')}>
            <div className={css.pad}>{items.length === 0 ? <Empty>{t('notices.told.none')}</Empty> : (
              <ul className={css.list}>{items.map((one) => <li key={one.id}><span className={css.words}><Link to={`/told/${one.id}`}>{one.title}</Link> <span className="mono t2 nowrap">{one.number}</span></span>{one.isRecalled ? <span className="t2">{t('notices.state.recalled')}</span> : one.question !== 'none' && <AnswerTag answer={one.answer} />}<TwoTimes at={one.at} /></li>)}</ul>
            )}</div>
          </Panel>
          <SelectField label={t('notices.told.language')} value={language ?? ''} onValue={choose} choices={[{ value: '', title: t('notices.told.language.both'), isDisabled: language !== null }, ...LANGUAGES.map((value) => ({ value, title: t(`notices.told.${value}`) }))]} />
        </>
      )}</Asked>
    </div>
  );
}
