export { IncidentsScreen } from './IncidentsScreen.tsx';
export { IncidentScreen } from './IncidentScreen.tsx';
