import { t } from './messages.en.ts';
import { Tag } from './tag.tsx';

/** The watermark of what came from a simulated source: it stands wherever the record is shown. */
export const SimulatedTag = () => <Tag look="line" icon="warning">{t('ui.simulated')}</Tag>;
