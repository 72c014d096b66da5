// sbom.mjs BOM PACKAGE-LOCK: adds the packages of npm, from which the web pages' styles and icons come, to a CycloneDX bill
// of materials of the program.
import { readFileSync } from 'node:fs';

const [, , bom, lock] = process.argv;
const bill = JSON.parse(readFileSync(bom, 'utf8'));
const { packages } = JSON.parse(readFileSync(lock, 'utf8'));
const prefix = 'node_modules/';

for (const [path, found] of Object.entries(packages)) {
  if (!path.startsWith(prefix)) continue; // the project itself
  const name = path.slice(path.lastIndexOf(prefix) + prefix.length);
  const purl = `pkg:npm/${name.replace('@', '%40')}@${found.version}`;
  const [algorithm, digest] = found.integrity.split('-', 2);
  bill.components.push({
    type: 'library',
    'bom-ref': purl,
    name,
    version: found.version,
    scope: 'required',
    hashes: [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') }],
    licenses: found.license ? [{ license: { id: found.license } }] : [],
    purl,
  });
}

console.log(JSON.stringify(bill, null, 2));
