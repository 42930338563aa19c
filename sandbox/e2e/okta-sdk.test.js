// Okta's SDK for Node.js manages the org as a service app, by private key.
import { describe, test, before } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import okta from '@okta/okta-sdk-nodejs';
import { newKey, newUser, serviceApp, token, url } from './org.js';

// The story begins with a person's API token, which makes the service app.
const person = new okta.Client({ orgUrl: url, token });

async function bootstrap(key, { scopes, role, ...settings }) {
  const app = await person.applicationApi.createApplication({ application: serviceApp(key, settings) });
  for (const scopeId of scopes) await consent(person, app.id, scopeId);
  if (role) {
    await person.roleAssignmentApi.assignRoleToClient({ clientId: app.id, assignRoleRequest: { type: role } });
  }
  return app;
}

function consent(client, appId, scopeId) {
  return client.applicationApi.grantConsentToScope({ appId, oAuth2ScopeConsentGrant: { issuer: url, scopeId } });
}

function signedInAs(app, key, scopes, requestExecutor) {
  return new okta.Client({
    orgUrl: url, authorizationMode: 'PrivateKey', clientId: app.id, scopes, privateKey: key.pem, keyId: key.kid, requestExecutor,
  });
}

async function all(collection) {
  const items = [];
  await collection.each(item => { items.push(item); });
  return items;
}

for (const dpop of [false, true]) {
  describe(`a super admin app, ${dpop ? 'DPoP' : 'bearer'} tokens`, () => {
    const key = newKey();
    const scopes = ['okta.apps.manage', 'okta.appGrants.manage', 'okta.users.read', 'okta.groups.manage'];
    const sent = [];
    let client;

    before(async () => {
      const app = await bootstrap(key, { scopes, role: 'SUPER_ADMIN', dpop_bound_access_tokens: dpop });
      const executor = new okta.DefaultRequestExecutor();
      executor.on('request', request => sent.push(request.headers.Authorization?.split(' ')[0]));
      client = signedInAs(app, key, scopes, executor);
    });

    test('creates an app and grants it a scope', async () => {
      const app = await client.applicationApi.createApplication({ application: serviceApp(newKey()) });
      assert.equal(app.status, 'ACTIVE');
      const granted = await consent(client, app.id, 'okta.users.read');
      assert.deepEqual([granted.scopeId, granted.status, granted.issuer], ['okta.users.read', 'ACTIVE', url]);
      const grants = await all(await client.applicationApi.listScopeConsentGrants({ appId: app.id }));
      assert.deepEqual(grants.map(g => g.scopeId), ['okta.users.read']);
    });

    test('replaces, deactivates and deletes an app', async () => {
      const app = await client.applicationApi.createApplication({ application: serviceApp(newKey()) });
      app.label = `Renamed ${randomUUID()}`;
      const renamed = await client.applicationApi.replaceApplication({ appId: app.id, application: app });
      assert.equal(renamed.label, app.label);
      await client.applicationApi.deactivateApplication({ appId: app.id });
      await client.applicationApi.deleteApplication({ appId: app.id });
      await assert.rejects(client.applicationApi.getApplication({ appId: app.id }), { status: 404, errorCode: 'E0000007' });
    });

    test('lists users over more than one page', async () => {
      const made = await Promise.all([1, 2, 3].map(() => newUser()));
      let pages = 0;
      client.requestExecutor.on('response', response => { if (response.url.includes('/api/v1/users?')) pages++; });
      const logins = (await all(await client.userApi.listUsers({ limit: 2 }))).map(u => u.profile.login);
      for (const user of made) assert.equal(logins.filter(login => login === user.login).length, 1, user.login);
      assert.equal(pages, Math.ceil(logins.length / 2));
    });

    test('creates, finds and deletes a group', async () => {
      const name = `Group ${randomUUID()}`;
      const group = await client.groupApi.createGroup({ group: { profile: { name } } });
      const found = await all(await client.groupApi.listGroups({ search: `profile.name eq "${name}"` }));
      assert.deepEqual(found.map(g => g.id), [group.id]);
      await client.groupApi.deleteGroup({ groupId: group.id });
    });

    test(`sends its token as ${dpop ? 'DPoP' : 'Bearer'}`, () => {
      assert.deepEqual([...new Set(sent.filter(Boolean))], [dpop ? 'DPoP' : 'Bearer']);
    });
  });
}

describe('refusals', () => {
  const key = newKey();

  test('a token without the scope: 403 with the scope in WWW-Authenticate', async () => {
    const app = await bootstrap(key, { scopes: ['okta.groups.read'], role: 'SUPER_ADMIN' });
    const client = signedInAs(app, key, ['okta.groups.read']);
    await assert.rejects(client.userApi.listUsers({ limit: 1 }).then(all), error => {
      assert.equal(error.status, 403);
      const challenge = error.headers.get('www-authenticate');
      assert.match(challenge, /^Bearer .*scope="okta\.users\.read", error="insufficient_scope"/);
      return true;
    });
  });

  test('a scope without an admin role: E0000006', async () => {
    const app = await bootstrap(key, { scopes: ['okta.users.read'] });
    const client = signedInAs(app, key, ['okta.users.read']);
    await assert.rejects(client.userApi.listUsers({ limit: 1 }).then(all), { status: 403, errorCode: 'E0000006' });
  });

  test('an app that may manage apps, but not grant scopes: E0000006', async () => {
    const scopes = ['okta.apps.manage', 'okta.appGrants.manage'];
    const app = await bootstrap(key, { scopes, role: 'APP_ADMIN' });
    const client = signedInAs(app, key, scopes);
    const other = await client.applicationApi.createApplication({ application: serviceApp(newKey()) });
    await assert.rejects(consent(client, other.id, 'okta.users.read'), { status: 403, errorCode: 'E0000006' });
  });

  test('an app that is still active is not deleted: E0000056', async () => {
    const app = await bootstrap(key, { scopes: [] });
    await assert.rejects(person.applicationApi.deleteApplication({ appId: app.id }), { status: 403, errorCode: 'E0000056' });
  });
});
