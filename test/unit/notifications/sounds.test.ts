import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Sound {
  readonly seconds: number;
  readonly samples: Int16Array;
}

function read(name: 'page' | 'notice'): Sound {
  const file = readFileSync(`renderer/public/sounds/${name}.wav`);
  expect(file.length).toBeLessThan(200_000);
  expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
  expect(file.readUInt32LE(4)).toBe(file.length - 8);
  const samples = new Int16Array(
    file.buffer.slice(file.byteOffset + 44, file.byteOffset + file.length),
  );
  return { samples, seconds: samples.length / file.readUInt32LE(24) };
}

const loudness = ({ samples }: Sound): number =>
  Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);

describe('the two sounds', () => {
  test('are told apart half asleep: a page is much longer and louder than a notice', () => {
    const page = read('page');
    const notice = read('notice');
    expect(page.seconds).toBeGreaterThan(3 * notice.seconds);
    expect(loudness(page)).toBeGreaterThan(3 * loudness(notice));
  });

  test.each(['page', 'notice'] as const)('%s begins and ends softly', (name) => {
    const { samples } = read(name);
    expect(Math.abs(samples[0] ?? 0)).toBeLessThan(100);
    expect(Math.abs(samples.at(-1) ?? 0)).toBeLessThan(100);
  });
});
