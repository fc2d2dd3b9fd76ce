/** Measures one figure in this process and tells the parent. */
import { Skip, type Report } from './figure.ts';
import { isFigureName, loadFigure } from './figures.ts';

const name = process.argv[2] ?? '';
if (!isFigureName(name) || process.send === undefined) {
  throw new Error('measure.ts is started by run.ts, with the name of a figure');
}
const figure = await loadFigure(name);
const { title, most, unit } = figure;

async function report(): Promise<Report> {
  try {
    return { title, most, unit, kind: 'measured', ...(await figure.measure()) };
  } catch (error) {
    if (error instanceof Skip) {
      return { title, most, unit, kind: 'skipped', why: error.message };
    }
    console.error(error);
    return { title, most, unit, kind: 'failed', why: String(error) };
  }
}

process.send(await report(), () => process.exit(0));
