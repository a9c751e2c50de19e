// Completes package-lock.json after `npm install` through a registry that lacks packages of other
// platforms: npm then leaves them out of the lock, and `npm ci` refuses it. Each missing optional
// package gets an entry with the platform that its name says, so that `npm ci` knows to skip it
// here and to install it there. Usage: node scripts/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  sunos: 'sunos',
  win32: 'win32',
  aix: 'aix',
  wasm32: undefined,
  wasi: undefined,
};
const PROCESSORS = [
  'arm64',
  'arm',
  'x64',
  'ia32',
  'ppc64',
  'riscv64',
  's390x',
  'loong64',
  'mips64el',
  'wasm32',
];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const root = lock.packages[''];
let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (
      path === '' ||
      lock.packages[`node_modules/${name}`] !== undefined ||
      lock.packages[`${path}/node_modules/${name}`] !== undefined
    )
      continue;
    const words = name.split('/').at(-1).split('-');
    const system = words.find((word) => Object.hasOwn(SYSTEMS, word));
    const processor = PROCESSORS.find((one) => words.includes(one));
    lock.packages[`node_modules/${name}`] = {
      version: version.replace(/^[\^~]/, ''),
      ...(processor === undefined ? {} : { cpu: [processor] }),
      ...(entry.dev === true ? { dev: true } : {}),
      optional: true,
      ...(system === undefined || SYSTEMS[system] === undefined ? {} : { os: [SYSTEMS[system]] }),
    };
    added += 1;
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1)),
);
lock.packages = { '': root, ...lock.packages };
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} entries added`);
