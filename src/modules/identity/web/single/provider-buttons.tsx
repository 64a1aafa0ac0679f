import { Button } from '#ui/button.tsx';
import { t } from './messages.en.ts';
import type { useSingleSignOn } from './use-single.ts';

type Props = { providers: readonly { id: string; name: string }[]; to: string; single: ReturnType<typeof useSingleSignOn> };

/** One button for each provider of single sign-on. */
export const ProviderButtons = ({ providers, to, single }: Props) =>
  providers.map(({ id, name }) => <Button key={id} size="large" isBusy={single.isBusy} onClick={() => void single.leave(id, to).catch(() => undefined)}>{t('identity.single.sign-in', { name })}</Button>);
