// Configurations with five and with very many principals, before and after a change, and
// the page that `oktaform review --format html` makes of each.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const teams = ['payroll', 'people', 'helpdesk', 'security', 'finance', 'platform', 'data', 'sales', 'legal', 'support'];
const duties = [
  { title: 'user report', scopes: ['okta.users.read'], role: 'READ_ONLY_ADMIN' },
  { title: 'group sync', scopes: ['okta.groups.read', 'okta.groups.manage'], role: 'GROUP_MEMBERSHIP_ADMIN', target: true },
  { title: 'leavers', scopes: ['okta.users.read', 'okta.users.manage'], role: 'USER_ADMIN', target: true },
  { title: 'password desk', scopes: ['okta.users.manage'], role: 'HELP_DESK_ADMIN', target: true },
  { title: 'app inventory', scopes: ['okta.apps.read', 'okta.groups.read'], role: 'READ_ONLY_ADMIN' },
];

function app(i, { scopes, role, target }) {
  const team = teams[i % teams.length];
  const { title } = duties[i % duties.length];
  return `
service_app "${team}_${i}" {
  label           = "${team} ${title} ${i}"
  okta_api_scopes = ${JSON.stringify(scopes)}
  jwks_uri        = "https://${team}.example.com/${i}/jwks"
  admin_role "${role}" {
    ${target ? `target_groups = [group.${team}]` : ''}
  }
}
`;
}

const user = i => `
user "admin_${i}" {
  login      = "admin.${i}@example.com"
  first_name = "Admin"
  last_name  = "Nr. ${i}"
  admin_role "${['HELP_DESK_ADMIN', 'READ_ONLY_ADMIN', 'APP_ADMIN'][i % 3]}" {}
}
`;

// configuration is one of n principals: apps, a tenth of users, and ten groups.
// The change gives, widens and takes away rights of some of them.
function configuration(n, changed) {
  let text = 'org {\n  owner = "team/iam"\n}\n';
  for (const team of teams) text += `\ngroup "${team}" {\n  name = "${team}"\n}\n`;
  const users = Math.floor(n / 10);
  for (let i = 0; i < users; i++) text += user(i);
  for (let i = 0; i < n - users - teams.length; i++) {
    let duty = duties[i % duties.length];
    if (changed && i === 2) duty = { ...duty, target: false };
    if (changed && i === 5) duty = { ...duty, scopes: [...duty.scopes, 'okta.users.manage'], role: 'ORG_ADMIN' };
    if (changed && i === 11) duty = { ...duty, scopes: ['okta.groups.read'] };
    if (changed && i === 14) continue;
    if (changed && i % 97 === 0) duty = { ...duty, scopes: [...duty.scopes, 'okta.logs.read'] };
    text += app(i, duty);
  }
  return text;
}

// five is a configuration of five principals. The change makes one of them a super admin, gives
// another a scope that no role makes usable, and adds an unencrypted redirect URI.
const five = changed => `
org {
  owner = "team/iam"
}

group "staff" {
  name = "Staff"
}

service_app "reporter" {
  label           = "Nightly user report"
  okta_api_scopes = ["okta.users.read"${changed ? ', "okta.logs.read", "okta.policies.manage"' : ''}]
  jwks_uri        = "https://keys.example.com/reporter"
  admin_role "READ_ONLY_ADMIN" {}
}

service_app "provisioner" {
  label           = "Provisioner"
  okta_api_scopes = ["okta.users.read"${changed ? ', "okta.apps.manage"' : ''}]
  jwks_uri        = "https://keys.example.com/provisioner"
  admin_role "${changed ? 'SUPER_ADMIN' : 'READ_ONLY_ADMIN'}" {}
}

web_app "portal" {
  label           = "Team portal"
  okta_api_scopes = ["okta.users.read.self"${changed ? ', "okta.users.read"' : ''}]
  redirect_uris   = ["https://portal.example.com/callback"${changed ? ', "http://portal.example.com/debug"' : ''}]
  assigned_groups = [group.staff]
}

user "ada" {
  login      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Berg"
  admin_role "HELP_DESK_ADMIN" {
    target_groups = [group.staff]
  }
}
`;

// reviewPage reviews the change of a configuration of n principals, and returns the page's file.
export function reviewPage(n, oktaform = process.env.OKTAFORM) {
  const dir = mkdtempSync(join(tmpdir(), 'review-'));
  for (const version of ['main', 'access']) {
    const changed = version === 'access';
    mkdirSync(join(dir, version));
    writeFileSync(join(dir, version, 'main.hcl'), n === 5 ? five(changed) : configuration(n, changed));
  }
  const page = execFileSync(oktaform, ['review', '--base-dir', 'main', '--format', 'html', 'access'], { cwd: dir, maxBuffer: 1 << 28 });
  const file = join(dir, 'review.html');
  writeFileSync(file, page);
  return file;
}
