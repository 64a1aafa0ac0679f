export const CHANNELS = ['app', 'push', 'mail', 'sms', 'room'] as const;
export type Channel = (typeof CHANNELS)[number];
export const NOTICE_STATES = ['waiting', 'sending', 'sent', 'recalled', 'lapsed'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];
export const SEND_STATES = ['queued', 'handed', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'recalled', 'skipped'] as const;
export type SendState = (typeof SEND_STATES)[number];
export const QUESTIONS = ['none', 'received', 'safety'] as const;
export type Question = (typeof QUESTIONS)[number];
export const ANSWERS = ['safe', 'help', 'unaffected', 'received'] as const;
export type Answer = (typeof ANSWERS)[number];
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What may be answered to a question. */
export const CHOICES: Readonly<Record<Question, readonly Answer[]>> = { none: [], received: ['received'], safety: ['safe', 'help', 'unaffected'] };

type Said = { short: string; long: string };
/** What is said: short for telephones and locked screens, long for mail and the page; German where it was written. */
export type Texts = { en: Said; de: Said | null };

/** GSM 03.38: what one septet holds, and what takes two. */
const GSM = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà');
const GSM_TWICE = new Set('^{}\\[~]|€');

/** How many SMS a text becomes (3GPP TS 23.038, 23.040): 160 septets or 70 UTF-16 units alone, 153 or 67 each where it is parted. */
export function smsParts(text: string): number {
  const characters = [...text];
  if (characters.every((one) => GSM.has(one) || GSM_TWICE.has(one))) {
    const septets = characters.reduce((sum, one) => sum + (GSM_TWICE.has(one) ? 2 : 1), 0);
    return septets <= 160 ? 1 : Math.ceil(septets / 153);
  }
  return text.length <= 70 ? 1 : Math.ceil(text.length / 67);
}

/** What one person reads: their language where it is known and written, else everything there is. */
export const saidTo = (texts: Texts, language: Language | null, size: 'short' | 'long'): string => {
  const words = ({ short, long }: Said): string => (size === 'short' || long === '' ? short : `${short}\n\n${long}`);
  if (texts.de === null || language === 'en') return words(texts.en);
  return language === 'de' ? words(texts.de) : `${words(texts.en)}${size === 'short' ? ' / ' : '\n\n'}${words(texts.de)}`;
};

/** An SMS with the link to answer, where there is one. */
export const smsText = (texts: Texts, language: Language | null, link: string | null): string => [saidTo(texts, language, 'short'), link].filter(Boolean).join(' ');

/** Seconds until a gateway is asked again after so many failures; null where it is given up. A notice that comes an hour late helps nobody. */
export const pauseAfter = (attempts: number): number | null => [10, 30, 60, 120, 300][attempts - 1] ?? null;

/** What is still on its way. */
export const OPEN_SENDS: readonly SendState[] = ['queued', 'handed', 'sending'];
export const REACHED_SENDS: readonly SendState[] = ['sent', 'delivered'];

/** Does a notice of this size wait for a second person? Everybody of a place, or more than the setting; not where it is sent from an approved text in danger to life. */
export const needsSecond = ({ everyone, size, approveOver, isDanger }: { everyone: boolean; size: number; approveOver: number; isDanger: boolean }): boolean => !isDanger && (everyone || size > approveOver);

/** Are these the words of the template, unchanged? */
export const isUnchanged = (texts: Texts, question: Question, of: { texts: Texts; question: Question }): boolean => question === of.question && LANGUAGES.every((language) => texts[language]?.short === of.texts[language]?.short && texts[language]?.long === of.texts[language]?.long);
