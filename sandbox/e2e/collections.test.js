// Postman's newman runs collections of requests, such as those that Okta publishes, against the
// sandbox: a small one in the form of Okta's, and each *.json in the folder COLLECTIONS. Every
// request of an operation that Okta documents and the sandbox serves must be done as documented, or
// refused for a reason that is named here. A request gets variables, and objects in the state that it
// needs, as a person picks them.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { promisify } from 'node:util';
import newman from 'newman';
import yaml from 'js-yaml';
import { fillIn } from './collectionvariables.js';

const document = yaml.load(gunzipSync(readFileSync(new URL('../../internal/reference/openapi-2026.06.3.yaml.gz', import.meta.url))).toString());

// The operations by method and the pattern of their path, those without parameters first; those of
// OAuth are described elsewhere.
const operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item)
  .filter(([method]) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
  .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation,
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) })))
  .concat([['GET', '/oauth2/v1/authorize', 302, 400], ['POST', '/oauth2/v1/token', 200, 400, 401], ['POST', '/oauth2/v1/introspect', 200, 400, 401],
    ['POST', '/oauth2/v1/revoke', 200, 400, 401], ['GET', '/oauth2/v1/userinfo', 200, 401, 403], ['GET', '/.well-known/openid-configuration', 200],
    ['GET', '/oauth2/v1/clients', 200], ['POST', '/oauth2/v1/clients', 201, 400], ['GET', '/oauth2/v1/clients/[^/]+', 200], ['PUT', '/oauth2/v1/clients/[^/]+', 200, 400],
    ['DELETE', '/oauth2/v1/clients/[^/]+', 204], ['POST', '/oauth2/v1/clients/[^/]+/lifecycle/newSecret', 200]]
    .map(([method, path, ...statuses]) => ({ method, path, pattern: new RegExp(`^${path}$`), operation: { responses: Object.fromEntries(statuses.map(s => [s, {}])) } })))
  .sort((a, b) => a.path.split('{').length - b.path.split('{').length);

// What no org takes as it stands in Okta's collections, or what the sandbox leaves out.
const reasons = [
  [/Set Plugin SWA to/, 'the app has another sign-on mode'],
  [/Provisioning is not enabled/, 'no app of the sandbox has provisioning'],
  [/Update Application Certificate: .*'grant_types' is a required property/, 'a replacement needs the settings of the client'],
  [/The issuer must be the URL of the org/, 'the issuer is that of another org'],
  [/Update client auth method: client app: .*'jwks' or 'jwks_uri' is required/, 'a client that signs with a key needs one'],
  [/"E0000005"|reset_factors: 401/, 'the request carries no token'],
];

// small is written as Okta's collections are: {{url}}, {{apikey}}, and ids that one request's script
// keeps for the next.
const header = [{ key: 'Authorization', value: 'SSWS {{apikey}}' }, { key: 'Content-Type', value: 'application/json' }, { key: 'Accept', value: 'application/json' }];
const request = (name, method, path, body, keep) => ({ name,
  request: { method, header, url: `{{url}}${path}`, ...(body && { body: { mode: 'raw', raw: JSON.stringify(body) } }) },
  event: keep ? [{ listen: 'test', script: { type: 'text/javascript', exec: [`pm.environment.set('${keep}', pm.response.json().id);`] } }] : [] });
const small = { info: { name: 'Groups', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' }, item: [
  { name: 'Groups', item: [
    request('Add group', 'POST', '/api/v1/groups', { profile: { name: `Postman ${randomUUID()}` } }, 'groupId'),
    request('Get group', 'GET', '/api/v1/groups/{{groupId}}'),
    request('Add user to group', 'PUT', '/api/v1/groups/{{groupId}}/users/{{userId}}'),
    request('List members', 'GET', '/api/v1/groups/{{groupId}}/users?limit=10'),
    request('Remove user', 'DELETE', '/api/v1/groups/{{groupId}}/users/{{userId}}'),
    request('Remove group', 'DELETE', '/api/v1/groups/{{groupId}}'),
  ] },
  request('List devices', 'GET', '/api/v1/devices'),
] };

// requests returns the requests of a collection in their order.
const requests = items => items.flatMap(item => item.item ? requests(item.item) : [item]);

// run sends the requests of a collection, and returns how many were done as documented, those that
// were refused for a reason, those that were answered otherwise, and those that the sandbox leaves
// out or no document describes. What a request's script keeps goes to the next ones.
async function run(collection) {
  const result = { done: 0, refused: [], wrong: [], others: [] };
  let kept = {};
  for (const item of requests(collection.item)) {
    const variables = { ...await fillIn(item), ...kept };
    const { run: { executions }, environment } = await promisify(newman.run)({
      collection: { info: collection.info, item: [item] }, ignoreRedirects: true,
      environment: { values: Object.entries(variables).map(([key, value]) => ({ key, value, enabled: true })) } });
    kept = Object.fromEntries(environment.values.map(v => [v.key, v.value]).filter(([key, value]) => value !== undefined && (kept[key] === value || variables[key] !== value)));
    const [{ request: sent, response }] = executions;
    const path = decodeURIComponent(new URL(sent.url.toString()).pathname).replace(/\/$/, '');
    const known = operations.find(o => o.method === sent.method && o.pattern.test(path));
    const text = response?.stream.toString() ?? '';
    const status = response?.code;
    const location = response?.headers.get('Location') ?? '';
    const line = `${item.name}: ${sent.method} ${known?.path ?? path}: ${status}`;
    if (!known || text.includes('"E0000008"')) result.others.push(line);
    else if (status in known.operation.responses && status < 400 && !/[?&#]error=/.test(location)) result.done++;
    else {
      const answer = `${line} ${text.slice(0, 300)}${location}`;
      const [, reason] = reasons.find(([pattern]) => pattern.test(answer)) ?? [];
      if (reason) result.refused.push(`${line}: ${reason}`);
      else result.wrong.push(answer);
    }
  }
  return result;
}

describe('Postman collections', () => {
  test('a small one', async () => {
    assert.deepEqual(await run(small), { done: 6, refused: [], wrong: [], others: ['List devices: GET /api/v1/devices: 404'] });
  });

  const folder = process.env.COLLECTIONS;
  for (const file of folder ? readdirSync(folder).filter(name => name.endsWith('.json')).sort() : []) {
    test(file, async t => {
      const { done, refused, wrong, others } = await run(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      t.diagnostic(`${done} done, ${refused.length} refused, ${wrong.length} answered otherwise, ${others.length} left out`);
      for (const line of refused) t.diagnostic(`refused: ${line}`);
      for (const line of others) t.diagnostic(`left out: ${line}`);
      assert.deepEqual(wrong, []);
    });
  }
});
