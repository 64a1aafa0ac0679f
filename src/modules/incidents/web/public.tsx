import { REVIEW } from '../review-rules.ts';

export { capabilityTitle, causeTitle, ratingTitle } from '../review-rules.ts';

/** The capabilities that a review or an exercise speaks of. */
export const CAPABILITY_CHOICES = REVIEW.capabilities.map(({ key, title }) => ({ value: key, title }));
/** The causes of what is to be improved, by group. */
export const CAUSE_CHOICES = REVIEW.causeGroups.flatMap((group) => group.causes.map(({ key, title }) => ({ value: key, title: `${group.title}: ${title}` })));
/** P, S, M and U with their words. */
export const RATING_CHOICES = REVIEW.ratings.map(({ key, title }) => ({ value: key, title: `${key}: ${title}` }));
