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
  // A page may move under the mouse while a card comes in. What passes only at the second time is named at the end of
  // ./dev test all the same.
  retries: 1,
  // Only for what hangs: a busy machine takes three times as long as an idle one.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  reporter: [['list']],
  use: {
    actionTimeout: 60_000,
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
