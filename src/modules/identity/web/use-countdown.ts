import { useEffect, useState } from 'react';

/** Seconds that are left, and how to start them; 0 when none are. */
export function useCountdown(): [number, (seconds: number) => void] {
  const [endsAt, setEndsAt] = useState(0);
  const [now, setNow] = useState(0);
  const isOver = now >= endsAt;
  useEffect(() => {
    if (endsAt <= Date.now()) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [endsAt, isOver]);
  const start = (seconds: number): void => {
    setNow(Date.now());
    setEndsAt(Date.now() + seconds * 1_000);
  };
  return [Math.max(0, Math.ceil((endsAt - now) / 1_000)), start];
}
