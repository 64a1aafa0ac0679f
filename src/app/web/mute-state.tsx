import { readersZone } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { t as ui } from '#ui/messages.en.ts';
import { unmute, useSound } from '#ui/sound.ts';
import { timeWords } from '#ui/times.ts';
import { wallAt } from '#ui/zone.ts';
import { t } from './messages.en.ts';

/** While muted: until when. That a browser holds sound back is said where it would sound. */
export function MuteState() {
  const { mutedUntil } = useSound();
  if (mutedUntil) return <Button icon="mute" title={t('shell.unmute')} onClick={unmute}>{ui('ui.sound.muted', { time: timeWords(wallAt(mutedUntil, readersZone())) })}</Button>;
  return null;
}
