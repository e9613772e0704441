// Opens a page in a browser that has no network and runs no scripts, writes its picture, and prints what it says; ends with 1
// if the page asks for anything but itself. node .ci/look.mjs PAGE PICTURE, with CI_NODE as .ci/pages.sh sets it up.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { chromium } = createRequire(path.join(process.env.CI_NODE, 'package.json'))('playwright-core');
const [page, picture] = process.argv.slice(2);
const address = pathToFileURL(page).href;
const browser = await chromium.launch({
  executablePath: process.env.CI_BROWSER,
  args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND'],
});
const context = await browser.newContext({ javaScriptEnabled: false, offline: true, viewport: { width: 900, height: 1200 } });
const asked = [];
context.on('request', (request) => asked.push(request.url()));
const tab = await context.newPage();
await tab.goto(address);
await tab.screenshot({ path: picture, fullPage: true });
console.log(await tab.locator('body').innerText());
await browser.close();
const others = asked.filter((url) => url !== address && !url.startsWith('data:'));
others.forEach((url) => console.error(`the page asks for ${url}`));
process.exit(others.length ? 1 : 0);
