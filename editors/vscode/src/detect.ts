// Which .hcl files are oktaform's: others' files have the same extension.

// Only oktaform has these blocks at the top level of a file. Blocks that Terraform, Terragrunt,
// Packer, Docker and Nomad have as well, such as variable, module and group, say nothing.
export const ownBlocks = [
  'browser_app', 'custom_role', 'native_app', 'network_zone', 'org', 'resource_set', 'service_app',
  'smoke_test', 'trusted_origin', 'web_app',
];

// maxFiles and maxBytes limit what is read to decide it.
export const maxFiles = 100;
export const maxBytes = 1 << 20;

const native = new RegExp(`^(?:org[ \\t]*\\{|(?:${ownBlocks.join('|')})[ \\t]+"[^"\\n]*"[ \\t]*\\{)`, 'm');
const json = new RegExp(`^\\s*\\{[\\s\\S]*?"(?:${ownBlocks.join('|')})"\\s*:\\s*[{[]`);

// languageFor returns the language of a file with this name, if it can be oktaform's.
export function languageFor(name: string): 'oktaform' | 'oktaform-json' | undefined {
  if (name.endsWith('.hcl.json')) return 'oktaform-json';
  if (name.endsWith('.hcl') && !name.startsWith('.')) return 'oktaform';
  return undefined;
}

// declares reports whether a file contains a block that only oktaform has.
export function declares(name: string, text: string): boolean {
  return (name.endsWith('.json') ? json : native).test(text);
}

// Folder lists and reads the files of a folder.
export interface Folder {
  list(): Promise<string[]>;
  read(name: string): Promise<string>;
}

// isOurs reports whether a file is part of a configuration of oktaform: it or another file of its
// folder declares something that only oktaform has.
export async function isOurs(name: string, text: string, folder: Folder): Promise<boolean> {
  if (!languageFor(name)) return false;
  if (declares(name, text)) return true;
  const others = (await folder.list()).filter(other => other !== name && languageFor(other)).sort().slice(0, maxFiles);
  for (const other of others) {
    if (declares(other, await folder.read(other))) return true;
  }
  return false;
}
