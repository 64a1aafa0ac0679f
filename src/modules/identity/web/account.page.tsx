import { OwnDevices } from '#platform/offline/web/public.tsx';
import { useRead } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { Asked } from '#ui/states.tsx';
import { myFactors } from '../contract.ts';
import css from './account.module.css';
import { MePanel } from './account/me-panel.tsx';
import { OwnKeysPanel } from './account/own-keys-panel.tsx';
import { PasswordPanel } from './account/password-panel.tsx';
import { SessionsPanel } from './account/sessions-panel.tsx';
import { SecondFactorPanel } from './factors/second-factor-panel.tsx';
import { t } from './messages.en.ts';
import { PasskeysPanel } from './passkeys/passkeys-panel.tsx';
import { LinksPanel } from './single/links-panel.tsx';

export default function AccountPage() {
  const factors = useRead('identity', myFactors, {});
  useWhere({ title: t('identity.account') });
  return (
    <div className={css.page}>
      <h1 className="title">{t('identity.account')}</h1>
      <div className={css.two}>
        <MePanel />
        <PasswordPanel />
      </div>
      <Asked reading={factors}>{(held) => <><SecondFactorPanel factors={held} /><PasskeysPanel held={held} /><LinksPanel held={held} /></>}</Asked>
      <SessionsPanel />
      <OwnDevices />
      <OwnKeysPanel />
    </div>
  );
}
