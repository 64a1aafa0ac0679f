import { Button } from '#ui/button.tsx';
import { t } from './messages.en.ts';

/** Fetches the file by the browser's own download, with the session's cookie. */
export const ExportLink = () => <Button onClick={() => location.assign('/api/sites/export')}>{t('sites.export')}</Button>;
