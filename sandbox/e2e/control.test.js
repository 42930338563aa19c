// The sandbox's control page: what a person sees who wonders why a client is refused, and what a page
// of another origin can do about it.
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { violations } from './accessibility.js';

// The tests reset the org, move its clock and set faults, so they have one of their own.
const folder = mkdtempSync(join(tmpdir(), 'control-page-'));
const ready = join(folder, 'ready.json');
const server = spawn(process.env.OKTAFORM, ['sandbox', '--listen', '127.0.0.1:0', '--ready-file', ready], { stdio: 'ignore' });
after(() => server.kill());
while (!existsSync(ready) || statSync(ready).size === 0) {
  assert.equal(server.exitCode, null, 'the sandbox ended before it served');
  await new Promise(resolve => { setTimeout(resolve, 50); });
}
process.env.SANDBOX_READY_FILE = ready;
const { admin, newKey, newServiceApp, token, url } = await import('./org.js');

const control = (method, path, body) => fetch(`${url}/_sandbox/${path}`, {
  method, headers: { Authorization: `SSWS ${token}`, 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });

// accessToken gets an access token of a service app with these scopes.
async function accessToken(scopes) {
  const key = newKey();
  const app = await newServiceApp(key, { scopes, role: 'READ_ONLY_ADMIN' });
  const base64 = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Date.parse((await fetch(`${url}/oauth2/v1/keys`)).headers.get('date')) / 1000;
  const signed = `${base64({ alg: 'RS256', kid: key.kid })}.${base64({ iss: app.id, sub: app.id, aud: `${url}/oauth2/v1/token`, iat: now, exp: now + 300, jti: randomUUID() })}`;
  const answer = await fetch(`${url}/oauth2/v1/token`, { method: 'POST', body: new URLSearchParams({
    grant_type: 'client_credentials', scope: scopes.join(' '), client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: `${signed}.${sign('sha256', Buffer.from(signed), key.privateKey).toString('base64url')}` }) });
  return (await answer.json()).access_token;
}

describe('the control page', () => {
  const screenshots = process.env.SCREENSHOTS ?? folder;
  const wrong = [];
  let browser, page;

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    await admin('POST', '/api/v1/groups', { profile: { name: 'Staff' } });
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP evil.example 127.0.0.1'] });
    page = await browser.newPage({ viewport: { width: 1100, height: 900 }, acceptDownloads: true });
    page.on('request', request => { if (!request.url().startsWith(url) && !request.url().startsWith('blob:')) wrong.push(request.url()); });
    page.on('console', message => { if (!/status of 40[01]/.test(message.text())) wrong.push(message.text()); });
    page.on('pageerror', error => wrong.push(String(error)));
  });
  after(() => browser?.close());

  test('asks for the token, and tells a wrong one', async () => {
    await page.goto(`${url}/_sandbox`);
    assert.equal(page.url(), `${url}/_sandbox/`);
    await page.getByLabel('The admin token').fill('wrong');
    await page.getByRole('button', { name: 'Show the org' }).click();
    await page.getByText('The org does not know this token.').waitFor();
    assert.equal(await page.locator('#content').isVisible(), false);
  });

  test('opens with the token in the fragment, which leaves the address bar', async () => {
    await page.goto('about:blank');
    await page.goto(`${url}/_sandbox/#token=${encodeURIComponent(token)}`);
    await page.locator('#content').waitFor();
    assert.equal(page.url(), `${url}/_sandbox/`);
    await page.reload();
    await page.locator('#content').waitFor();
  });

  test('says why a client was refused', async () => {
    await fetch(`${url}/api/v1/users`);
    await fetch(`${url}/api/v1/users`, { headers: { Authorization: 'SSWS 00-not-this-one' } });
    await fetch(`${url}/oauth2/v1/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'nobody' }) });
    await fetch(`${url}/api/v1/users/00unobody`, { method: 'DELETE', headers: { Authorization: `Bearer ${await accessToken(['okta.groups.read'])}` } });
    await admin('GET', '/api/v1/groups?limit=5');
    for (const reason of ['token lacks okta.users.manage; it has okta.groups.read', 'E0000005: no Authorization header', 'E0000011: the org does not know the API token', "invalid_client: "])
      await page.locator('#requests td').filter({ hasText: reason }).first().waitFor();
    assert.ok(await page.locator('#requests tr').filter({ hasText: '/api/v1/groups?limit=5' }).filter({ hasText: 'admin@sandbox.example' }).isVisible());
    await page.getByLabel('Only refused ones').check();
    await page.locator('#requests tr').filter({ hasText: '/api/v1/groups?limit=5' }).waitFor({ state: 'hidden' });
    assert.equal((await page.content()).includes('00-not-this-one'), false);
    await page.getByLabel('Only refused ones').uncheck();
  });

  test('shows objects, moves the clock, sets faults', async () => {
    await page.locator('summary').filter({ hasText: 'groups:' }).click();
    await page.getByText('Staff').waitFor();
    // What is typed while the page still fetches is not replaced by what the org has.
    let answer;
    const typed = new Promise(resolve => { answer = resolve; });
    await page.route('**/faults', async route => { await typed; await route.continue(); }, { times: 1 });
    const fetched = page.waitForResponse('**/faults');
    await page.getByLabel('Advance by').fill('61m');
    await page.getByRole('button', { name: 'Advance' }).click();
    await page.locator('#now').filter({ hasText: 'offset 1h1m0s' }).waitFor();
    await page.getByLabel('One a line').fill('boom');
    answer();
    await (await fetched).finished();
    await page.waitForTimeout(100); // for the page to show it
    await page.getByRole('button', { name: 'Set faults' }).click();
    await page.locator('#message').filter({ hasText: 'boom' }).waitFor();
    await page.getByLabel('One a line').fill('503 GET /api/v1/apps 1');
    await page.getByRole('button', { name: 'Set faults' }).click();
    await page.locator('#message').waitFor({ state: 'hidden' });
    assert.equal((await fetch(`${url}/api/v1/apps`)).status, 503);
    await page.locator('#requests td').filter({ hasText: 'fault: 503' }).waitFor();
    await page.screenshot({ path: join(screenshots, 'sandbox-control.png'), fullPage: true });
    await admin('POST', '/api/v1/groups', { profile: { name: '<img src=x onerror=alert(1)>' } });
    await page.getByText('<img src=x onerror=alert(1)>').waitFor();
  });

  test('has nothing that axe-core finds wrong, and fits a phone', async () => {
    assert.deepEqual(await violations(page), []);
    await page.setViewportSize({ width: 320, height: 568 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    await page.setViewportSize({ width: 1100, height: 900 });
  });

  test('dumps, resets and seeds', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download as a seed' }).click()]);
    const dump = readFileSync(await download.path(), 'utf8');
    assert.match(dump, /onerror/);
    page.once('dialog', dialog => dialog.accept());
    await page.getByRole('button', { name: 'Reset to the start' }).click();
    await page.locator('summary').filter({ hasText: 'groups: 1' }).waitFor();
    await page.locator('#now').filter({ hasText: 'offset' }).waitFor({ state: 'detached' }).catch(() => {});
    assert.doesNotMatch(await page.locator('#now').textContent(), /offset/);
    await page.getByLabel('Replace the org by a seed').setInputFiles({ name: 'org.json', mimeType: 'application/json', buffer: Buffer.from(dump) });
    await page.getByRole('button', { name: 'Replace', exact: true }).click();
    await page.locator('summary').filter({ hasText: 'groups: 3' }).waitFor();
    await page.getByLabel('Replace the org by a seed').setInputFiles({ name: 'org.json', mimeType: 'application/json', buffer: Buffer.from('{"groups": [{}]}') });
    await page.getByRole('button', { name: 'Replace', exact: true }).click();
    await page.locator('#message').filter({ hasText: 'groups[0]' }).waitFor();
  });

  test('needs nothing from elsewhere', () => assert.deepEqual(wrong, []));

  test('a page of another origin cannot drive it, nor one whose name resolves to this machine', async () => {
    await control('PUT', 'faults', { faults: ['503 GET /api/v1/apps 9'] });
    const evil = createServer((request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(`<form id=f method=post action="${url}/_sandbox/reset"></form><iframe id=i src="${url}/_sandbox/"></iframe>`);
    });
    await new Promise(resolve => { evil.listen(0, '127.0.0.1', resolve); });
    const other = await browser.newPage();
    try {
      await other.goto(`http://127.0.0.1:${evil.address().port}/`);
      const attempts = await other.evaluate(async ({ url, token }) => {
        const tries = [];
        for (const init of [
          { method: 'PUT', body: '{"faults":[]}' }, { method: 'DELETE' }, { method: 'DELETE', mode: 'no-cors' },
          { method: 'DELETE', headers: { Authorization: `SSWS ${token}` } }, { method: 'GET' }, { method: 'POST', mode: 'no-cors' },
        ]) tries.push(await fetch(`${url}/_sandbox/faults`, init).then(r => r.type === 'opaque' ? 'opaque' : r.status, () => 'blocked'));
        return tries;
      }, { url, token });
      assert.deepEqual(attempts, ['blocked', 'blocked', 'blocked', 'blocked', 'blocked', 'opaque']);
      assert.equal(await other.evaluate(() => { try { return Boolean(document.getElementById('i').contentDocument); } catch { return false; } }), false);
      const answer = other.waitForResponse(`${url}/_sandbox/reset`);
      await other.evaluate(() => document.getElementById('f').submit());
      assert.equal((await answer).status(), 403);
      await other.waitForURL(`${url}/_sandbox/reset`);

      const rebound = url.replace('127.0.0.1', 'evil.example');
      assert.equal((await other.goto(`${rebound}/_sandbox/`)).status(), 403);
      assert.equal(await other.evaluate(token => fetch('/_sandbox/faults', { method: 'DELETE', headers: { Authorization: `SSWS ${token}` } }).then(r => r.status), token), 403);
    } finally {
      await other.close();
      evil.close();
    }
    assert.deepEqual((await (await control('GET', 'faults')).json()).faults, ['503 GET /api/v1/apps 9']);
    await control('DELETE', 'faults');
  });
});
