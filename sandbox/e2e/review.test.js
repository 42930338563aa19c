// People who never saw the tool read a review's page, from a file and with the
// network switched off.
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { violations } from './accessibility.js';
import { reviewPage } from './bigreview.js';

const screenshots = process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'review-pictures-'));
mkdirSync(screenshots, { recursive: true });

const launch = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });

describe("a review's page with 1,000 principals", () => {
  const file = reviewPage(1000);
  const wrong = []; // requests to elsewhere, and what the page's policy or script complains about
  let browser, page;

  before(async () => {
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    await page.context().setOffline(true);
    page.on('request', request => { if (request.url() !== pathToFileURL(file).href) wrong.push(request.url()); });
    page.on('console', message => wrong.push(message.text()));
    page.on('pageerror', error => wrong.push(String(error)));
    await page.goto(pathToFileURL(file).href);
  });
  after(() => browser?.close());

  const principal = () => page.getByRole('searchbox', { name: 'Principal' });
  const scope = () => page.getByRole('searchbox', { name: 'Scope or operation' });
  const show = () => page.getByRole('combobox', { name: 'Show' });
  const card = address => page.locator('.principal').filter({ has: page.getByText(address, { exact: true }) });
  const everything = async () => {
    await principal().fill('');
    await scope().fill('');
    await page.getByLabel('write access only').uncheck();
  };

  // In a browser that has shown the page before, since the first start of one is its own affair.
  test('is shown within a second, and so is what is typed', async t => {
    await page.reload();
    const shown = await page.evaluate(() => {
      const { domContentLoadedEventEnd } = performance.getEntriesByType('navigation')[0];
      return Math.max(domContentLoadedEventEnd, performance.getEntriesByName('first-contentful-paint')[0].startTime);
    });
    // The handler renders at once; the second frame comes after its result is painted.
    const typed = await page.evaluate(() => new Promise(resolve => {
      const began = performance.now(), field = document.getElementById('scope');
      document.getElementById('version').value = 'after';
      field.value = 'okta.users';
      field.dispatchEvent(new Event('input', { bubbles: true }));
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)));
    }));
    t.diagnostic(`shown after ${Math.round(shown)} ms; filtered within ${Math.round(typed)} ms`);
    assert.ok(shown < 1000, `shown after ${shown} ms`);
    assert.ok(typed < 1000, `filtered after ${typed} ms`);
    await page.reload();
  });

  test('begins with the change', async () => {
    assert.equal(await page.locator('#count').textContent(), '14 of 1000 principals change');
    assert.match(await card('service_app.helpdesk_2').textContent(), /widens write on Users, from users of group.helpdesk to the whole org/);
    const rows = name => card(name).locator('table.rows tbody tr').allTextContents();
    const [roles, scopes] = await rows('service_app.platform_5');
    assert.equal(roles, 'rolesREAD_ONLY_ADMINORG_ADMIN');
    assert.equal(scopes, 'scopesokta.users.readokta.users.manage, okta.users.read');
    assert.equal((await rows('service_app.people_11'))[0], 'scopesokta.groups.manage, okta.groups.readokta.groups.read');
    assert.match(await card('service_app.finance_14').textContent(), /deleted.*loses read on Apps/);
  });

  test('a line opens to its calls', async () => {
    const line = card('service_app.platform_5').locator('details').first();
    await line.locator('summary').click();
    await line.locator('code').first().waitFor(); // it is filled once it is open
    assert.ok((await line.locator('code').allTextContents()).includes('DELETE /api/v1/users/{id}'));
  });

  test('filters by principal and scope, before and after', async () => {
    await principal().fill('people');
    await scope().fill('okta.groups.manage');
    await show().selectOption('before');
    const was = await page.locator('#count').textContent();
    assert.match(was, /^89 of 1000 principals match; the graph shows the first 15$/);
    assert.equal(await card('service_app.people_11').count(), 1);
    await show().selectOption('after');
    assert.match(await page.locator('#count').textContent(), /^88 of 1000/);
    assert.equal(await card('service_app.people_11').count(), 0, 'it has lost the scope');
    await page.getByLabel('write access only').check();
    assert.doesNotMatch(await page.locator('#list').textContent(), /may read/);
    await scope().fill('nothing of the kind');
    assert.match(await page.locator('#count').textContent(), /^0 of 1000/);
    assert.equal(await page.locator('.legend').isVisible(), false);
    await everything();
  });

  test('shows all of them, some at a time', async () => {
    await show().selectOption('after');
    assert.match(await page.locator('#count').textContent(), /^999 of 1000/, 'one is deleted');
    assert.equal(await page.locator('.principal').count(), 50);
    await page.getByRole('button', { name: 'Show more' }).click();
    assert.equal(await page.locator('.principal').count(), 100);
    await show().selectOption('delta');
  });

  test('in the dark, on a phone, and on paper', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    const luminance = await page.evaluate(() => getComputedStyle(document.body).color);
    assert.equal(luminance, 'rgb(232, 234, 238)');
    await page.setViewportSize({ width: 320, height: 568 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, 'nothing is wider than a small phone');
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    assert.equal(await page.locator('#filters').isVisible(), false);
    assert.equal(await card('service_app.platform_5').isVisible(), true);
  });

  test('needs nothing from elsewhere, and its own policy lets it work', () => {
    assert.deepEqual(wrong, []);
  });
});

describe("a review's page with five principals", () => {
  const file = reviewPage(5);
  let browser, page;

  before(async () => {
    browser = await launch();
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
  });
  after(() => browser?.close());

  test('says the verdict first', async () => {
    assert.match(await page.locator('h1').textContent(), /^Provisioner becomes a super admin; /);
  });

  test('marks what is new between before and after', async () => {
    const roles = page.locator('.principal').first().locator('table.rows tbody tr').first();
    assert.equal(await roles.locator('del').textContent(), 'READ_ONLY_ADMIN');
    assert.equal(await roles.locator('ins').textContent(), 'SUPER_ADMIN');
  });

  test('is used with the keyboard alone', async () => {
    const focused = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id);
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Skip to who can do what');
    assert.equal(await page.locator('.skip').evaluate(e => e.getBoundingClientRect().left >= 0), true, 'it is seen while it has the focus');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'principal', 'the filter is what comes after the link');
    await page.keyboard.type('portal');
    assert.equal(await page.locator('#count').textContent(), '1 of 5 principals change');
    await page.locator('.principal summary').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('.principal .ops code').first().waitFor();
    await page.locator('#principal').fill('');
  });

  test('leads to a finding, also one that is folded, and to a principal', async () => {
    const low = page.locator('.minor .finding').first();
    assert.equal(await low.isVisible(), false);
    await page.goto(`${pathToFileURL(file).href}#${await low.getAttribute('id')}`);
    await page.reload();
    assert.equal(await low.isVisible(), true);
    await page.goto(`${pathToFileURL(file).href}#principal-user.ada`);
    await page.reload();
    assert.equal(await page.locator('[id="principal-user.ada"]').isVisible(), true, 'though the change does not concern it');
    await page.goto(pathToFileURL(file).href);
  });

  test('is copied as Markdown', async () => {
    await page.getByRole('button', { name: 'Copy as Markdown' }).click();
    await page.getByText('Copied.').waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(text, /^\*\*Provisioner becomes a super admin; /);
    assert.match(text, /- \*\*critical G16 Super admin without a person\*\*\n {2}- service\\_app\.provisioner/);
  });

  test('shows the graph as a list at 320 pixels', async () => {
    await page.evaluate(() => { document.getElementById('drawing').open = true; });
    const shown = async () => [await page.locator('#graph svg').isVisible(), await page.locator('#arrows').evaluate(e => e.clientHeight > 10)];
    await page.setViewportSize({ width: 1200, height: 800 });
    assert.deepEqual(await shown(), [true, false]);
    await page.setViewportSize({ width: 320, height: 568 });
    assert.deepEqual(await shown(), [false, true]);
    assert.match(await page.locator('#arrows li').first().textContent(), /^service_app\.provisioner → becomes a super admin; gains write on Apps/);
  });

  test('is whole on paper', async () => {
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    assert.equal(await page.getByText('Whoever has the app\'s key may do everything').isVisible(), true, 'reasons are unfolded');
    assert.equal(await page.locator('#copy').isVisible(), false);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    assert.equal(await page.getByText('Whoever has the app\'s key may do everything').isVisible(), false);
    await page.emulateMedia({ media: null });
  });
});

// The pictures of docs/review.md are made here:
//   SCREENSHOTS=$PWD/docs sandbox/e2e/run review.test.js
for (const [n, pictures] of [[5, { dark: [1200, 760], phone: [320, 640] }], [300, { desktop: [1200, 900] }]]) {
  describe(`a review's page with ${n} principals`, () => {
    const file = reviewPage(n);
    let browser;

    before(async () => { browser = await launch(); });
    after(() => browser?.close());

    test('looks like this', async () => {
      for (const [name, [width, height]] of Object.entries(pictures)) {
        const page = await browser.newPage({ viewport: { width, height }, colorScheme: name === 'dark' ? 'dark' : 'light', deviceScaleFactor: name === 'phone' ? 2 : 1 });
        await page.goto(pathToFileURL(file).href);
        await page.screenshot({ path: join(screenshots, `review-${name}.png`) });
        await page.close();
      }
    });

    test('has nothing that axe-core finds wrong', async () => {
      const page = await browser.newPage();
      await page.goto(pathToFileURL(file).href);
      assert.deepEqual(await violations(page), []);
    });
  });
}
