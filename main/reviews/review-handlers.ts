import { os } from '../router.ts';
import type { ReviewService } from './review-service.ts';

/** The reviews slice of the contract. */
export const reviewHandlers = (service: ReviewService) => ({
  get: os.reviews.get.handler(({ input }) => service.get(input.day)),
  export: os.reviews.export.handler(({ input }) => service.export(input.day)),
});
