import { useState } from 'react';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { say } from '#ui/announcer.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { exampleSignal } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './try-line.module.css';

/** Nothing has come yet: a line to paste in a shell that sends the first signal, or what is missing for one. */
export function TryLine() {
  const example = useRead('signals', exampleSignal, {});
  return <Asked reading={example}>{({ isListening, command, source, host, port }) => (!isListening ? <Off /> : command === null || source === null ? <NoSource /> : <Line command={command} source={source.name} place={`${host}:${port ?? ''}`} />)}</Asked>;
}

const Off = () => <Empty>{t('signals.try.off')}</Empty>;

function NoSource() {
  const may = useMay('signals:sources');
  return <Empty action={may && <LinkButton look="filled" size="large" to="/watch/sources?add=1" icon="add">{t('signals.sources.add')}</LinkButton>}>{t(may ? 'signals.try.no-source' : 'signals.try.no-source.ask')}</Empty>;
}

function Line({ command, source, place }: { command: string; source: string; place: string }) {
  const [isCopied, setCopied] = useState<boolean | null>(null);
  const copy = async (): Promise<void> => {
    const done = await navigator.clipboard.writeText(command).then(() => true, () => false);
    setCopied(done);
    say(t(done ? 'signals.try.copied' : 'signals.try.not-copied'));
  };
  return (
    <div className={css.box}>
      <h2 className="head">{t('signals.try')}</h2>
      <p className="t2">{t('signals.try.why', { source, place })}</p>
      <code className={css.line} tabIndex={0}>{command}</code>
      <div className={css.buttons}>
        <Button look="filled" size="large" onClick={() => void copy()}>{t('signals.try.copy')}</Button>
        {isCopied !== null && <span className="t2 row">{t(isCopied ? 'signals.try.copied' : 'signals.try.not-copied')}</span>}
      </div>
    </div>
  );
}
