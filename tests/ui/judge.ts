// How a screen is looked at: photographs for the eye, axe-core and a narrow window for the rules.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, violations } from './stage';

const ARTIFACTS = fileURLToPath(new URL('artifacts', import.meta.url));
mkdirSync(ARTIFACTS, { recursive: true });

/** A screen of the program in both languages and colours. */
export async function judge(page: Page, screen: string): Promise<void> {
  for (const language of ['English', '中文']) {
    await page.getByRole('button', { name: language }).click();
    await inBothColours(page, `${screen}-${language === '中文' ? 'zh' : 'en'}`);
  }
  await narrow(page, screen);
}

/** As it stands: a page that has one language or shows both, or under a dialog, which covers the choice of them. */
export async function judgePage(page: Page, screen: string): Promise<void> {
  await inBothColours(page, screen);
  await narrow(page, screen);
}

/** Both languages and both colours, each once: for a form like others that have been judged in full. */
export async function glance(page: Page, screen: string): Promise<void> {
  for (const [language, colorScheme] of [['English', 'dark'], ['中文', 'light']] as const) {
    await page.getByRole('button', { name: language }).click();
    await inColour(page, `${screen}-${language === '中文' ? 'zh' : 'en'}`, colorScheme);
  }
  await narrow(page, screen);
}

async function inBothColours(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) await inColour(page, name, colorScheme);
}

async function inColour(page: Page, name: string, colorScheme: 'dark' | 'light'): Promise<void> {
  // Behind another page no frame is drawn: the photograph would wait for seconds.
  await page.bringToFront();
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.screenshot({ path: `${ARTIFACTS}/${name}-${colorScheme}.png`, fullPage: true });
  expect.soft(await violations(page), `${name}-${colorScheme}`).toEqual([]);
}

/** How far the page is wider than its window, in CSS pixels. */
export const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

async function narrow(page: Page, screen: string): Promise<void> {
  await page.setViewportSize({ width: 480, height: 800 });
  expect.soft(await overflow(page), `${screen} at 480 px`).toBeLessThanOrEqual(0);
  await page.screenshot({ path: `${ARTIFACTS}/${screen}-narrow.png`, fullPage: true });
  await page.setViewportSize({ width: 900, height: 640 });
}
