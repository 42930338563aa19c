// What a person fills in before he sends a request of a Postman collection: the variables, and
// objects of the org in the state that the request needs.
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { admin, newKey, oidcApp, signIn, token, url } from './org.js';

const redirectUri = 'http://127.0.0.1:1/callback';
const scopes = 'openid offline_access profile';
const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');

const post = (path, body) => admin('POST', path, body);

async function newUser(password, activate) {
  const login = `p${randomUUID().replaceAll('-', '')}@example.com`;
  const user = await post(`/api/v1/users?activate=${activate}`, {
    profile: { firstName: 'Ada', lastName: 'Admin', email: login, login },
    credentials: { password: { value: password }, recovery_question: { question: 'Who was in the show?', answer: 'Annie Oakley' } },
  });
  return { id: user.id, login, password };
}

// newClient makes a client that may use every flow of its type, and authenticates by the method.
function newClient(type, method) {
  const jwks = method === 'private_key_jwt' ? { jwks: { keys: [newKey().jwk] } } : {};
  return post('/api/v1/apps', oidcApp('Client', { token_endpoint_auth_method: method, pkce_required: method === 'none' }, {
    application_type: type,
    grant_types: ['authorization_code', 'implicit', 'refresh_token', ...(type === 'native' ? ['password'] : [])],
    response_types: ['code', 'token', 'id_token'],
    redirect_uris: [redirectUri],
    ...jwks,
  }));
}

const sessionToken = user => fetch(`${url}/api/v1/authn`, { method: 'POST', headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ username: user.login, password: user.password }) }).then(async r => (await r.json()).sessionToken);

// secretJwt makes a client assertion for an endpoint, signed with the client's secret.
function secretJwt(clientId, secret, endpoint) {
  const now = Math.floor(Date.now() / 1000), part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256' })}.${part({ iss: clientId, sub: clientId, aud: url + endpoint, iat: now, exp: now + 300, jti: randomUUID() })}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

// fillIn prepares a request of a collection, and returns its variables.
export async function fillIn(item) {
  const text = JSON.stringify(item.request), raw = item.request.url.raw ?? item.request.url, line = `${item.request.method} ${raw}`;
  const uses = (...names) => names.some(name => text.includes(`{{${name}}}`));
  const unique = randomUUID().slice(0, 8), password = `Aa1-${randomUUID()}`;
  const user = await newUser(password, !/lifecycle\/activate\?sendEmail/.test(line));
  const { id: groupId } = await post('/api/v1/groups', { profile: { name: `Group ${unique}` } });
  const method = uses('clientSecretJwt') ? 'client_secret_jwt' : uses('codeVerifier') ? 'none' : /credentials\/jwks|private_key_jwt/.test(text) ? 'private_key_jwt' : 'client_secret_basic';
  const type = /application_type\W+web/.test(text) ? 'web' : 'native';
  const client = await newClient(type, method), appId = client.id, app = `/api/v1/apps/${appId}`, u = `/api/v1/users/${user.id}`;
  const clientSecret = client.credentials.oauthClient.client_secret;
  const v = { url, apikey: token, yourOktaDomain: url, baseUrl: url, userId: user.id, username: user.login, password, 'email-suffix': `${unique}.example.com`,
    groupId, appId, clientId: appId, applicationId: appId, clientSecret, redirectUri, scopes, state: unique, codeVerifier: verifier, codeChallenge: challenge,
    ruleName: `Rule ${unique}`, ruleNameKeyword: 'Rule', cursorRuleId: '', existingGroupId: groupId, excludedUserId: user.id,
    appName: /\/targets\//.test(line) ? 'strongdm' : 'oidc_client', appSignOnMode: 'OPENID_CONNECT', appInstanceLabel: client.label, roleType: 'USER_ADMIN', validityYears: '2' };
  // The ids in a collection's bodies are those of another org.
  if (item.request.body?.raw) item.request.body.raw = item.request.body.raw.replace(/"0oa\w{17}"/g, '"{{appId}}"');
  if (uses('kid', 'keyId')) v.kid = v.keyId = (await post(`${app}/credentials/keys/generate?validityYears=2`)).kid;
  if (uses('targetAid')) v.targetAid = (await newClient(type, method)).id;

  if (/apps\/{{appId}}\/(users|groups)\/|oauth2\/v1\/|sessions/.test(line)) {
    if (!/POST .*users$/.test(line)) await post(`${app}/users`, { id: user.id, scope: 'USER' });
    if (/DELETE .*groups/.test(line)) await admin('PUT', `${app}/groups/${groupId}`, {});
  }
  if (/groups\/{{groupId}}\/users\/{{userId}}/.test(line) && /^DELETE/.test(line)) await admin('PUT', `/api/v1/groups/${groupId}/users/${user.id}`);
  if (/forgot_password/.test(line)) v.password = `Bb2-${unique}`;
  if (/lifecycle\/unlock/.test(line)) for (let i = 0; i < 10; i++) await sessionToken({ ...user, password: 'wrong' });
  if (/lifecycle\/unsuspend/.test(line)) await post(`${u}/lifecycle/suspend`);
  if (/rules\/{{id}}/.test(raw)) {
    const rule = await post('/api/v1/groups/rules', { type: 'group_rule', name: `R ${unique}`, actions: { assignUserToGroups: { groupIds: [groupId] } },
      conditions: { expression: { type: 'urn:okta:expression:1.0', value: 'user.lastName=="Thomas"' } } });
    v.id = rule.id;
    if (/deactivate/.test(line)) await post(`/api/v1/groups/rules/${rule.id}/lifecycle/activate`);
  }
  if (uses('roleId')) {
    const targets = /catalog/.test(line) ? ['APP_ADMIN', 'catalog/apps', v.appName, 'zoomus'] : ['USER_ADMIN', 'groups', groupId];
    v.roleId = (await post(`${u}/roles`, { type: targets[0] })).id;
    if (/^DELETE .*targets/.test(line)) {
      if (!targets[3]) targets[3] = (await post('/api/v1/groups', { profile: { name: `Other ${unique}` } })).id;
      for (const target of targets.slice(2)) await admin('PUT', `${u}/roles/${v.roleId}/targets/${targets[1]}/${target}`);
    }
  }
  if (uses('secretId')) {
    v.secretId = (await post(`${app}/credentials/secrets`, {})).id;
    if (/\/activate|^DELETE/.test(line)) await post(`${app}/credentials/secrets/${v.secretId}/lifecycle/deactivate`);
  }
  if (uses('jwksId')) {
    v.jwksId = (await post(`${app}/credentials/jwks`, newKey().jwk)).id;
    if (/\/activate|^DELETE/.test(line)) await post(`${app}/credentials/jwks/${v.jwksId}/lifecycle/deactivate`);
  }
  if (uses('grantId')) v.grantId = (await post(`${app}/grants`, { issuer: url, scopeId: 'okta.users.read' })).id;
  if (/^POST .*apps\/{{appId}}\/lifecycle\/activate|^DELETE .*apps\/{{appId}}$/.test(line)) await post(`${app}/lifecycle/deactivate`);

  const authorize = `${url}/oauth2/v1/authorize?${new URLSearchParams({ client_id: appId, response_type: 'code', scope: scopes, redirect_uri: redirectUri,
    state: unique, nonce: unique, ...(method === 'none' && { code_challenge: challenge, code_challenge_method: 'S256' }) })}`;
  if (uses('authorizationCode')) v.authorizationCode = (await signIn(authorize, user)).searchParams.get('code');
  if (uses('accessToken', 'refreshToken')) {
    const assertion = method === 'client_secret_jwt';
    const answer = await fetch(`${url}/oauth2/v1/token`, { method: 'POST',
      headers: assertion ? {} : { Authorization: `Basic ${Buffer.from(`${appId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'password', username: user.login, password, scope: scopes, ...(assertion && {
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: secretJwt(appId, clientSecret, '/oauth2/v1/token') }) }),
    }).then(r => r.json());
    Object.assign(v, { accessToken: answer.access_token, refreshToken: answer.refresh_token });
  }
  if (uses('clientSecretJwt')) v.clientSecretJwt = secretJwt(appId, clientSecret, raw.replace('{{url}}', ''));
  if (uses('sessionToken')) v.sessionToken = await sessionToken(user);
  // The browser whose session Postman's interceptor shares.
  if (/v1\/authorize|sessions\/me/.test(line)) {
    const { headers } = await fetch(`${authorize}&sessionToken=${await sessionToken(user)}`, { redirect: 'manual' });
    const cookie = headers.getSetCookie().map(c => c.split(';')[0]).join('; ');
    item.request.header = [...item.request.header, { key: 'Cookie', value: cookie }];
  }
  return v;
}
