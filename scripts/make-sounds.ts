/**
 * Makes the two sounds of Nightdesk, `renderer/public/sounds/page.wav` and `notice.wav`: `node scripts/make-sounds.ts`.
 *
 * They are ours, computed from nothing but the numbers below; no recording is in them. A page is three rising calls, twice:
 * a full tone near 520 Hz with its odd harmonics, because low square-like tones wake sleepers best, and a soft attack, so
 * that it wakes without a fright. A notice is two short drops of a mallet, pure and quiet: heard by somebody who is awake.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const sampleRate = 22_050;

interface Tone {
  readonly at: number;
  readonly lasts: number;
  readonly hertz: number;
  readonly loudness: number;
  /** Loudness of each multiple of the tone, the first one being itself. */
  readonly harmonics: Readonly<Record<number, number>>;
  readonly attack: number;
  /** Seconds in which what is left of it halves. */
  readonly halves: number;
}

function addTone(samples: Float64Array, tone: Tone): void {
  const first = Math.round(tone.at * sampleRate);
  const count = Math.round(tone.lasts * sampleRate);
  const release = 0.03;
  for (let index = 0; index < count; index += 1) {
    const seconds = index / sampleRate;
    const rise = Math.min(1, seconds / tone.attack);
    const fall = Math.min(1, (tone.lasts - seconds) / release);
    const envelope = rise * rise * fall * 0.5 ** (seconds / tone.halves);
    let value = 0;
    for (const [multiple, loudness] of Object.entries(tone.harmonics)) {
      value += loudness * Math.sin(2 * Math.PI * tone.hertz * Number(multiple) * seconds);
    }
    samples[first + index] = (samples[first + index] ?? 0) + value * envelope * tone.loudness;
  }
}

/** Mono, 16 bit, with the loudest sample at `peak`. */
function toWav(samples: Float64Array, peak: number): Buffer {
  const loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + samples.length * 2, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples.length * 2, 40);
  for (const [index, value] of samples.entries()) {
    file.writeInt16LE(Math.round((value / loudest) * peak * 32_767), 44 + index * 2);
  }
  return file;
}

function page(): Buffer {
  const samples = new Float64Array(Math.round(3 * sampleRate));
  const call = { harmonics: { 1: 1, 3: 0.32, 5: 0.16, 7: 0.07 }, attack: 0.02, halves: 0.35 };
  for (const start of [0, 1.5]) {
    for (const [index, hertz] of [520, 650, 780].entries()) {
      const isLast = index === 2;
      addTone(samples, {
        ...call,
        at: start + index * 0.26,
        lasts: isLast ? 0.7 : 0.24,
        hertz,
        loudness: isLast ? 1 : 0.85,
      });
    }
  }
  return toWav(samples, 0.9);
}

function notice(): Buffer {
  const samples = new Float64Array(Math.round(0.7 * sampleRate));
  const drop = { harmonics: { 1: 1, 4: 0.12 }, attack: 0.004, halves: 0.07 };
  addTone(samples, { ...drop, at: 0, lasts: 0.4, hertz: 880, loudness: 1 });
  addTone(samples, { ...drop, at: 0.14, lasts: 0.5, hertz: 1_174.7, loudness: 0.8 });
  return toWav(samples, 0.3);
}

const folder = join(import.meta.dirname, '..', 'renderer', 'public', 'sounds');
mkdirSync(folder, { recursive: true });
for (const [name, file] of Object.entries({ page: page(), notice: notice() })) {
  writeFileSync(join(folder, `${name}.wav`), file);
  console.log(`${name}.wav: ${Math.round(file.length / 1024)} kB`);
}
