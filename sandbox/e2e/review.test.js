// People who never saw the tool read a review's page, from a file and with the
// network switched off.
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { reviewPage } from './bigreview.js';

describe("a review's page with 1,000 principals", () => {
  const screenshots = process.env.SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'review-pictures-'));
  const file = reviewPage(1000);
  const wrong = []; // requests to elsewhere, and what the page's policy or script complains about
  let browser, page;

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    await page.context().setOffline(true);
    page.on('request', request => { if (request.url() !== pathToFileURL(file).href) wrong.push(request.url()); });
    page.on('console', message => wrong.push(message.text()));
    page.on('pageerror', error => wrong.push(String(error)));
    await page.goto(pathToFileURL(file).href);
  });
  after(() => browser?.close());

  const shoot = name => page.screenshot({ path: join(screenshots, `${name}.png`) });
  const principal = () => page.getByRole('searchbox', { name: 'Principal' });
  const scope = () => page.getByRole('searchbox', { name: 'Scope or operation' });
  const show = () => page.getByRole('combobox', { name: 'Show' });
  const card = address => page.locator('.principal').filter({ has: page.getByText(address, { exact: true }) });
  const everything = async () => {
    await principal().fill('');
    await scope().fill('');
    await page.getByLabel('write access only').uncheck();
  };

  test('begins with the change', async t => {
    assert.equal(await page.locator('#count').textContent(), '14 of 1000 principals change');
    assert.match(await card('service_app.helpdesk_2').textContent(), /widens write on Users, from users of group.helpdesk to the whole org/);
    const rows = name => card(name).locator('table.rows tbody tr').allTextContents();
    const [roles, scopes] = await rows('service_app.platform_5');
    assert.equal(roles, 'rolesREAD_ONLY_ADMINORG_ADMIN');
    assert.equal(scopes, 'scopesokta.users.readokta.users.manage, okta.users.read');
    assert.equal((await rows('service_app.people_11'))[0], 'scopesokta.groups.manage, okta.groups.readokta.groups.read');
    assert.match(await card('service_app.finance_14').textContent(), /deleted.*loses read on Apps/);
    await shoot('1-change');
    t.diagnostic(`screenshots: ${screenshots}`);
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
    await page.evaluate(() => window.scrollTo(0, 0));
    await shoot('2-filtered');
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
