import type { AlarmService } from '../alarms/alarm-service.ts';
import { os } from '../router.ts';
import type { SettingsService } from './settings-service.ts';

export const settingsHandlers = (
  settings: SettingsService,
  alarms: Pick<AlarmService, 'countMatching'>,
) => ({
  get: os.settings.get.handler(() => ({
    settings: settings.current(),
    configFile: settings.configFile,
  })),
  update: os.settings.update.handler(({ input }) => settings.update(input)),
  views: os.settings.views.handler(() =>
    settings.views().map((view) => ({ ...view, count: alarms.countMatching(view.query) })),
  ),
  saveView: os.settings.saveView.handler(({ input }) => settings.saveView(input)),
  removeView: os.settings.removeView.handler(({ input }) => {
    settings.removeView(input.id);
    return {};
  }),
});
