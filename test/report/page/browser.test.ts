/** The page in a real browser: what people see, press and hear. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { page } from '../../../src/report/page/page.ts';
import { svg } from '../../../src/report/graph/svg.ts';
import { folder } from '../../temporary.ts';
import { ofFixture, withPicture } from '../graph/drawn.ts';
import { pictureOf } from '../graph/hostile-picture.ts';
import { TRICKS } from '../hostile.ts';
import { MISMATCH } from '../sample.ts';
import { CHROMIUM, launch, type Browser, type Look, type Page } from './chromium.ts';

if (CHROMIUM === undefined) console.warn('Skipped: the page in Chromium, which is not installed here.');

const CPU_BY_FILE_NAME = 'incidents/cpu-by-file-name/broken';
const ENTER = 13;

describe.skipIf(CHROMIUM === undefined)('in Chromium', { timeout: 60_000 }, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch(CHROMIUM ?? '');
  }, 60_000);
  afterAll(async () => browser?.close(), 60_000);

  async function shown(text: string, look: Look = { width: 1440 }, name = 'page.html'): Promise<Page> {
    const file = join(folder({}), name);
    writeFileSync(file, text);
    return browser.open(pathToFileURL(file).href, look);
  }

  const focused = 'document.activeElement.id';
  const visible = "[...document.querySelectorAll('.voyage')].filter((one) => !one.hidden).length";

  it('runs within its own policy, and asks for nothing', async () => {
    const it = await shown(page(await ofFixture(CPU_BY_FILE_NAME)));
    expect(it.complaints).toEqual([]);
    expect(it.requests).toHaveLength(1);
    expect(await it.evaluate(visible)).toBe(3);
    expect(await it.evaluate("document.querySelector('[role=status]').textContent")).toBe('3 voyages');
    await it.close();
  });

  it.each([375, 900, 1440])('fits %i pixels, and draws every leg from stop to stop', async (width) => {
    const it = await shown(page(await ofFixture(CPU_BY_FILE_NAME)), { width });
    expect(await it.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(
      true,
    );
    await it.evaluate("document.querySelector('.voyage:nth-child(3)').scrollIntoView()");
    await it.evaluate('new Promise((done) => setTimeout(done, 300))');
    expect(await it.evaluate("document.querySelectorAll('.voyage:nth-child(3) .leg').length")).toBe(5);
    expect(await it.evaluate("document.querySelectorAll('.voyage:nth-child(3) .leg.is-likely').length")).toBe(1);
    await it.close();
  });

  it('is gone through by keyboard alone', async () => {
    const it = await shown(page(await ofFixture(CPU_BY_FILE_NAME)));
    await it.evaluate("document.getElementById('v1s1').focus()");
    await it.press('ArrowRight');
    expect(await it.evaluate(focused)).toBe('v1s2');
    await it.press('ArrowDown');
    expect(await it.evaluate(focused)).toBe('v2s2');
    await it.press('ArrowLeft');
    expect(await it.evaluate(focused)).toBe('v2s1');
    await it.press('Enter', ENTER);
    expect(await it.evaluate("document.querySelector('#v2 .detail h4').textContent")).toContain('built: docker build');
    expect(await it.evaluate("document.getElementById('v2s1').getAttribute('aria-expanded')")).toBe('true');
    await it.press('Escape');
    expect(await it.evaluate("document.querySelector('.detail')")).toBe(null);
    expect(await it.evaluate(focused)).toBe('v2s1');
    await it.press('/');
    expect(await it.evaluate(focused)).toBe('search');
    await it.close();
  });

  it('shows the lines of both ends of a hop', async () => {
    const it = await shown(page(await ofFixture(CPU_BY_FILE_NAME)));
    await it.evaluate("document.getElementById('v3s1').click()");
    const lines = await it.evaluate(
      "[...document.querySelectorAll('.detail pre')].map((one) => one.textContent).join('')",
    );
    expect(lines).toContain('docker build --platform "linux/${TARGET_ARCH}"');
    expect(lines).toContain('docker push "${REPO}:${TAG}"');
    expect(await it.evaluate("document.querySelector('.detail .finding mark').textContent")).toBe(
      '"linux/${TARGET_ARCH}"',
    );
    await it.close();
  });

  it('searches and filters, and says how many are left', async () => {
    const it = await shown(page(await ofFixture(CPU_BY_FILE_NAME)));
    const search = (text: string): Promise<unknown> =>
      it.evaluate(
        `(() => { const box = document.getElementById('search'); box.value = ${JSON.stringify(text)}; box.dispatchEvent(new Event('input')); })()`,
      );
    await search('portal');
    expect(await it.evaluate(visible)).toBe(1);
    expect(await it.evaluate("document.querySelector('[role=status]').textContent")).toBe('1 of 3 voyages');
    await search('nothing has this name');
    expect(await it.evaluate("document.querySelector('.empty').hidden")).toBe(false);
    await it.evaluate("document.querySelector('.empty button').click()");
    expect(await it.evaluate(visible)).toBe(3);
    await it.evaluate("document.querySelector('.chip.is-error').click()");
    expect(await it.evaluate(visible)).toBe(1);
    await it.evaluate("document.querySelector('.chip.is-error').click()");
    await it.evaluate(
      "(() => { const list = document.getElementById('service'); list.value = 'apprunner'; list.dispatchEvent(new Event('change')); })()",
    );
    expect(await it.evaluate(visible)).toBe(1);
    await it.close();
  });

  it('names its landmarks, headings and buttons', async () => {
    const it = await shown(page(await ofFixture(CPU_BY_FILE_NAME)));
    const outline = "[...document.querySelectorAll('h1,h2,h3')].map((one) => one.tagName).join(' ')";
    expect(await it.evaluate(outline)).toBe('H1 H2 H3 H3 H3 H2');
    expect(await it.evaluate("document.querySelectorAll('header.top, main, search, footer').length")).toBe(4);
    expect(
      await it.evaluate(
        "[...document.querySelectorAll('button')].filter((one) => one.textContent.trim() === '').length",
      ),
    ).toBe(0);
    expect(
      await it.evaluate(
        "[...document.querySelectorAll('input, select')].filter((one) => one.labels.length === 0).length",
      ),
    ).toBe(0);
    await it.close();
  });

  it('runs nothing that a stranger wrote, and shows it as text', async () => {
    const attack = '<img src=x onerror="document.title=1"></script><script>document.title=1</script>';
    for (const trick of [attack, ...TRICKS.filter((one) => /[<&`]/.test(one))]) {
      const report = withPicture([{ ...MISMATCH, message: trick, help: trick }], pictureOf(trick), () => trick);
      const it = await shown(page(report));
      await it.evaluate("document.querySelectorAll('.stop').forEach((one) => one.click())");
      expect(it.complaints, trick).toEqual([]);
      expect(it.requests, trick).toHaveLength(1);
      expect(
        await it.evaluate("document.querySelectorAll('img, iframe, object, main script, a:not(.skip)').length"),
      ).toBe(0);
      expect(await it.evaluate('document.title')).toBe('Plimsoll');
      await it.close();
    }
  });

  it('draws the same as SVG, whose letters stay in their boxes', async () => {
    const it = await shown(svg(await ofFixture(CPU_BY_FILE_NAME)), { width: 1600 }, 'picture.svg');
    const beyond = `[...document.querySelectorAll('g g')].flatMap((group) => {
      const box = group.querySelector('rect').getBoundingClientRect();
      return [...group.querySelectorAll('text')].filter((text) => {
        const own = text.getBoundingClientRect();
        return own.right > box.right || own.bottom > box.bottom || own.top < box.top;
      }).map((text) => text.textContent);
    })`;
    expect(await it.evaluate(beyond)).toEqual([]);
    expect(it.complaints).toEqual([]);
    await it.close();
  });
});
