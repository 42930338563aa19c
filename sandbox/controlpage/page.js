// The page shows what the control API answers. Texts of the org become text nodes, never markup.
'use strict';

const $ = id => document.getElementById(id);
const key = 'sandbox-token';

// The token comes from the fragment of the URL, which no request carries, and leaves the address bar.
const given = new URLSearchParams(location.hash.slice(1)).get('token');
if (given) {
  sessionStorage.setItem(key, given);
  history.replaceState(null, '', location.pathname);
}

let last = -1; // the number of the newest request that is shown
let shownFaults = ''; // the faults as the org has them

function say(text) {
  $('message').textContent = text;
  $('message').hidden = !text;
}

async function api(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { Authorization: `SSWS ${sessionStorage.getItem(key)}`, 'Content-Type': 'application/json' },
    body,
  });
  const text = await response.text();
  if (!response.ok) {
    let answer = {};
    try { answer = JSON.parse(text); } catch { /* no JSON: the status says it */ }
    const error = new Error([answer.errorSummary ?? `status ${response.status}`, ...(answer.errorCauses ?? []).map(c => c.errorSummary)].join('; '));
    error.status = response.status;
    throw error;
  }
  return text;
}

const get = async path => JSON.parse(await api('GET', path));

// element makes an element with text, a class, and children.
function element(name, text, kind, ...children) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  made.append(...children);
  return made;
}

async function showRequests() {
  const { requests } = await get(`requests?after=${last}`);
  const body = $('requests').tBodies[0];
  for (const r of requests.reverse()) {
    last = r.number;
    const refused = Boolean(r.status >= 400 || r.errorCode || r.fault);
    const row = element('tr', undefined, undefined,
      element('td', r.time.slice(11, 19), 'dim'),
      element('td', undefined, undefined, element('code', `${r.method} ${r.path}`)),
      element('td', r.caller ?? ''),
      element('td', r.status || 'none', refused ? 'refused' : undefined),
      element('td', [r.errorCode, r.reason, r.fault && `fault: ${r.fault}`].filter(Boolean).join(': ')));
    row.dataset.refused = refused;
    row.title = r.id;
    body.prepend(row);
  }
  while (body.rows.length > 500) body.rows[500].remove();
  filterRequests();
}

function filterRequests() {
  const only = $('refused').checked;
  for (const row of $('requests').tBodies[0].rows) row.hidden = only && row.dataset.refused === 'false';
  $('no-requests').hidden = last >= 0;
}

async function showObjects() {
  const { kinds } = await get('objects');
  const open = new Set([...$('objects').querySelectorAll('details[open]')].map(d => d.dataset.kind));
  $('objects').replaceChildren(...kinds.map(k => {
    const list = element('ul', undefined, undefined, ...k.objects.map(o =>
      element('li', o.name, undefined, ' ', element('code', o.id, 'dim'), o.status ? ` ${o.status}` : '')));
    if (k.objects.length < k.count) list.append(element('li', `and ${k.count - k.objects.length} more`, 'dim'));
    const details = element('details', undefined, undefined, element('summary', `${k.kind}: ${k.count}`), list);
    details.dataset.kind = k.kind;
    details.open = open.has(k.kind);
    return details;
  }));
}

async function showClock() {
  const { now, offset } = await get('clock');
  $('now').textContent = `${now.slice(0, 19).replace('T', ' ')} UTC${offset === '0s' ? '' : `, offset ${offset}`}`;
}

// showFaults leaves alone what somebody has typed meanwhile.
async function showFaults() {
  const text = (await get('faults')).faults.join('\n');
  if ($('fault-list').value === shownFaults) $('fault-list').value = shownFaults = text;
}

// refresh shows everything again; without a token that the org knows, it asks for one.
async function refresh(everything) {
  try {
    await showClock();
    await showRequests();
    await showObjects();
    if (everything) await showFaults();
    $('login').hidden = true;
    $('content').hidden = false;
  } catch (error) {
    if (error.status !== 401) return say(error.message);
    if (sessionStorage.getItem(key)) say('The org does not know this token.');
    sessionStorage.removeItem(key);
    $('login').hidden = false;
    $('content').hidden = true;
  }
}

// on runs a change and shows its result, or its error.
function on(id, event, change) {
  $(id).addEventListener(event, async e => {
    e.preventDefault();
    say('');
    try {
      await change();
      await refresh(true);
    } catch (error) {
      say(error.message);
    }
  });
}

on('login', 'submit', () => sessionStorage.setItem(key, $('token').value));
on('clock', 'submit', () => api('PUT', 'clock', JSON.stringify({ advance: $('advance').value })));
on('faults', 'submit', async () => {
  const sent = $('fault-list').value;
  await api('PUT', 'faults', JSON.stringify({ faults: sent.split('\n').map(f => f.trim()).filter(Boolean) }));
  shownFaults = sent;
});
on('seed', 'submit', async () => api('PUT', 'org', await $('seed-file').files[0].text()));
on('reset', 'click', async () => {
  if (!confirm('Reset the org to its start? Everything made since is lost.')) return;
  await api('POST', 'reset');
  last = -1;
  $('requests').tBodies[0].replaceChildren();
});
on('dump', 'click', async () => {
  const link = element('a');
  link.href = URL.createObjectURL(new Blob([await api('GET', 'org')], { type: 'application/json' }));
  link.download = 'org.json';
  link.click();
  URL.revokeObjectURL(link.href);
});
$('refused').addEventListener('change', filterRequests);

$('url').textContent = location.origin;
if (sessionStorage.getItem(key)) refresh(true);
else $('login').hidden = false;
setInterval(() => { if (!$('content').hidden && !document.hidden) refresh(false); }, 2000);
