import { chooseLanguage, LANGUAGES, type LanguageTag } from '#platform/web/language.ts';
import { spokenLanguage } from '#platform/web/messages.ts';
import { SelectField } from '#ui/field.tsx';
import { t } from './messages.en.ts';

const CHOICES = LANGUAGES.map(({ tag, title }) => ({ value: tag, title }));
const isEnglish = (tag: string): boolean => tag.split('-')[0] === 'en';

/** The language of this device, each by its own name; choosing begins the page anew in it. */
export const LanguageField = () => (
  <SelectField label={t('identity.language')} value={spokenLanguage()} choices={CHOICES} onValue={(tag) => chooseLanguage(tag as LanguageTag)} {...(!isEnglish(spokenLanguage()) && { help: t('identity.language.rest') })} />
);
