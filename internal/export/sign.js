// Gets an access token as a service app: signs a client assertion (RFC 7523) with
// RS256 by the private key, a JWK, in the environment's variable. The key never
// leaves Postman, and no library is loaded.
const prefix = '@PREFIX@', scopes = '@SCOPES@';

const setting = name => {
  const value = pm.environment.get(prefix + name);
  if (!value) throw new Error(`Set ${prefix + name} in the environment.`);
  return value;
};
const base64url = words => CryptoJS.enc.Base64.stringify(words).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const encode = object => base64url(CryptoJS.enc.Utf8.parse(JSON.stringify(object)));
const number = text => BigInt('0x' + CryptoJS.enc.Hex.stringify(CryptoJS.enc.Base64.parse(
  text.replace(/-/g, '+').replace(/_/g, '/').padEnd(Math.ceil(text.length / 4) * 4, '='))));

function power(base, exponent, modulus) {
  let result = 1n;
  for (base %= modulus; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = result * base % modulus;
    base = base * base % modulus;
  }
  return result;
}

// RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2.1).
function sign(text, jwk) {
  const n = number(jwk.n), size = Math.ceil(n.toString(16).length / 2) * 2;
  const digest = '3031300d060960864801650304020105000420' + CryptoJS.SHA256(text).toString();
  const padded = '0001' + 'ff'.repeat((size - digest.length - 6) / 2) + '00' + digest;
  const signature = power(BigInt('0x' + padded), number(jwk.d), n).toString(16).padStart(size, '0');
  return base64url(CryptoJS.enc.Hex.parse(signature));
}

const org = pm.environment.get('org');
const client = setting('client_id');
const jwk = JSON.parse(setting('private_jwk'));
if (jwk.kty !== 'RSA') throw new Error('This script signs with RSA keys; for EC keys use `oktaform token`.');
const payload = encode({ alg: 'RS256', kid: jwk.kid }) + '.' + encode({
  iss: client, sub: client, aud: org + '/oauth2/v1/token', exp: Math.floor(Date.now() / 1000) + 300, jti: pm.variables.replaceIn('{{$guid}}'),
});
pm.sendRequest({
  url: org + '/oauth2/v1/token',
  method: 'POST',
  header: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' },
  body: {
    mode: 'urlencoded',
    urlencoded: [
      { key: 'grant_type', value: 'client_credentials' },
      { key: 'scope', value: scopes },
      { key: 'client_assertion_type', value: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' },
      { key: 'client_assertion', value: payload + '.' + sign(payload, jwk) },
    ],
  },
}, (error, response) => {
  if (error) throw error;
  const answer = response.json();
  if (!answer.access_token) throw new Error(`No token: ${answer.error} (${answer.error_description})`);
  pm.variables.set('access_token', answer.access_token);
});
