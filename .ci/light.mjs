// What light.sh checks: home and the heaviest organisation's page, on a simulated slow phone.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import zlib from 'node:zlib';

const require = createRequire(path.join(process.env.CI_LIGHT, 'package.json'));
const { default: lighthouse } = await import(pathToFileURL(require.resolve('lighthouse')).href);
const { launch } = await import(pathToFileURL(createRequire(require.resolve('lighthouse')).resolve('chrome-launcher')).href);

const site = fs.realpathSync(process.argv[2]);
const types = { html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', woff2: 'font/woff2', png: 'image/png', xml: 'application/xml' };
// As any host serves files: packed, and no longer than the browser needs them.
const server = http.createServer((request, response) => {
  const file = path.join(site, decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
  if (!file.startsWith(site) || !fs.statSync(file, { throwIfNoEntry: false })?.isFile()) {
    response.writeHead(404);
    response.end();
    return;
  }
  const kind = types[path.extname(file).slice(1)] ?? 'application/octet-stream';
  const packed = kind !== 'font/woff2' && kind !== 'image/png';
  response.writeHead(200, { 'content-type': kind, 'cache-control': 'max-age=3600', ...(packed && { 'content-encoding': 'gzip' }) });
  response.end(packed ? zlib.gzipSync(fs.readFileSync(file)) : fs.readFileSync(file));
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const root = `http://127.0.0.1:${server.address().port}/`;

const organisations = fs.globSync ? fs.globSync('organisations/*/index.html', { cwd: site }) : fs.readdirSync(path.join(site, 'organisations')).map((name) => `organisations/${name}/index.html`).filter((page) => fs.existsSync(path.join(site, page)));
const heaviest = organisations.sort().reduce((a, b) => (fs.statSync(path.join(site, b)).size > fs.statSync(path.join(site, a)).size ? b : a));

let passed = 0;
let failed = 0;
const check = (name, good, told) => {
  if (good) passed += 1;
  else failed += 1;
  console.log(`${good ? 'ok  ' : 'FAIL'}  ${name}: ${told}`);
};

const chrome = await launch({ chromeFlags: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
for (const page of ['index.html', heaviest]) {
  const { lhr } = await lighthouse(root + page, { port: chrome.port, output: 'json', logLevel: 'error' });
  const audit = (id) => lhr.audits[id];
  const shift = audit('cumulative-layout-shift').numericValue;
  check(`no layout shift: ${page}`, shift === 0, shift);
  const weight = audit('total-byte-weight').numericValue;
  check(`less than 150 KB over the wire: ${page}`, weight > 0 && weight < 150_000, `${Math.round(weight / 1000)} KB`);
  for (const id of ['accessibility', 'best-practices', 'seo']) {
    const category = lhr.categories[id];
    const missed = category.auditRefs.filter((ref) => ref.weight > 0 && audit(ref.id).score !== null && audit(ref.id).score < 1);
    check(`${category.title}: ${page}`, category.score === 1, [Math.round(100 * category.score), ...missed.map((ref) => audit(ref.id).title)].join('; '));
  }
  const seconds = (id) => `${(audit(id).numericValue / 1000).toFixed(2)} s`;
  console.log(`told  ${page}: performance ${Math.round(100 * lhr.categories.performance.score)}, first paint ${seconds('first-contentful-paint')}, largest paint ${seconds('largest-contentful-paint')}, blocked ${audit('total-blocking-time').numericValue.toFixed(0)} ms, document ${(fs.statSync(path.join(site, page)).size / 1000).toFixed(0)} KB`);
}
await chrome.kill();
server.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
