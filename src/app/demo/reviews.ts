/** An improvement with the action that came of it: due and, where it was done, done so many days before now. */
export type ImprovementPlan = { capability: string; text: string; cause: string; recommendation: string; action: { title: string; owner: string; element: 'planning' | 'organisation' | 'equipment' | 'training' | 'exercises'; givenDaysAgo: number; dueInDays: number; doneDaysAgo: number | null; outcome: string } };
export type ReviewPlan = { story: number; summary: string; ratings: Readonly<Record<string, 'P' | 'S' | 'M' | 'U'>>; strength: { capability: string; text: string }; improvements: readonly ImprovementPlan[] };

/** Two reviews of the year's stories, invented as everything here: what was mended after the first came back in the second. */
export const REVIEWS: readonly ReviewPlan[] = [
  {
    story: 2, summary: 'The seal was checked at the gate and not compared with the papers. A stop off the route had been closed as authorised two hours before, by a desk that did not ask the carrier.', ratings: { detection: 'M', assessment: 'M', coordination: 'P' },
    strength: { capability: 'coordination', text: 'Police and the customs specialist were told within the hour, with the pictures of both gates.' },
    improvements: [
      { capability: 'detection', text: 'The officer noted the seal number and compared it with nothing.', cause: 'procedure-not-followed', recommendation: 'Compare the seal with the shipping papers before the gate opens, two people above a stated value.', action: { title: 'Seal check by two, with a photograph, in the post order', owner: 'p04', element: 'planning', givenDaysAgo: 300, dueInDays: -245, doneDaysAgo: 250, outcome: 'Post order issued, read by all gate officers' } },
    ],
  },
  {
    story: 7, summary: 'Alarm and sign-in were joined in under a minute and the right people came. The contractor stood alone at the racks because the escort rule was known and not kept.', ratings: { detection: 'P', alerting: 'P', access: 'M', command: 'S' },
    strength: { capability: 'detection', text: 'The badge and the sign-in from the network were joined forty seconds after the event.' },
    improvements: [
      { capability: 'access', text: 'The escort left the contractor alone for a quarter of an hour.', cause: 'procedure-not-followed', recommendation: 'No work at racks without the escort’s badge beside it.', action: { title: 'Cabinets open only with a second badge', owner: 'p02', element: 'equipment', givenDaysAgo: 60, dueInDays: 24, doneDaysAgo: null, outcome: '' } },
      { capability: 'command', text: 'For eleven minutes it was not clear whether IT or the watch leads.', cause: 'command-unclear', recommendation: 'Name who leads in the first call, by the type of the incident.', action: { title: 'Name the lead in the joint call sheet', owner: 'p03', element: 'organisation', givenDaysAgo: 60, dueInDays: -30, doneDaysAgo: 34, outcome: 'Call sheet changed, tried in one drill' } },
    ],
  },
];
