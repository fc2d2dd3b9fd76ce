export { FourAmScreen } from './FourAmScreen.tsx';
export { FourAmOffer } from './FourAmOffer.tsx';
