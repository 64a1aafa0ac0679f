import { State } from '#ui/tag.tsx';
import type { Muster } from '../../muster-contract.ts';
import { t } from './messages.en.ts';

export const MusterState = ({ state }: Pick<Muster, 'state'>) => <State fill={state === 'open' ? 'half' : 'ended'}>{t(`musters.state.${state}`)}</State>;
