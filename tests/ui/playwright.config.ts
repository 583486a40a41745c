import { defineConfig } from '@playwright/test';

// Run inside tests/namespace: the stage brings a pcscd of its own.
//   TONGGUAN_SANDBOX_BIN=... tests/namespace npm --prefix tests/ui test
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: 'artifacts/results',
  globalSetup: './stage-setup.ts',
  // One stage, one desk, one pair of readers.
  workers: 1,
  // Only so that halves are cut between tests: `./halves` runs two.
  fullyParallel: true,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: process.env['TONGGUAN_CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    },
    viewport: { width: 900, height: 640 },
    locale: 'zh-CN',
    colorScheme: 'light',
    trace: 'off',
    screenshot: 'only-on-failure',
  },
});
