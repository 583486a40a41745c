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

/** A page of its own, which has one language or shows both. */
export async function judgePage(page: Page, screen: string): Promise<void> {
  await inBothColours(page, screen);
  await narrow(page, screen);
}

async function inBothColours(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: `${ARTIFACTS}/${name}-${colorScheme}.png`, fullPage: true });
    expect.soft(await violations(page), `${name}-${colorScheme}`).toEqual([]);
  }
}

/** How far the page is wider than its window, in CSS pixels. */
export const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

async function narrow(page: Page, screen: string): Promise<void> {
  await page.setViewportSize({ width: 480, height: 800 });
  expect.soft(await overflow(page), `${screen} at 480 px`).toBeLessThanOrEqual(0);
  await page.screenshot({ path: `${ARTIFACTS}/${screen}-narrow.png`, fullPage: true });
  await page.setViewportSize({ width: 900, height: 640 });
}
