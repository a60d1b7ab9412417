// Ends with "N passed", or with the first thing that is wrong.
"use strict";

const assert = require("node:assert/strict");
const { execFileSync, spawn } = require("node:child_process");
const { createServer } = require("node:http");
const { createSign } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { chromium } = require("playwright-core");
const axe = require("axe-core");

const [chexiao, out] = process.argv.slice(2);
const shots = path.join(out, "screenshots");
const CLOSE = "/api/mybank/pay/cpay/cporderclose/V1";
const QUERY = "/api/mybank/pay/cpay/cporderquery/V1";
let passed = 0;

async function main() {
  fs.rmSync(shots, { recursive: true, force: true });
  fs.mkdirSync(shots, { recursive: true });
  const sandbox = spawn(chexiao, ["sandbox", "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  let browser;
  try {
    const [line] = await once(readline.createInterface({ input: sandbox.stdout }), "line");
    const said = JSON.parse(line);
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
    await traffic(said);
    for (const step of [looks, withoutScripts, reasonAtFirstSight, live, byKeyboard, faultByKeyboard, foreignForm]) {
      await step(browser, said);
      passed += 1;
      console.log(`ok ${step.name}`);
    }
    console.log(`${passed} passed; screenshots in ${shots}`);
  } finally {
    await browser?.close();
    sandbox.kill();
  }
}

function once(emitter, event) {
  return new Promise((resolve) => emitter.once(event, (...values) => resolve(values)));
}

/** Requests of all kinds: right ones, refused ones, one with a wrong path, a hostile one, a fault. */
async function traffic({ http_url: url, dir }) {
  const orders = {
    wechat: { out_trade_no: "A1001" },
    icbc: { agreeCode: "0000000000090000000001000000085016", orderCode: "2019021314281026", partnerSeq: "A1001" },
    edgeros: { mch_trade_no: "PAID1001" },
    ysepay: { protocol_no: "CUT1001" },
  };
  for (const [gateway, order] of Object.entries(orders)) close(dir, gateway, order);
  await wrongPath(url, dir);
  const body = "<xml><out_trade_no>&lt;img src=x onerror=alert(1)&gt;</out_trade_no><sign>x</sign></xml>";
  await fetch(`${url}/pay/closeorder`, { method: "POST", body, headers: { "Content-Type": "text/xml" } });
}

function close(dir, gateway, order) {
  const args = ["close", "--json", "--config", path.join(dir, `${gateway}.json`), "--order", JSON.stringify(order)];
  try {
    return execFileSync(chexiao, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    return error.stdout; // the exit code tells the outcome
  }
}

/** A client that signs the path of the query and calls the close. */
async function wrongPath(url, dir) {
  const { account } = JSON.parse(fs.readFileSync(path.join(dir, "icbc.json"), "utf8"));
  const key = { key: Buffer.from(account.private_key.base64, "base64"), format: "der", type: "pkcs8" };
  const now = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 19).replace("T", " ");
  const biz = { agreeCode: "0000000000090000000001000000085016", orderCode: "2019021314281026", partnerSeq: "A1002" };
  const fields = { app_id: account.app_id, biz_content: JSON.stringify(biz), charset: "UTF-8", format: "json", msg_id: "m-1002", sign_type: "RSA", timestamp: now };
  const text = Object.keys(fields).sort().map((name) => `${name}=${fields[name]}`).join("&");
  fields.sign = createSign("RSA-SHA1").update(`${QUERY}?${text}`).sign(key, "base64");
  const reply = await fetch(url + CLOSE, { method: "POST", body: new URLSearchParams(fields) });
  assert.match(await reply.text(), /400017/);
}

/** A page that may not complain. */
async function open(browser, options, address) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && page.complaints.push(message.text()));
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("dialog", (dialog) => page.complaints.push(`dialog ${dialog.message()}`) && dialog.dismiss());
  await page.goto(address);
  return page;
}

async function shut(page) {
  assert.deepEqual(page.complaints, [], page.url());
  await page.context().close();
}

/** Every page, light and dark, in both languages: no violation, nothing refused by the policy. */
async function looks(browser, { http_url: url }) {
  const pages = {
    exchanges: "/inspector",
    wrong: "/inspector/exchange/5",
    right: "/inspector/exchange/1",
    orders: "/inspector/orders",
    order: "/inspector/order?gateway=icbc&order=A1001",
    notices: "/inspector/notices",
    faults: "/inspector/faults",
  };
  for (const colorScheme of ["light", "dark"]) {
    for (const locale of ["en-GB", "zh-CN"]) {
      for (const [name, address] of Object.entries(pages)) {
        const page = await open(browser, { colorScheme, locale }, url + address);
        for (const details of await page.locator("details").all()) await details.evaluate((it) => (it.open = true));
        await page.evaluate(axe.source);
        const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
        assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), [], `${name} ${colorScheme} ${locale}`);
        assert.ok(passes.length > 10 && passes.some(({ id }) => id === "color-contrast"), "axe has looked");
        for (const details of await page.locator("details").all()) await details.evaluate((it) => (it.open = false));
        await page.screenshot({ path: path.join(shots, `${name}-${colorScheme}-${locale.slice(0, 2)}.png`) });
        await shut(page);
      }
    }
  }
  const narrow = await open(browser, { viewport: { width: 320, height: 640 } }, `${url}/inspector/exchange/5`);
  assert.ok(await narrow.evaluate(() => document.documentElement.scrollWidth <= 320), "nothing sticks out at 320 pixels");
  await narrow.screenshot({ path: path.join(shots, "wrong-narrow.png") });
  await shut(narrow);
  for (const [name, width, part] of [["exchanges", 500, "#list td .bad"], ["faults", 500, "#catalogue td:last-child"], ["faults", 1100, "#catalogue td:last-child"]]) {
    const list = await open(browser, { viewport: { width, height: 800 } }, url + pages[name]);
    const { x, width: wide } = await list.locator(part).first().boundingBox();
    assert.ok(x >= 0 && x + wide <= width, `${name}: what matters is in sight at ${width} pixels, not up to ${x + wide}`);
    await list.screenshot({ path: path.join(shots, `${name}-${width}.png`) });
    await shut(list);
  }
}

async function withoutScripts(browser, { http_url: url }) {
  const page = await open(browser, { javaScriptEnabled: false }, `${url}/inspector`);
  assert.equal(await page.locator("tbody tr").count(), 6);
  assert.ok(!(await page.locator("#live").isVisible()), "a box that would do nothing is not there");
  await page.getByRole("link", { name: "5", exact: true }).click();
  assert.match(await page.locator("pre ins").innerText(), /cporderclose/);
  await shut(page);
}

/** What a person sees first of a request with a wrong path. */
async function reasonAtFirstSight(browser, { http_url: url }) {
  const page = await open(browser, {}, `${url}/inspector`);
  const reason = `signed ${QUERY}, the gateway verifies ${CLOSE}`;
  const row = page.locator("tbody tr", { hasText: reason });
  assert.match(await row.innerText(), /✗ signature does not match: /);
  assert.ok((await row.boundingBox()).y < 800, "without scrolling");
  await row.getByRole("link").first().click();
  const first = page.locator("main > p:visible, main > h2").nth(1);
  assert.match(await first.innerText(), new RegExp(reason.replace("?", "\\?")));
  assert.equal(await page.locator("pre ins").innerText(), CLOSE);
  assert.equal(await page.locator("pre del").innerText(), QUERY);
  await shut(page);
}

async function live(browser, { http_url: url, dir }) {
  const page = await open(browser, {}, `${url}/inspector`);
  await page.locator("#exchanges").focus();
  await page.waitForTimeout(500);
  close(dir, "wechat", { out_trade_no: "LIVE0" });
  await page.getByRole("link", { name: "LIVE0" }).waitFor({ timeout: 5000 });
  assert.equal(await page.evaluate(() => document.activeElement.id), "exchanges", "nor does the table lose it");
  await page.locator("#x5").focus();
  await page.waitForTimeout(500);
  close(dir, "wechat", { out_trade_no: "LIVE1" });
  await page.getByRole("link", { name: "LIVE1" }).waitFor({ timeout: 5000 });
  assert.equal(await page.evaluate(() => document.activeElement.id), "x5", "the focus stays where it was");
  assert.match(await page.locator("#sum").innerText(), /^8 exchanges/);
  await page.getByLabel("Show what is new by itself").uncheck();
  close(dir, "wechat", { out_trade_no: "LIVE2" });
  await page.waitForTimeout(1500);
  assert.equal(await page.getByRole("link", { name: "LIVE2" }).count(), 0, "not while it is switched off");
  await page.getByLabel("Show what is new by itself").check();
  await page.getByRole("link", { name: "LIVE2" }).waitFor({ timeout: 5000 });
  await shut(page);
}

/** Tab and Enter until the element that the selector names has the focus. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 120; presses += 1) {
    if (await page.evaluate((it) => document.activeElement?.matches(it), selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`no way to ${selector} by Tab`);
}

async function byKeyboard(browser, { http_url: url }) {
  const page = await open(browser, {}, `${url}/inspector`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await tabTo(page, "#x5");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, "solid", "the focus is seen");
  await page.keyboard.press("Enter");
  await page.waitForURL(/exchange\/5/);
  await tabTo(page, "header a[href='/inspector/orders']");
  await page.keyboard.press("Enter");
  await page.waitForURL(/orders/);
  await tabTo(page, "#pay-icbc-A1002");
  await page.keyboard.press("Enter");
  await page.waitForURL(/order\?/);
  assert.match(await page.locator("#order").innerText(), /PAID/);
  assert.match(await page.locator("#life").innerText(), /paid here, by hand/);
  await page.screenshot({ path: path.join(shots, "life-light-en.png"), fullPage: true });
  await tabTo(page, "header a[hreflang='zh-CN']");
  await page.keyboard.press("Enter");
  await page.getByText("在此手动支付").waitFor();
  assert.match(page.url(), /order=A1002/, "the same order in the other language");
  await page.goto(`${url}/inspector`);
  assert.equal(await page.locator("h1").innerText(), "往来", "the language stays");
  await shut(page);
}

async function faultByKeyboard(browser, { http_url: url, dir }) {
  const page = await open(browser, {}, `${url}/inspector/faults`);
  await tabTo(page, "select[name=gateway]");
  await page.keyboard.type("wechat");
  await tabTo(page, "select[name=fault]");
  await page.keyboard.type("status");
  await tabTo(page, "input[name=parameter]");
  await page.keyboard.type("503");
  await tabTo(page, "button[value=fault]");
  await page.keyboard.press("Enter");
  await page.getByText("status:503").waitFor();
  assert.match(close(dir, "wechat", { out_trade_no: "FAULT1" }), /"http_status":503/);
  await shut(page);
}

/** Another site cannot act, whatever it posts. */
async function foreignForm(browser, { http_url: url }) {
  const form = `<form method="post" action="${url}/inspector/do"><input name="deed" value="pay"><input name="gateway" value="wechat"><input name="order" value="EVIL1"><button>go</button></form>`;
  const evil = createServer((_, reply) => reply.setHeader("Content-Type", "text/html").end(form)).listen(0, "127.0.0.1");
  await once(evil, "listening");
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${evil.address().port}/`);
    const [reply] = await Promise.all([page.waitForResponse(/inspector\/do/), page.getByRole("button").click()]);
    assert.equal(reply.status(), 403);
    const { orders } = await (await fetch(`${url}/_sandbox/orders`)).json();
    assert.ok(!orders.some(({ order }) => order === "EVIL1"));
    await page.close();
  } finally {
    evil.close();
    evil.closeAllConnections();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
