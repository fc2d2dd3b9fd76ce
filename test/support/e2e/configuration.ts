/** Configuration files of desks under test. Nothing in them depends on the time of day at which a test runs. */

/** The least time between two polls that a person may choose. */
export const pollMs = 5_000;

export const quietless = {
  person: 'Ada',
  hasChosenStart: true,
  quietHours: null,
  sleepHours: null,
  isSoundOn: false,
} as const;

/** A desk that watches one Alertmanager at this address, and nothing else. */
export const watching = (url: string, more: object = {}): object => ({
  ...quietless,
  sources: [
    {
      id: 'prod',
      kind: 'alertmanager',
      name: 'Production',
      intervalMs: pollMs,
      settings: { urls: [url] },
    },
  ],
  ...more,
});
