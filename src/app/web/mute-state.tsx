import { readersZone } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { t as ui } from '#ui/messages.en.ts';
import { unmute, useSound } from '#ui/sound.ts';
import { timeWords } from '#ui/times.ts';
import { wallAt } from '#ui/zone.ts';
import { t } from './messages.en.ts';

/** While muted: until when. While the browser holds sound back: what it waits for. */
export function MuteState() {
  const { mutedUntil, isBlocked, isOn } = useSound();
  if (mutedUntil) return <Button icon="mute" title={t('shell.unmute')} onClick={unmute}>{ui('ui.sound.muted', { time: timeWords(wallAt(mutedUntil, readersZone())) })}</Button>;
  return isOn && isBlocked ? <span className="t2 small row" role="status">{ui('ui.sound.blocked')}</span> : null;
}
