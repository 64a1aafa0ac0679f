import type { StudyPath } from '#engines/interruption/study/study.ts';
import { Panel } from '#ui/record-page.tsx';
import { t } from './messages.en.ts';
import css from './studio.module.css';
import { chanceWords, secondsWords } from './words.ts';

/** The path once more as a table: what is drawn and played, for reading, keys and copying. */
export function ElementsTable({ path, names, changed, onChoose }: { path: StudyPath; names: ReadonlyMap<string, string>; changed: ReadonlySet<string>; onChoose: (id: string) => void }) {
  return (
    <Panel title={t('risk.elements')} note={t('risk.elements.note')} className={css.elements}>
      <table>
        <thead><tr><th scope="col"><span className="unseen">{t('risk.number')}</span></th><th scope="col">{t('risk.element')}</th><th scope="col" className={css.end}>{t('risk.detection')}</th><th scope="col" className={css.end}>{t('risk.delay')}</th><th scope="col" className={css.end}>{t('risk.left')}</th><th scope="col" className={css.end}>{t('risk.in-time')}</th><th scope="col" className={css.spare}><span className="unseen">{t('risk.verdict')}</span></th></tr></thead>
        <tbody>
          {path.steps.map((step, i) => {
            const { element } = step;
            const isLate = path.critical === null || i > path.critical;
            const name = element ? (names.get(element.id) ?? '') : t('risk.walk');
            return (
              <tr key={i} data-critical={i === path.critical || undefined} data-late={isLate || undefined}>
                <td>{element && <span className={css.disc}>{path.steps.slice(0, i + 1).filter((one) => one.element !== null).length}</span>}</td>
                <th scope="row">{element ? <button type="button" className={css.name} onClick={() => onChoose(element.id)}>{element.kind === 'zone' ? t('risk.through', { name }) : name}</button> : <span className="t3">{name}</span>} {step.tactic && <span className="t3">{t(`risk.tactic.${step.tactic}`)}</span>} {element && changed.has(element.id) && <span className={css.changedCell}>{t('risk.changed')}</span>}</th>
                <td className={css.end}>{chanceWords(step.detection)}</td>
                <td className={css.end}>{secondsWords(step.delayS)}</td>
                <td className={css.end}>{secondsWords(step.remainingS)}</td>
                <td className={css.end}><span className={css.meter} aria-hidden="true"><i style={{ width: `${100 * step.inTime}%` }} /></span>{chanceWords(step.inTime)}</td>
                <td className={css.spare}>{i === path.critical ? t('risk.critical.small') : isLate ? t('risk.late') : ''}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}
