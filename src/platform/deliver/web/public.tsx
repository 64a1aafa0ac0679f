import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Device, endDevice, endWebhook, readChannels, type Webhook } from '../contract.ts';
import css from './deliver.module.css';
import { t } from './messages.en.ts';
import { canTakePush, leavePush, ownDevice, PushFault, takePush } from './push.ts';
import { WebhookDialog } from './webhook-dialog.tsx';

/** By which channels messages can reach me: mail, the browsers that take push messages, webhooks. */
export function ChannelsPanels() {
  const reading = useRead('deliver', readChannels, {});
  const mayHook = useMay('deliver:webhooks');
  return (
    <Asked reading={reading}>
      {({ mail, pushKey, devices, webhooks }) => (
        <>
          <Panel title={t('deliver.devices')}>
            <div className={css.pad}><p className="t2">{t('deliver.devices.why')}</p><AddDevice pushKey={pushKey} isHere={devices.some(({ id }) => id === ownDevice())} /></div>
            {devices.length > 0 && <ul>{devices.map((device) => <OneDevice key={device.id} device={device} />)}</ul>}
          </Panel>
          <Panel title={t('deliver.mail')}>
            <div className={css.pad}>
              <p>{mail.address === null ? t('deliver.mail.nowhere') : t('deliver.mail.to', { address: mail.address })}</p>
              {!mail.isSet && <p className="t2">{t('deliver.mail.unset')}</p>}
            </div>
          </Panel>
          {(mayHook || webhooks.length > 0) && <Webhooks all={webhooks} mayAdd={mayHook} />}
        </>
      )}
    </Asked>
  );
}

const agentWords = (): string => {
  const [, browser = ''] = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(navigator.userAgent) ?? [];
  const [, system = ''] = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(navigator.userAgent) ?? [];
  return [{ Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser, system].filter(Boolean).join(', ');
};

function faultWords(error: unknown): string {
  if (!(error instanceof PushFault)) return (error as Error).message;
  return error.reason === 'failed' ? t('deliver.push.failed', { detail: error.message }) : t(`deliver.push.${error.reason}`);
}

function AddDevice({ pushKey, isHere }: { pushKey: string | null; isHere: boolean }) {
  const cache = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  if (!canTakePush()) return <p>{t('deliver.push.unsupported')}</p>;
  if (pushKey === null) return <p>{t('deliver.push.no-key')}</p>;
  if (isHere) return null;
  const add = async (): Promise<void> => {
    setBusy(true);
    setFault('');
    try {
      await takePush(pushKey, agentWords());
      announce(t('deliver.device.added'));
    } catch (error) {
      setFault(faultWords(error));
    } finally {
      setBusy(false);
      void cache.invalidateQueries({ queryKey: ['deliver'] });
    }
  };
  return <>{fault && <p role="alert">{fault}</p>}<Button isBusy={isBusy} onClick={() => void add()}>{t('deliver.device.add')}</Button></>;
}

function OneDevice({ device }: { device: Device }) {
  const { send, isBusy } = useSend('deliver', endDevice);
  const isThis = device.id === ownDevice();
  const name = device.label || t('deliver.device.unnamed');
  const end = async (): Promise<void> => {
    if (isThis) await leavePush();
    await send({ id: device.id }).catch((problem: { status?: number }) => {
      if (problem.status !== 404) throw problem;
    });
    announce(t('deliver.device.ended'));
  };
  return (
    <li className={css.line}>
      <span><b className="strong">{name}</b> {isThis && <Tag look="line">{t('deliver.device.this')}</Tag>} <span className="t2">{t('deliver.device.since')} <TwoTimes at={device.madeAt} /></span></span>
      <Button isBusy={isBusy} aria-label={t('deliver.device.end.of', { name })} onClick={() => void end().catch((problem: Error) => announce(problem.message))}>{t('deliver.device.end')}</Button>
    </li>
  );
}

function Webhooks({ all, mayAdd }: { all: readonly Webhook[]; mayAdd: boolean }) {
  const [isAdding, setAdding] = useState(false);
  const { send } = useSend('deliver', endWebhook);
  const end = async ({ id, name }: Webhook): Promise<void> => {
    await send({ id });
    announce(t('deliver.webhook.ended', { name }));
  };
  return (
    <Panel title={t('deliver.webhooks')} actions={mayAdd && <Button icon="add" onClick={() => setAdding(true)}>{t('deliver.webhook.add')}</Button>}>
      <div className={css.pad}><p className="t2">{t('deliver.webhooks.why')}</p></div>
      {all.length === 0 ? <Empty>{t('deliver.webhooks.none')}</Empty> : (
        <ul>
          {all.map((hook) => (
            <li key={hook.id} className={css.line}>
              <span><b className="strong">{hook.name}</b> <span className="mono t2">{hook.origin}</span> <span className="t2">{t('deliver.device.since')} <TwoTimes at={hook.madeAt} /></span></span>
              <Button aria-label={t('deliver.webhook.end.of', { name: hook.name })} onClick={() => void end(hook).catch((problem: Error) => announce(problem.message))}>{t('deliver.webhook.end')}</Button>
            </li>
          ))}
        </ul>
      )}
      {isAdding && <WebhookDialog onClose={() => setAdding(false)} />}
    </Panel>
  );
}
