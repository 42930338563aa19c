// What axe-core finds wrong with a page, light and dark, on a desktop and at 320 pixels, with
// everything unfolded.
import { createRequire } from 'node:module';

const axe = createRequire(import.meta.url)('axe-core').source;

// What axe-core can't decide by itself: the contrast of text over the lines of a drawing, and
// whether "#" is a word.
const undecided = ['color-contrast', 'label-content-name-mismatch'];

export async function violations(page) {
  const found = [];
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1200, 320]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = true; });
      await page.evaluate(axe);
      const report = await page.evaluate(() => axe.run({ resultTypes: ['violations', 'incomplete'] }));
      const open = report.incomplete.filter(rule => !undecided.includes(rule.id));
      for (const rule of [...report.violations, ...open]) {
        for (const node of rule.nodes) found.push(`${colorScheme}, ${width} pixels: ${rule.id}: ${node.html} ${node.failureSummary}`);
      }
      if (report.passes.length < 20) found.push(`only ${report.passes.length} rules of axe-core looked at the page`);
    }
  }
  return found;
}
