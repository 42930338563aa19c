// A plan's page, read as a review's: from a file, with the network switched off.
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { violations } from './accessibility.js';

describe("a plan's page", () => {
  const dir = mkdtempSync(join(tmpdir(), 'plan-page-'));
  const file = join(dir, 'plan.html');
  const screenshots = process.env.SCREENSHOTS ?? dir;
  const wrong = [];
  let browser, page;

  before(async () => {
    writeFileSync(join(dir, 'main.hcl'), `
org {
  owner = "e2e/plan"
}

group "staff" {
  name = "<img src=x onerror=alert(1)>"
}

service_app "bot" {
  label           = "</script><script>alert(1)</script>"
  okta_api_scopes = ["okta.users.manage"]
  jwks_uri        = "https://keys.example.com/bot"
  admin_role "USER_ADMIN" {
    target_groups = [group.staff]
  }
}
`);
    writeFileSync(file, execFileSync(process.env.OKTAFORM, ['plan', '--format', 'html', '--org', 'sandbox', dir]));
    mkdirSync(screenshots, { recursive: true });
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    await page.context().setOffline(true);
    page.on('request', request => { if (request.url() !== pathToFileURL(file).href) wrong.push(request.url()); });
    page.on('console', message => wrong.push(message.text()));
    page.on('pageerror', error => wrong.push(String(error)));
    page.on('dialog', dialog => { wrong.push(dialog.message()); dialog.dismiss(); });
    await page.goto(pathToFileURL(file).href);
  });
  after(() => browser?.close());

  test('shows what is done, and what that means', async () => {
    assert.match(await page.locator('header').textContent(), /Plan: 2 to add, 0 to change, 0 to destroy\./);
    const bot = page.locator('.action').filter({ hasText: 'service_app.bot will be created' });
    assert.match(await bot.locator('.added').filter({ hasText: 'label' }).textContent(), /"<\/script><script>alert\(1\)<\/script>"/);
    assert.match(await page.locator('.principal').first().textContent(), /gains write on Users, within users of group\.staff/);
    assert.ok(await page.locator('.finding').count() > 0);
    await page.screenshot({ path: join(screenshots, '3-plan.png') });
  });

  test('folds on a phone, and needs nothing from elsewhere', async () => {
    await page.setViewportSize({ width: 320, height: 568 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    assert.deepEqual(wrong, []);
  });

  test('has nothing that axe-core finds wrong', async () => assert.deepEqual(await violations(page), []));
});
