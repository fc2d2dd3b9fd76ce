export { RunbooksScreen } from './RunbooksScreen.tsx';
export { RunbookScreen } from './RunbookScreen.tsx';
