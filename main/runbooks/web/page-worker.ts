/** Reduces pages in a thread of its own: a large or hostile one must not hold up the core, which polls. */
import { parentPort } from 'node:worker_threads';
import { errorText } from '../../errors.ts';
import { reducePage } from './reduce.ts';
import type { ReduceAnswer, ReduceQuestion } from './reducer.ts';

parentPort?.on('message', ({ html, address }: ReduceQuestion) => {
  let answer: ReduceAnswer;
  try {
    answer = { page: reducePage(html, address) };
  } catch (error) {
    answer = { problem: errorText(error).slice(0, 200) };
  }
  parentPort?.postMessage(answer, []);
});
