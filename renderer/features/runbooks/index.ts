export { HygieneScreen } from './HygieneScreen.tsx';
export { RunbooksScreen } from './RunbooksScreen.tsx';
export { RunbookScreen } from './RunbookScreen.tsx';
