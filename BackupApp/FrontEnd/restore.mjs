// Puts the web kit into wwwroot/lib: tabler's style sheet, one SVG sprite of the icons named in icons.txt, and cronstrue (cron in plain English).
// Run by FrontEnd.targets when its inputs are newer than its outputs. Needs node and npm, nothing else.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, copyFileSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const project = dirname(here);
const work = join(project, 'obj', 'frontend');
const target = join(project, 'wwwroot', 'lib');
const stamp = join(work, 'stamp');
const lock = join(work, 'lock');
const manifests = ['package.json', 'package-lock.json', '.npmrc'].map(name => join(project, name));
const outputs = ['tabler/tabler.min.css', 'tabler/icons.svg', 'cronstrue/cronstrue.min.js'].map(name => join(target, name));

mkdirSync(work, { recursive: true });
outputs.forEach(file => mkdirSync(dirname(file), { recursive: true }));
await acquire();
try {
  const wanted = fingerprint([...manifests, join(here, 'icons.txt'), fileURLToPath(import.meta.url)]);
  if (!outputs.every(exists) || readOr(stamp) !== wanted) {
    rmSync(stamp, { force: true });
    removeInstalls();
    const modules = install();
    const kit = join(modules, '@tabler');
    writeStyles(kit);
    writeSprite(kit);
    writeCronWords(modules);
    // 16,000 icon files would slow every search through the tree.
    removeInstalls();
  }
  writeFileSync(stamp, wanted);
} finally {
  rmSync(lock, { force: true });
}

// Each run has its own folder: the npm of a build that was killed may still be writing to an older one.
function install() {
  const folder = mkdtempSync(join(work, 'npm-'));
  for (const file of manifests) copyFileSync(file, join(folder, basename(file)));
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
  if (npm.status !== 0) fail('npm ci failed; its output is above.');
  return join(folder, 'node_modules');
}

function removeInstalls() {
  for (const name of readdirSync(work).filter(name => name.startsWith('npm-'))) {
    try {
      rmSync(join(work, name), { recursive: true, force: true });
    } catch (error) {
      console.log(`${name} is still in use (${error.code}); a later restore removes it.`);
    }
  }
}

function writeStyles(kit) {
  const css = readFileSync(join(kit, 'core/dist/css/tabler.min.css'), 'utf8');
  // The map is not served; without its comment no browser asks for it.
  writeFileSync(outputs[0], css.replace(/\/\*# sourceMappingURL=.*?\*\//g, ''));
}

function writeSprite(kit) {
  const lines = readFileSync(join(here, 'icons.txt'), 'utf8').split('\n').map(line => line.trim());
  const names = lines.filter(line => line && !line.startsWith('#'));
  const licence = '<!-- Tabler Icons, MIT licence, https://tabler.io/icons -->';
  writeFileSync(outputs[1], `<svg xmlns="http://www.w3.org/2000/svg">${licence}\n${names.map(name => symbol(kit, name)).join('\n')}\n</svg>\n`);
}

function writeCronWords(modules) {
  const script = readFileSync(join(modules, 'cronstrue/dist/cronstrue.min.js'), 'utf8');
  writeFileSync(outputs[2], `/*! cRonstrue, MIT licence, https://github.com/bradymholt/cronstrue */\n${script.replace(/\n?\/\/# sourceMappingURL=.*$/, '')}`);
}

function symbol(kit, name) {
  const file = join(kit, 'icons/icons/outline', `${name}.svg`);
  if (!exists(file)) fail(`icons.txt names "${name}", which @tabler/icons does not have.`);
  const shapes = readFileSync(file, 'utf8').replace(/^[\s\S]*?<svg[^>]*>/, '').replace('</svg>', '')
    .replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', '').replace(/\s*\n\s*/g, '');
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
}

// Two builds of one checkout take turns. A lock whose owner is gone is taken over.
async function acquire() {
  const deadline = Date.now() + 10 * 60_000;
  for (;;) {
    try {
      const handle = openSync(lock, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (Date.now() > deadline) fail(`another build holds ${lock} for more than ten minutes.`, false);
      if (isAbandoned()) rmSync(lock, { force: true });
      else await new Promise(resolve => setTimeout(resolve, 200));
    }
  }
}

function isAbandoned() {
  const owner = Number(readOr(lock));
  if (!owner) return Date.now() - (modified(lock) ?? Date.now()) > 10_000;
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex');
}

function readOr(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

function exists(file) {
  return modified(file) !== undefined;
}

// The form that MSBuild reads as an error of this file.
function fail(message, lockIsOurs = true) {
  console.error(`FrontEnd/restore.mjs : error FE0002: ${message}`);
  if (lockIsOurs) rmSync(lock, { force: true });
  process.exit(1);
}
