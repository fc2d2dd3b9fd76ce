export { TriageScreen } from './TriageScreen.tsx';
