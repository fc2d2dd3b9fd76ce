/**
 * The bridge: hands the page one port to the core and nothing else. Validation stays out of it; the core does that.
 */
import { ipcRenderer } from 'electron';

// The page gets a new port when the core was started again; it always uses the newest.
ipcRenderer.on('nightdesk:port', (event) => {
  window.postMessage({ type: 'nightdesk:port' }, window.location.origin, event.ports);
});

// By then the page's scripts have run and listen.
window.addEventListener('load', () => ipcRenderer.send('nightdesk:connect'));
