import { serve } from '#platform/kernel/http.ts';
import * as contract from '../review-contract.ts';
import { finishReview } from './finish.service.ts';
import * as lists from './lists.service.ts';
import { printReview } from './report.service.ts';
import * as reviews from './reviews.service.ts';

/** After-action reviews, their actions, and what recurs. */
export const reviewRoutes = [
  serve(contract.listReviews, lists.listReviews),
  serve(contract.listReviewsDue, lists.listReviewsDue),
  serve(contract.listOpenActions, lists.listOpenActions),
  serve(contract.readReviewTrends, lists.readReviewTrends),
  serve(contract.openReview, reviews.openReview),
  serve(contract.readReview, reviews.readReview),
  serve(contract.changeReview, reviews.changeReview),
  serve(contract.addObservation, reviews.addObservation),
  serve(contract.changeObservation, reviews.changeObservation),
  serve(contract.strikeObservation, reviews.strikeObservation),
  serve(contract.addAction, reviews.addAction),
  serve(contract.finishReview, finishReview),
  serve(contract.printReview, printReview),
];
