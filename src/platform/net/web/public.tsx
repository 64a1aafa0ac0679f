import { useState } from 'react';
import { useRead } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Allowance, listAllowances, listTargets, type Target } from '../contract.ts';
import { AllowDialog, EndDialog } from './allowance-dialogs.tsx';
import { t } from './messages.en.ts';
import css from './net.module.css';

const READ_EVERY_MS = 5000;
const REASONS = ['forbidden-target', 'name', 'connect', 'tls', 'timeout', 'too-large', 'redirect', 'protocol', 'circuit-open'] as const;

function resultWords({ result, status }: Target): string {
  if (result === 'answered') return status === null ? t('net.done') : t('net.status', { status: String(status) });
  const reason = REASONS.find((one) => one === result);
  return reason ? t(`net.reason.${reason}`) : result;
}

const Result = ({ target }: { target: Target }) => (
  <span className={css.result}>
    <Tag look={target.result === 'answered' && (target.status ?? 200) < 400 ? 'ok' : 'p2'}>{resultWords(target)}</Tag>
    {target.breaker !== 'closed' && target.openUntil !== null && <span className="t2">{t(target.breaker === 'open' ? 'net.rests' : 'net.tries')} <TwoTimes at={target.openUntil} seconds /></span>}
  </span>
);

const One = ({ target }: { target: Target }) => (
  <li className={css.target}>
    <span><b className="mono strong">{target.origin}</b> <span className="t2">{target.purpose}</span></span>
    <Result target={target} />
    <span className="t2">{t('net.last')} <TwoTimes at={target.lastAt} seconds /> <span className="t3">{t('net.counts', { answered: target.answered, failed: target.failed })}</span></span>
  </li>
);

/** Where Parapet sends to, what came of it last, which hosts rest, and which blocks inside may be reached. */
export function OutgoingPanel() {
  const targets = useRead('net', listTargets, {}, { everyMs: READ_EVERY_MS });
  const allowances = useRead('net', listAllowances, {});
  const [isAdding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Allowance | null>(null);
  return (
    <>
      <Panel title={t('net.targets')}>
        <Asked reading={targets}>
          {({ items }) => items.length === 0 ? <Empty>{t('net.targets.none')}</Empty> : (
            <ul>{items.map((target) => <One key={`${target.origin} ${target.purpose}`} target={target} />)}</ul>
          )}
        </Asked>
      </Panel>
      <Panel title={t('net.allowances')} actions={<Button icon="add" onClick={() => setAdding(true)}>{t('net.allow')}</Button>}>
        <p className={`t2 ${css.foot}`}>{t('net.allowances.why')}</p>
        <Asked reading={allowances}>
          {({ items }) => items.length === 0 ? <Empty>{t('net.allowances.none')}</Empty> : (
            <ul>
              {items.map((one) => (
                <li key={one.id} className={css.allowance}>
                  <span><b className="mono strong">{one.range}</b> <span className="t2">{one.port === null ? t('net.port.any') : `${t('net.port')} ${one.port}`}</span></span>
                  <span>{one.reason} <span className="t3">{t('net.by', { name: one.madeBy })}, <TwoTimes at={one.madeAt} /></span></span>
                  <Button className={css.end} aria-label={t('net.end.of', { range: one.range })} onClick={() => setEnding(one)}>{t('net.end')}</Button>
                </li>
              ))}
            </ul>
          )}
        </Asked>
      </Panel>
      {isAdding && <AllowDialog onClose={() => setAdding(false)} />}
      {ending && <EndDialog allowance={ending} onClose={() => setEnding(null)} />}
    </>
  );
}
