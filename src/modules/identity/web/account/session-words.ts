import { t } from './messages.en.ts';

/** The browser and system that a session names, in few words. */
export function agentWords(agent: string | null): string | null {
  if (!agent) return null;
  const browser = /(Firefox|Edg|OPR|Chrome|Safari|curl|HeadlessChrome)\/?([\d]+)?/.exec(agent);
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent);
  const name = { Edg: 'Edge', OPR: 'Opera', HeadlessChrome: 'Chrome' }[browser?.[1] ?? ''] ?? browser?.[1];
  return [name && `${name} ${browser?.[2] ?? ''}`.trim(), system?.[1]].filter(Boolean).join(', ') || agent.slice(0, 40);
}

const WITH: Readonly<Record<string, () => string>> = { password: () => t('identity.with.password'), single: () => t('identity.with.single'), passkey: () => t('identity.with.passkey'), totp: () => t('identity.with.totp'), recovery: () => t('identity.with.recovery') };

/** With what a session was opened. */
export const withWords = (openedWith: readonly string[] | null): string => (openedWith ?? []).map((factor) => WITH[factor]?.() ?? factor).join(', ');
