export { FourAmScreen } from './FourAmScreen.tsx';
export { FourAmOffer } from './FourAmOffer.tsx';
export { showAlarm } from './show-alarm.ts';
