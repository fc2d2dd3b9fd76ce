export { DrillBar } from './DrillBar.tsx';
export { DrillScreen } from './DrillScreen.tsx';
