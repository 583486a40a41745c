import { act, done, faceCheck, holder, judged, next, PHONE, picture } from './phone';
import { expect, test } from './stage';

test.use({
  viewport: PHONE,
  permissions: ['camera'],
  launchOptions: {
    executablePath: process.env['TONGGUAN_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  },
});

test('a picture of nobody is taken and refused', async ({ page, stage }) => {
  const desk = await faceCheck(stage, 'alipay');
  await page.goto(await desk.ticket());
  await next(page, '打开相机').click();
  await expect(page.locator('video')).toBeVisible();
  await expect.poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(0);
  await judged(page, 'camera');
  await page.getByRole('button', { name: '拍照 Take' }).click();
  await act(page);
  await expect(page.getByRole('alert')).toContainText('读不出来');
  expect(await desk.kind()).toBe('scan');
});

test('what stands before the camera is taken: the person, drawn into it', async ({ page, stage }) => {
  const desk = await faceCheck(stage, 'alipay');
  const face = (await picture(stage, holder(stage), 'face')).toString('base64');
  // A stream of a canvas stands for the camera, as a browser without one has it.
  await page.addInitScript((base64) => {
    const devices = {
      async getUserMedia() {
        const image = new Image();
        image.src = `data:image/jpeg;base64,${base64}`;
        await image.decode();
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [image.width, image.height];
        const draw = () => {
          canvas.getContext('2d')!.drawImage(image, 0, 0);
          requestAnimationFrame(draw);
        };
        draw();
        return canvas.captureStream();
      },
    };
    Object.defineProperty(navigator, 'mediaDevices', { value: devices });
  }, face);
  await page.goto(await desk.ticket());
  await next(page, '打开相机').click();
  await expect.poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(0);
  await page.getByRole('button', { name: '拍照 Take' }).click();
  await act(page);
  await expect(done(page)).toBeVisible();
  expect(await desk.kind()).toBe('done');
});
