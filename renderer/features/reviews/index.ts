export { ReviewsScreen } from './ReviewsScreen.tsx';
