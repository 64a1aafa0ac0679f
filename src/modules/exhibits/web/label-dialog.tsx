import { useRead } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Asked } from '#ui/states.tsx';
import { readLabel } from '../contract.ts';
import css from './exhibits.module.css';
import { t } from './messages.en.ts';

/** The label of an exhibit, to be printed: its number as words and as a code, nothing else. */
export function LabelDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const reading = useRead('exhibits', readLabel, { id });
  return (
    <Dialog title={t('exhibits.label')} onClose={onClose} actions={<><Button onClick={onClose}>{t('exhibits.cancel')}</Button><Button look="filled" onClick={() => window.print()}>{t('exhibits.print')}</Button></>}>
      <Asked reading={reading}>{({ number, size, path }) => (
        <div className={css.label}>
          <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={number} shapeRendering="crispEdges"><path d={path} fill="#000" /></svg>
          <b className="mono">{number}</b>
        </div>
      )}</Asked>
    </Dialog>
  );
}
