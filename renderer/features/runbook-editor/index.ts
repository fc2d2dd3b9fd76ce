export { EditScreen } from './EditScreen.tsx';
export { NewScreen } from './NewScreen.tsx';
