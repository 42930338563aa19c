// Postman's newman sends every request that Okta's OpenAPI document has an example of, for the
// operations that the sandbox serves. Ids in paths and examples become those of objects that exist.
import { describe, test, before } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { promisify } from 'node:util';
import newman from 'newman';
import yaml from 'js-yaml';
import { admin, newKey, newServiceApp, newUser, newWebApp, token, url } from './org.js';

const document = yaml.load(gunzipSync(readFileSync(new URL('../../internal/reference/openapi-2026.06.3.yaml.gz', import.meta.url))).toString());

// The operations that the sandbox serves: docs/sandbox.md lists what it leaves out.
const served = [
  /^\/api\/v1\/apps(\/\{appId\}(\/credentials\/(jwks|secrets).*|\/grants|\/(groups|users)(\/\{\w+\})?)?)?$/,
  /^\/api\/v1\/groups\/rules/,
  /^\/api\/v1\/iam\/(roles|resource-sets)/,
  /^\/api\/v1\/meta\/schemas\/(user\/\{schemaId\}|group\/default)$/,
  /^\/api\/v1\/(trustedOrigins|zones)/,
  /^\/api\/v1\/users(\/\{id\})?$/,
  /^\/api\/v1\/users\/\{userId\}\/credentials\/(change_password|change_recovery_question|forgot_password_recovery_question)$/,
  /^\/oauth2\/v1\/clients\/\{clientId\}\/roles$/,
];

// What the sandbox answers to examples that no org could take as they stand, or that it leaves out.
const exceptions = [
  { name: /^PUT .*: (BOOKMARK|AUTO_LOGIN|BASIC_AUTH|SECURE_PASSWORD_STORE|WS_FEDERATION|SAML_2_0|BROWSER_PLUGIN)/, reason: 'the app is an OIDC app, and no app changes its sign-on mode' },
  { name: /^POST .*: OPENID_CONNECT$/, reason: "response types that need the grant type 'implicit', which the example leaves out" },
  { name: /^PUT .*: OPENID_CONNECT$/, reason: 'a replacement needs the settings of the client, which the example leaves out' },
  { name: /credentials\/jwks: /, reason: "the examples' keys are abbreviated" },
  { name: /createOAuth2ClientSecretCustomRequestBody$/, reason: 'an app has two secrets, and the example before it made the second' },
  { name: /^POST .*resource-sets: /, reason: 'the sandbox has no realms' },
  { name: /^POST \/oauth2\/v1\/clients\/\{clientId\}\/roles: /, status: 201, reason: 'recorded orgs answer 201, where the document has 200' },
  { name: /^POST \/api\/v1\/apps\/\{appId\}\/grants: /, status: 200, reason: 'recorded orgs answer 200, where the document has 201' },
];

// example returns the body of an example; some of the document's are an example in an example.
function example(e) {
  const { value } = e.$ref ? document.components.examples[e.$ref.split('/').pop()] : e;
  return Object.keys(value).join() === 'value' ? value.value : structuredClone(value);
}

// distinct gives a body names and logins of its own: examples of one operation share them.
function distinct(path, body) {
  const suffix = randomUUID().slice(0, 8);
  if (body.profile?.login) body.profile.login = body.profile.email = `${suffix}@example.com`;
  if (!path.startsWith('/api/v1/apps') && typeof body.name === 'string') body.name = `${suffix} ${body.name}`.slice(0, 50);
  if (path.startsWith('/api/v1/iam') && typeof body.label === 'string') body.label += suffix;
  if (typeof body.origin === 'string') body.origin = `https://${suffix}.example.com`;
  return body;
}

describe("the examples of Okta's OpenAPI document", () => {
  const ids = {}, requests = [];

  before(async () => {
    const unique = () => randomUUID().slice(0, 8);
    const user = await newUser();
    ids['00u'] = user.id;
    ids['00g'] = (await admin('POST', '/api/v1/groups', { profile: { name: `Group ${unique()}` } })).id;
    const web = await newWebApp(user, 'http://127.0.0.1:1/callback');
    ids['0oa'] = web.id;
    const service = await newServiceApp(newKey(), { scopes: ['okta.users.read'] });
    ids.rule = (await admin('POST', '/api/v1/groups/rules', { type: 'group_rule', name: `Rule ${unique()}`,
      conditions: { expression: { value: 'user.city == "x"', type: 'urn:okta:expression:1.0' } }, actions: { assignUserToGroups: { groupIds: [ids['00g']] } } })).id;
    ids.cr0 = (await admin('POST', '/api/v1/iam/roles', { label: `Role ${unique()}`, description: 'd', permissions: ['okta.users.read'] })).id;
    ids.iam = (await admin('POST', '/api/v1/iam/resource-sets', { label: `Set ${unique()}`, description: 'd', resources: [`${url}/api/v1/users`] })).id;
    ids.zone = (await admin('POST', '/api/v1/zones', { type: 'IP', name: `Zone ${unique()}`, gateways: [{ type: 'CIDR', value: '192.0.2.0/24' }] })).id;
    ids.origin = (await admin('POST', '/api/v1/trustedOrigins', { name: `Origin ${unique()}`, origin: `https://${unique()}.example.com`, scopes: [{ type: 'CORS' }] })).id;
    const parameters = { appId: web.id, clientId: service.id, groupId: ids['00g'], userId: user.id, id: user.id, groupRuleId: ids.rule, roleIdOrLabel: ids.cr0,
      resourceSetIdOrLabel: ids.iam, schemaId: 'default', zoneId: ids.zone, trustedOriginId: ids.origin, permissionType: 'okta.users.manage',
      resourceId: (await admin('GET', `/api/v1/iam/resource-sets/${ids.iam}/resources`)).resources[0].id };
    for (const [path, item] of Object.entries(document.paths)) {
      if (!served.some(pattern => pattern.test(path))) continue;
      for (const [method, operation] of Object.entries(item)) {
        const content = operation.requestBody?.content?.['application/json'];
        const examples = content?.examples ?? (content?.example && { example: { value: content.example } }) ?? {};
        for (const [name, e] of Object.entries(examples)) {
          const value = distinct(path, example(e));
          if (path.includes('/credentials/') && path.includes('{userId}')) { // about a user with the example's credentials
            parameters.userId = (await admin('POST', '/api/v1/users', { profile: { login: `${unique()}@example.com`, email: 'a@example.com', firstName: 'A', lastName: 'B' }, credentials: {
              password: { value: value.oldPassword?.value ?? (value.recovery_question.question ? value.password.value : 'Zx-9-fine-and-long') },
              recovery_question: { question: 'Who?', answer: value.recovery_question?.answer ?? 'nobody at all' } } })).id;
          }
          const body = JSON.stringify(value).replace(/\b(00u|00g|0oa|cr0|iam)[0-9A-Za-z]{16,17}\b/g, (_, prefix) => ids[prefix])
            .replaceAll('https://{yourOktaDomain}', url).replaceAll('"{yourOktaDomain}"', `"${url}"`);
          requests.push({ name: `${method.toUpperCase()} ${path}: ${name}`, method: method.toUpperCase(),
            path: path.replace(/\{(\w+)\}/g, (_, p) => parameters[p] ?? `{${p}}`), body,
            good: Object.keys(operation.responses).filter(status => status < 300).map(Number) });
        }
      }
    }
  });

  test('are taken, but for those named here', async t => {
    const summary = await promisify(newman.run)({
      collection: { info: { name: 'Examples', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
        item: requests.map(r => ({ name: r.name, request: { method: r.method, url: url + r.path, body: { mode: 'raw', raw: r.body },
          header: [{ key: 'Authorization', value: `SSWS ${token}` }, { key: 'Content-Type', value: 'application/json' }] } })) } });
    const used = new Set();
    let taken = 0;
    const wrong = [];
    for (const [i, execution] of summary.run.executions.entries()) {
      const r = requests[i], status = execution.response.code;
      if (r.good.includes(status)) { taken++; continue; }
      const answer = JSON.parse(execution.response.stream.toString() || '{}');
      const exception = exceptions.find(e => e.name.test(r.name) && (e.status ?? 400) === status && (e.status ? undefined : 'E0000001') === answer.errorCode);
      if (exception) used.add(exception);
      else wrong.push(`${r.name}: ${status} ${answer.errorCode} ${answer.errorSummary} ${JSON.stringify(answer.errorCauses)}`);
    }
    t.diagnostic(`${taken} of ${requests.length} examples are taken, ${requests.length - taken - wrong.length} are refused as said here`);
    assert.deepEqual(wrong, []);
    assert.deepEqual(exceptions.filter(e => !used.has(e)).map(e => e.reason), []);
  });
});
