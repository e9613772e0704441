// What pages.sh checks. Nothing is loaded from the network: pages are opened from the disk.
import { createRequire } from 'node:module';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(path.join(process.env.CI_NODE, 'package.json'));
const { chromium } = require('playwright-core');
const { HtmlValidate, StaticConfigLoader } = require('html-validate');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const site = fs.realpathSync(process.argv[2]);
const edition = path.dirname(site);
let passed = 0;
let failed = 0;
const check = (name, faults) => {
  if (faults.length === 0) passed += 1;
  else failed += 1;
  console.log(`${faults.length ? 'FAIL' : 'ok  '}  ${name}${faults.length ? `: ${faults.length}` : ''}`);
  faults.slice(0, 8).forEach((fault) => console.log(`        ${fault}`));
  if (faults.length > 8) console.log(`        and ${faults.length - 8} more`);
};
/** Something that was thrown is a failure of that check, and the others still run. */
const attempt = async (name, run) => {
  try {
    check(name, await run());
  } catch (error) {
    check(name, [String(error.message ?? error).split('\n')[0]]);
  }
};

const all = fs
  .readdirSync(site, { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile() && file.name.endsWith('.html'))
  .map((file) => path.relative(site, path.join(file.parentPath ?? file.path, file.name)))
  .sort();
if (all.length === 0) {
  console.log(`FAIL  no page in ${process.argv[2]}`);
  console.log('0 passed, 1 failed');
  process.exit(1);
}
const read = (page) => fs.readFileSync(path.join(site, page), 'utf8');
const url = (page) => pathToFileURL(path.join(site, page)).href;

// One page of each kind.
const organisations = all.filter((page) => /^organisations\/.+\/index\.html$/.test(page));
const figures = fs.readFileSync(path.join(site, '../data/figures.csv'), 'utf8').trim().split('\n').length - 1;
const measures = all.filter((page) => /^measures\/.+\/index\.html$/.test(page));
const cutOff =
  organisations.find((page) => /class="[^"]*\bcut-off\b[^"]*"[^>]*>\s*Cut off/.test(read(page))) ?? organisations[0];
const wanted = ['presence', 'posts_per_week', 'conversation_share'].map((id) => `measures/${id}/index.html`);
const three = [...wanted.filter((page) => measures.includes(page)), ...measures.filter((page) => !wanted.includes(page))].slice(0, 3);
const kinds = [
  ['home', 'index.html'],
  ['organisations', 'organisations/index.html'],
  ['one organisation', cutOff],
  ['measures', 'measures/index.html'],
  ...three.map((page) => ['one measure', page]),
  ['how to read', 'how-to-read/index.html'],
  ['methods', 'methods/index.html'],
  ['open data', 'open-data/index.html'],
];
check(
  'there is a page of each kind',
  kinds.filter(([, page]) => !page || !all.includes(page)).map(([kind, page]) => `${kind}: ${page ?? 'none'}`).concat(three.length < 3 ? [`measures: ${three.length} of 3`] : []),
);
// Before anything is collected there is nothing to tell on some of these.
const more = ['headlines/index.html', 'national/index.html', 'celebrate/index.html', 'compare/index.html', 'changes/index.html',
  'about/accessibility.html', 'about/privacy.html', 'about/reply.html', 'organisations/from-b.html'];
kinds.push(...more.filter((page) => all.includes(page)).map((page) => [page, page]));
const group = all.find((page) => /^compare\/group-.*\.html$/.test(page));
if (group) kinds.push(['one peer group compared', group]);
const chats = [/^chats\/index\.html$/, /^chats\/[^/]+\/index\.html$/, /^chats\/[^/]+\/network\.html$/, /^chats\/[^/]+\/[^/]+\/index\.html$/];
const stories = [/^stories\/index\.html$/, /^stories\/[^/]+\/index\.html$/];
kinds.push(...[...chats, ...stories].flatMap((kind) => all.filter((page) => kind.test(page)).slice(0, 1)).map((page) => [page, page]));
// Asked for some folders only, it looks closely at their pages; whatever is asked of all pages is asked all the same.
const only = process.argv.slice(3);
const pages = kinds.map(([, page]) => page).filter((page) => page && all.includes(page) && (!only.length || only.some((folder) => page.startsWith(`${folder}/`))));
check(
  `there are pages of ${only.join(', ') || 'every kind'}`,
  only.filter((folder) => !pages.some((page) => page.startsWith(`${folder}/`))).map((folder) => `none in ${folder}/`),
);

// Valid HTML.
const validator = new HtmlValidate(new StaticConfigLoader({ root: true, extends: ['html-validate:recommended'] }));
for (const page of pages) {
  await attempt(`html-validate: ${page}`, async () => {
    const report = await validator.validateString(read(page), path.join(site, page));
    return report.results.flatMap((result) =>
      result.messages.map((message) => `${message.line}:${message.column} ${message.ruleId}: ${message.message}`));
  });
}
await attempt(`the Nu checker: ${pages.length} pages`, async () => {
  const jar = require.resolve('vnu-jar/build/dist/vnu.jar');
  const files = pages.map((page) => path.join(site, page));
  const run = spawnSync('java', ['-Xss4m', '-jar', jar, '--format', 'json', ...files], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.error) throw run.error;
  return JSON.parse(run.stderr).messages.map((message) =>
    `${path.relative(site, fileURLToPath(message.url))}:${message.lastLine}:${message.lastColumn} ${message.type}: ${message.message} (${message.extract?.trim() ?? ''})`);
});

const browser = await chromium.launch({
  executablePath: process.env.CI_BROWSER,
  args: ['--no-sandbox', '--disable-gpu', '--allow-file-access-from-files'],
});
const outside = new Set();
const open = async (options = {}) => {
  const context = await browser.newContext(options);
  context.on('request', (request) => {
    // What a page made itself, to hand it over, comes from nowhere else.
    if (!/^(blob:)?file:\/\//.test(request.url())) outside.add(`${request.frame().url()} asks for ${request.url()}`);
  });
  return context.newPage();
};
const openDetails = (tab) =>
  tab.evaluate(() => document.querySelectorAll('details').forEach((details) => { details.open = true; }));

// Accessible, and no wider than a small screen.
const tab = await open();
for (const page of pages) {
  for (const width of [320, 1280]) {
    for (const scheme of ['light', 'dark']) {
      await attempt(`axe at ${width} px, ${scheme}: ${page}`, async () => {
        await tab.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
        await tab.setViewportSize({ width, height: 900 });
        await tab.goto(url(page));
        await openDetails(tab);
        await tab.evaluate(axe);
        const found = await tab.evaluate(() =>
          window.axe.run(document, {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
            resultTypes: ['violations'],
          }));
        return found.violations.flatMap((violation) =>
          violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.any[0]?.message ?? violation.help}`));
      });
    }
  }
  await attempt(`no sideways scrolling at 320 px: ${page}`, async () => {
    await tab.setViewportSize({ width: 320, height: 900 });
    await tab.goto(url(page));
    const wide = () =>
      tab.evaluate(() => {
        const width = document.documentElement.scrollWidth;
        return width > document.documentElement.clientWidth ? [`${width} px wide`] : [];
      });
    const closed = await wide();
    await openDetails(tab);
    return [...closed, ...(await wide())];
  });
}

// All pages: links, anchors and words. Read without script, as they are written.
const names = new Set();
const collected = new Map();
const plain = await open({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
await attempt(`every page opens (${all.length})`, async () => {
  const faults = [];
  for (const page of all) {
    await plain.goto(url(page));
    collected.set(
      page,
      await plain.evaluate(() => {
        const copy = document.body.cloneNode(true);
        const told = [...copy.querySelectorAll('[aria-label], [title], [placeholder]')].flatMap((element) =>
          ['aria-label', 'title', 'placeholder'].map((name) => element.getAttribute(name)).filter(Boolean));
        copy.querySelectorAll('script, style, bdi').forEach((element) => element.remove());
        const text = [...copy.querySelectorAll('*')].map((element) => [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join(' ')).join('\n');
        return {
          ids: [...document.querySelectorAll('[id]')].map((element) => element.id),
          links: [...document.querySelectorAll('[href], [src], form[action]')].map((element) => [
            element.localName,
            element.getAttribute('href') ?? element.getAttribute('src') ?? element.getAttribute('action'),
          ]),
          text: `${document.title}\n${text}\n${told.join('\n')}`,
        };
      }),
    );
    if (!collected.get(page).text.trim()) faults.push(page);
  }
  return faults;
});
for (const page of organisations) {
  const heading = /<h1[^>]*>(.*?)<\/h1>/s.exec(read(page))?.[1] ?? '';
  const name = heading.replace(/<[^>]*>/g, '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');
  if (name.trim()) names.add(name.trim());
}

let links = 0;
const broken = [];
for (const [page, { links: found }] of collected) {
  for (const [element, link] of found) {
    links += 1;
    let target;
    try {
      target = new URL(link, url(page));
    } catch {
      broken.push(`${page}: ${link}`);
      continue;
    }
    if (target.protocol === 'mailto:' && element === 'a') continue;
    if (/^https?:$/.test(target.protocol) && element === 'a') continue;
    if (target.protocol !== 'file:') {
      broken.push(`${page}: <${element}> ${link}`);
      continue;
    }
    const file = fileURLToPath(new URL(target.pathname, 'file://'));
    const stays = path.relative(edition, file);
    if (stays.startsWith('..') || !fs.statSync(file, { throwIfNoEntry: false })?.isFile()) {
      broken.push(`${page}: ${link} leads nowhere`);
      continue;
    }
    const anchor = decodeURIComponent(target.hash.slice(1));
    const ids = collected.get(path.relative(site, file))?.ids;
    if (anchor && !ids?.includes(anchor)) broken.push(`${page}: ${link} has no such place`);
  }
}
check(`every link and anchor of all pages leads somewhere (${links} links, ${collected.size} pages)`, links ? broken : ['no link was found']);

// Words that readers asked publishers not to use. Longer names first, so that none is left in part.
const longest = [...names].sort((a, b) => b.length - a.length);
const refused = /\b(?:worst|best|failing|poor|lags|plummeted|slipped)\b|(?<!\bstatistically )\bsignificant\b/giu;
const said = [];
for (const [page, { text }] of collected) {
  const own = longest.reduce((words, name) => words.replaceAll(name, ' '), text).replace(/\s+/g, ' ');
  for (const word of own.matchAll(refused)) {
    said.push(`${page}: '${word[0]}' in '…${own.slice(Math.max(0, word.index - 30), word.index + 30)}…'`);
  }
}
check(`no refused word in visible text (${collected.size} pages)`, collected.size ? said : ['no page was read']);

// The list of organisations without script and with it.
const list = 'organisations/index.html';
await attempt('without script the organisations can be read', async () => {
  await plain.goto(url(list));
  const rows = plain.locator('main table[data-sort] tbody tr');
  const faults = [];
  if ((await rows.count()) !== organisations.length) faults.push(`${await rows.count()} rows for ${organisations.length} organisations`);
  for (const place of [rows.first(), rows.last()]) {
    if (!(await place.locator('th a').isVisible())) faults.push('a row is not visible');
  }
  if (await plain.locator('[data-filter]').isVisible()) faults.push('the filter shows, and would do nothing');
  return faults;
});
await attempt('with script the filter finds by name and by nothing', async () => {
  await tab.setViewportSize({ width: 1280, height: 900 });
  await tab.goto(url(list));
  const shown = tab.locator('main table[data-sort] tbody tr:not([hidden])');
  const box = tab.locator('[data-filter] input');
  const status = tab.locator('[data-filter] [role=status]');
  const name = (await tab.locator('main table[data-sort] tbody tr').last().locator('th a').textContent()).trim();
  const settle = () => tab.waitForTimeout(250);
  const faults = [];
  await box.fill(name.toUpperCase());
  await settle();
  const found = await shown.locator('th').allTextContents();
  if (!found.some((text) => text.includes(name))) faults.push(`'${name}' is not found`);
  if (found.length === organisations.length && organisations.length > 1) faults.push('nothing is filtered out');
  if (!(await status.textContent()).startsWith(`${found.length} of `)) faults.push(`said '${await status.textContent()}'`);
  await box.fill('qqqqqqqq zzzz');
  await settle();
  if ((await shown.count()) !== 0) faults.push('something fits nothing');
  await box.fill('');
  await settle();
  if ((await shown.count()) !== organisations.length) faults.push('clearing does not bring all back');
  return faults;
});
await attempt('the search of the first page leads to the filtered list', async () => {
  await tab.goto(url('index.html'));
  const name = (await tab.locator('.columns a, main a').first().textContent()).trim();
  await tab.locator('form.filter input[name=q]').fill(name);
  await Promise.all([tab.waitForURL('**/organisations/**'), tab.locator('form.filter button').click()]);
  return (await tab.locator('[data-filter] input').inputValue()) === name ? [] : ['the list does not know what was asked'];
});
await attempt('the finder is a combobox that finds by keyboard', async () => {
  await tab.goto(url('index.html'));
  const input = tab.locator('[data-find]').first();
  const faults = [];
  await input.focus();
  const index = await tab.waitForFunction(() => window.someasureIndex).then((handle) => handle.jsonValue());
  const [name, code, , , , , slug] = index.split('\n')[0].split('\t');
  await input.pressSequentially(code);
  const options = tab.locator('[role=listbox] [role=option]');
  await options.first().waitFor();
  if ((await input.getAttribute('role')) !== 'combobox') faults.push('the field is no combobox');
  if ((await input.getAttribute('aria-expanded')) !== 'true') faults.push('it does not say that it is open');
  await tab.evaluate(axe);
  const found = await tab.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }));
  faults.push(...found.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}`)));
  await tab.keyboard.press('Escape');
  if (await options.first().isVisible()) faults.push('Escape does not close it');
  await tab.keyboard.press('ArrowDown');
  await options.first().waitFor();
  await tab.keyboard.press('ArrowDown');
  const active = await input.getAttribute('aria-activedescendant');
  if (!active || !(await tab.locator(`[id="${active}"]`).textContent()).includes(name)) faults.push(`'${code}' does not lead to '${name}' first`);
  await Promise.all([tab.waitForURL(`**/organisations/${slug}/index.html`), tab.keyboard.press('Enter')]);
  return faults;
});
if (all.includes('compare/index.html')) await attempt('two organisations are compared with their own figures, by an address', async () => {
  const faults = [];
  await tab.goto(url('compare/index.html'));
  const index = await tab.evaluate(() => window.someasure.index());
  const box = tab.locator('#compare-name');
  const measured = index.filter((one) => fs.readFileSync(path.join(site, `organisations/${one.slug}/figures.csv`), 'utf8').includes(',shown,'));
  for (const one of measured.slice(0, 2)) {
    await box.fill(one.code);
    await tab.locator('[role=option]').first().waitFor();
    await box.press('ArrowDown');
    await box.press('Enter');
  }
  if (measured.length < 2) return [];
  await tab.locator('.compared table').first().waitFor();
  const address = tab.url();
  const rows = await tab.locator('.compared tbody tr').count();
  await tab.evaluate(axe);
  const found = await tab.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }));
  faults.push(...found.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}`)));
  const [download] = await Promise.all([tab.waitForEvent('download'), tab.getByRole('button', { name: 'These figures as CSV' }).click()]);
  const lines = fs.readFileSync(await download.path(), 'utf8').trim().split('\r\n');
  if (lines.length !== rows + 1) faults.push(`the CSV has ${lines.length - 1} rows of ${rows}`);
  await tab.goto(url('index.html'));
  await tab.goto(address);
  await tab.locator('.compared table').first().waitFor();
  if ((await tab.locator('.compared tbody tr').count()) !== rows) faults.push('the address does not lead to the same comparison');
  for (const cell of await tab.locator('.compared tbody tr').all()) {
    const value = (await cell.locator('td.num').first().textContent({ timeout: 500 }).catch(() => '')).trim();
    const name = (await cell.locator('th').textContent()).trim();
    const one = measured.find((body) => body.name === name);
    if (value && !read(`organisations/${one.slug}/index.html`).includes(value)) faults.push(`${name}: ${value} is not on its page`);
  }
  return faults;
});
const drawn = organisations.find((page) => /class="card"[^]*?<svg class="chart"/.test(read(page)));
if (!drawn && figures > 0) check('an organisation has a chart', ['none has']);
if (drawn) await attempt('a chart of an organisation becomes a file for a slide', async () => {
  await tab.goto(url(drawn));
  const faults = [];
  const figure = tab.locator('.card figure:visible').filter({ has: tab.locator('svg.chart') }).last();
  await figure.getByRole('button', { name: 'Chart for a slide' }).click();
  const save = async (ending) => {
    const [download] = await Promise.all([tab.waitForEvent('download'), figure.getByRole('button', { name: ending }).click()]);
    if (!download.suggestedFilename().endsWith(`.${ending.toLowerCase()}`)) faults.push(`it is called ${download.suggestedFilename()}`);
    return fs.readFileSync(await download.path());
  };
  const svg = (await save('SVG')).toString('utf8');
  const heading = (await tab.locator('h1').textContent()).trim();
  const told = await tab.evaluate((text) => {
    const file = new DOMParser().parseFromString(text, 'image/svg+xml');
    return { faulty: !!file.querySelector('parsererror'), marks: file.querySelectorAll('path[d]').length, text: file.documentElement.textContent.replace(/\s+/g, ' ') };
  }, svg);
  if (told.faulty || told.marks === 0) faults.push(`the file is no picture: ${told.marks} paths`);
  if (/NaN|href=|url\(/.test(svg)) faults.push('the file is not whole by itself');
  for (const wanted of [heading.slice(0, 30), 'Source: ']) if (!told.text.includes(wanted)) faults.push(`'${wanted}' is not in the file`);
  const png = await save('PNG');
  if (png.readUInt32BE(16) < 2_000 || png.length < 5_000) faults.push(`the picture is ${png.readUInt32BE(16)} px wide, ${png.length} bytes`);
  return faults;
});
await attempt('with script the list can be sorted both ways', async () => {
  await tab.goto(url(list));
  const table = tab.locator('main table[data-sort]').first();
  const head = table.locator('thead th').first();
  const read = async () => (await table.locator('tbody th').allTextContents()).map((text) => text.trim());
  const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare;
  const faults = [];
  for (const [way, sign] of [['ascending', 1], ['descending', -1]]) {
    await head.locator('button').click();
    if ((await head.getAttribute('aria-sort')) !== way) faults.push(`it does not say that it is ${way}`);
    const rows = await read();
    if (rows.some((row, i) => i && sign * order(rows[i - 1], row) > 0)) faults.push(`it is not ${way}`);
  }
  return faults;
});
// An edition of which nothing was collected has no number to sort, and says so itself on every page of a measure.
const numbered = measures.filter((measure) => /<table data-sort[\s\S]*?<td class="num">\d/.test(read(measure)));
if (numbered.length === 0 && figures > 0) check('measures have tables of numbers', ['none has']);
if (numbered.length > 0) await attempt('with script numbers sort as numbers, among peers only, and what has no value stands last', async () => {
  const page = numbered[0];
  await tab.goto(url(page));
  const faults = [];
  for (const table of await tab.locator('main table[data-sort]').all()) {
    const heads = await table.locator('thead th').evaluateAll((all) => all.map((head) => [head.classList.contains('num'), head.hasAttribute('data-within')]));
    const column = heads.findIndex(([number]) => number);
    const group = heads.findIndex(([, within]) => within);
    for (const sign of [1, -1]) {
      await table.locator('thead th').nth(column).locator('button').click();
      const rows = await table.locator('tbody tr').evaluateAll((all, [at, within]) => all.map((row) => [row.cells[at].textContent, within < 0 ? '' : row.cells[within].textContent]), [column, group]);
      const values = rows.map(([cell, peers]) => [parseFloat(cell.replace(/,/g, '').replace('−', '-')), peers]);
      const wrong = values.some(([n, peers], i) => {
        if (!i || values[i - 1][1] !== peers) return false;
        const before = values[i - 1][0];
        return Number.isNaN(before) ? !Number.isNaN(n) : sign * (before - n) > 0;
      });
      if (wrong) faults.push(`${page}: ${rows.slice(0, 6).join(' ')}`);
      const order = values.map(([, peers]) => peers).filter((peers, i, all) => !i || all[i - 1] !== peers);
      if (new Set(order).size !== order.length) faults.push(`${page}: peers are mixed`);
    }
  }
  return faults;
});

await browser.close();
check('no request leaves file://', [...outside]);
console.log(`${pages.length} pages looked at closely, ${collected.size} in all`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || pages.length === 0 || collected.size === 0 ? 1 : 0);
