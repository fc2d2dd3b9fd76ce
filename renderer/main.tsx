/** Starts the window: the carrier first, because it takes the token out of the address before the router reads it. */
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './app/theme/tokens.css';
import './app/theme/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect } from './api/connection.ts';
import { watchDesk } from './api/desk.ts';
import { App } from './app/App.tsx';
import { armSounds } from './app/sounds.ts';

connect();
watchDesk();
armSounds();

const place = document.querySelector('#root');
if (place === null) throw new Error('The page has no place for the window.');
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
