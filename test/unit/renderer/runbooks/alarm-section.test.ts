import { expect, test } from 'vitest';
import { alarmSectionOf } from '../../../../renderer/features/runbooks/alarm-section.ts';

const section = (depth: number, anchor: string) => ({ depth, anchor, text: anchor });
const sections = [
  section(1, 'kubernetes'),
  section(2, 'kube-pod-down'),
  section(3, 'diagnosis'),
  section(2, 'kubelet-down'),
  section(3, 'diagnosis-1'),
  section(4, 'logs'),
  section(2, 'contacts'),
  section(3, 'numbers'),
];
const alarms = ['kube-pod-down', 'kubelet-down'];

test.each([
  ['kubelet-down', 'kubelet-down'],
  ['diagnosis', 'kube-pod-down'],
  ['diagnosis-1', 'kubelet-down'],
  ['logs', 'kubelet-down'],
  ['contacts', null],
  ['numbers', null],
  ['kubernetes', null],
  ['nowhere', null],
])('%s belongs to %s', (anchor, alarm) => {
  expect(alarmSectionOf(sections, alarms, anchor)).toBe(alarm);
});

test('a document that is about one thing has no alarm sections', () => {
  expect(alarmSectionOf(sections, [], 'logs')).toBeNull();
});
