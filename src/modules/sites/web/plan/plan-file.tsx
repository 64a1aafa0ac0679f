import { useRef, useState } from 'react';
import { sendWhole } from '#platform/files/web/public.tsx';
import { ProblemError } from '#platform/web/call.ts';
import { useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { Icon } from '#ui/icon.tsx';
import { Empty } from '#ui/states.tsx';
import type { Site } from '../../contract.ts';
import { setPlan } from '../../plan-contract.ts';
import { t } from '../messages.en.ts';
import css from './plan.module.css';

const TAKEN = '.png,.jpg,.jpeg,.webp,.pdf,.geojson,.json,image/png,image/jpeg,application/pdf,application/geo+json';

type PlanFileProps = { floorId: string; version?: number; isFirst: boolean };

/** Sends a file to the floor and makes it its plan; what is refused is said beside the button. */
function PlanFile({ floorId, version, isFirst }: PlanFileProps) {
  const input = useRef<HTMLInputElement>(null);
  const setting = useSend('sites', setPlan);
  const [state, setState] = useState<{ isSending: boolean; refusal: string | null }>({ isSending: false, refusal: null });
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    setState({ isSending: true, refusal: null });
    try {
      const fileId = await sendWhole(floorId, file);
      await setting.send({ id: floorId, fileId }, version === undefined ? {} : { ifMatch: version });
      announce(t('plan.taken', { name: file.name }));
      setState({ isSending: false, refusal: null });
    } catch (error) {
      setState({ isSending: false, refusal: error instanceof ProblemError ? error.detail : error instanceof Error && error.message ? error.message : t('plan.not-sent') });
    }
  };
  return (
    <>
      <input ref={input} type="file" hidden accept={TAKEN} aria-label={t('plan.choose')} onChange={(event) => { void take(event.target.files?.[0]); event.target.value = ''; }} />
      <Button look={isFirst ? 'filled' : 'quiet'} size={isFirst ? 'large' : 'normal'} {...(isFirst && { icon: 'add' as const })} isBusy={state.isSending} onClick={() => input.current?.click()}>{t(isFirst ? 'plan.choose' : 'plan.other')}</Button>
      <span role="status" className="t2 small">{state.isSending ? t('plan.sending') : ''}</span>
      {state.refusal && <p role="alert" className="row"><Icon name="warning" size={13} /><span>{state.refusal}</span></p>}
    </>
  );
}

/** Where a floor has no plan yet. */
export function FirstPlan({ floor, mayWrite }: { floor: Site; mayWrite: boolean }) {
  const mayAttach = useMay('files:write');
  if (floor.kind !== 'floor') return <Empty action={<LinkButton to={`/sites/${floor.id}`}>{t('plan.back')}</LinkButton>}>{t('plan.not-floor')}</Empty>;
  if (!mayWrite || !mayAttach) return <Empty>{t('plan.none')}</Empty>;
  return <Empty action={<PlanFile floorId={floor.id} isFirst />}>{t('plan.none.own')}</Empty>;
}

/** Puts a newer file in place of the plan's. */
export function OtherFile({ floorId, version }: { floorId: string; version: number }) {
  const mayAttach = useMay('files:write');
  if (!mayAttach) return null;
  return <div className={css.bar}><PlanFile floorId={floorId} version={version} isFirst={false} /></div>;
}
