export { PostmortemsScreen } from './PostmortemsScreen.tsx';
export { PostmortemScreen } from './PostmortemScreen.tsx';
export { ActionsScreen } from './ActionsScreen.tsx';
