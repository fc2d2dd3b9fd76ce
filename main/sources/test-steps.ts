/** Steps of the report that a test of a source gives, in the same words for every kind. */
import type { TestReport } from '../../preload/contract/sources.ts';
import { isLoopback } from './http-address.ts';
import { SourceError } from './source-error.ts';

type TestStep = TestReport['steps'][number];

const shownSkewMs = 5_000;

export const step = (
  name: string,
  outcome: TestStep['outcome'],
  text: string,
  next: string | null = null,
): TestStep => ({ name, outcome, text, next });

/** Of a failed first call: it was not reached, or it was and refused the login. @throws what is no SourceError */
export function failureSteps(error: unknown, host: string): TestStep[] {
  if (!(error instanceof SourceError)) throw error;
  if (error.code !== 'source.unauthorized')
    return [step('reach', 'failed', error.message, error.next)];
  return [
    step('reach', 'ok', `${host} answers.`),
    step('login', 'failed', error.message, error.next),
  ];
}

export function tlsStep(address: string, hasLogin: boolean): TestStep {
  const url = new URL(address);
  if (url.protocol === 'https:') {
    return step('tls', 'ok', `${url.host}: encrypted, certificate trusted.`);
  }
  if (isLoopback(url.hostname)) {
    return step('tls', 'ok', `${url.host}: on this computer, no need to encrypt.`);
  }
  return hasLogin
    ? step(
        'tls',
        'warning',
        `${url.host}: not encrypted, so the password or token travels in the clear.`,
        'Use https://.',
      )
    : step(
        'tls',
        'warning',
        `${url.host}: not encrypted.`,
        'Use https:// if the server offers it.',
      );
}

export const readStep = (count: number): TestStep =>
  step('read', 'ok', `May read ${count} ${count === 1 ? 'alarm' : 'alarms'}.`);

export function clockStep(skewMs: number | null): TestStep {
  if (skewMs === null) return step('clock', 'skipped', 'It does not tell its time.');
  if (Math.abs(skewMs) <= shownSkewMs)
    return step('clock', 'ok', 'Its clock agrees with this one.');
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  return step(
    'clock',
    'warning',
    `Its clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} this computer's.`,
    'Set both by NTP. Nightdesk allows for the difference.',
  );
}

export const versionStep = (program: string, version: string | null): TestStep =>
  step('version', 'ok', version === null ? 'It names no version.' : `${program} ${version}.`);
