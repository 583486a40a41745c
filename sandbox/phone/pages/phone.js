'use strict';

/** A picture from the camera instead of a file; the form is sent as it would be with one. */
function camera(form) {
  const find = (what) => form.querySelector(what);
  const [file, view, video] = [find('input[type=file]'), find('.camera'), find('video')];
  const [open, shoot, failed] = [find('.open'), find('.shoot'), find('.failed')];
  if (!navigator.mediaDevices?.getUserMedia) return;
  open.hidden = false;

  const stop = () => {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    view.hidden = shoot.hidden = true;
    open.hidden = false;
  };

  open.addEventListener('click', async () => {
    failed.hidden = true;
    try {
      const wish = { facingMode: form.dataset.camera, width: { ideal: 1280 }, height: { ideal: 960 } };
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wish });
      view.hidden = shoot.hidden = false;
      open.hidden = true;
      await video.play();
      shoot.focus();
    } catch {
      stop();
      failed.hidden = false;
    }
  });

  shoot.addEventListener('click', () => {
    const canvas = document.createElement('canvas');
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext('2d').drawImage(video, 0, 0);
    canvas.toBlob(
      (blob) => {
        stop();
        const picked = new DataTransfer();
        picked.items.add(new File([blob], 'camera.jpg', { type: 'image/jpeg' }));
        file.files = picked.files;
        form.requestSubmit();
      },
      'image/jpeg',
      0.9,
    );
  });
}

/** Strokes of points from 0 to 1000 each way. */
function signature(form) {
  const canvas = form.querySelector('canvas');
  const pen = canvas.getContext('2d');
  const [up, down] = [form.querySelector('.up'), form.querySelector('.down')];
  const MOST = 4500;
  const STEP = 15;
  let strokes = [];
  let drawing = false;
  let at = [500, 500];

  const bounded = (value) => Math.max(0, Math.min(1000, Math.round(value)));
  const count = () => strokes.reduce((sum, stroke) => sum + stroke.length, 0);

  const show = () => {
    const place = ([x, y]) => [(x / 1000) * canvas.width, (y / 1000) * canvas.height];
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = 5;
    pen.lineCap = pen.lineJoin = 'round';
    for (const stroke of strokes) {
      pen.beginPath();
      stroke.forEach((point, i) => (i ? pen.lineTo(...place(point)) : pen.moveTo(...place(point))));
      pen.stroke();
    }
    if (document.activeElement === canvas) {
      const [x, y] = place(at);
      pen.lineWidth = 1;
      pen.strokeRect(x - 6, y - 6, 12, 12);
    }
    up.hidden = drawing;
    down.hidden = !drawing;
  };

  const begin = () => {
    drawing = true;
    strokes.push([[...at]]);
  };
  const add = () => {
    const [x, y] = strokes.at(-1).at(-1);
    const far = Math.hypot(at[0] - x, at[1] - y) >= 4;
    if (drawing && far && count() < MOST) strokes.at(-1).push([...at]);
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    at = [
      bounded(((event.clientX - box.left) / box.width) * 1000),
      bounded(((event.clientY - box.top) / box.height) * 1000),
    ];
  };

  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    place(event);
    begin();
    show();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!drawing || !canvas.hasPointerCapture(event.pointerId)) return;
    place(event);
    add();
    show();
  });
  for (const end of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(end, () => {
      drawing = false;
      show();
    });
  }

  const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  canvas.addEventListener('keydown', (event) => {
    const move = MOVES[event.key];
    if (!move && event.key !== ' ') return;
    event.preventDefault();
    if (move) {
      at = [bounded(at[0] + move[0]), bounded(at[1] + move[1])];
      if (drawing) add();
    } else if (drawing) {
      drawing = false;
    } else {
      begin();
    }
    show();
  });
  canvas.addEventListener('focus', show);
  canvas.addEventListener('blur', show);

  form.querySelector('.clear').addEventListener('click', () => {
    strokes = [];
    drawing = false;
    show();
  });
  form.addEventListener('submit', () => {
    form.elements.strokes.value = JSON.stringify(strokes);
  });
}

/** What is to be done, spoken. */
function speak(button) {
  if (!('speechSynthesis' in window)) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    const words = [...document.querySelectorAll('.action strong, .action .digits')].map((part) => part.textContent);
    const spoken = new SpeechSynthesisUtterance(words.join(' '));
    spoken.lang = document.documentElement.lang;
    speechSynthesis.cancel();
    speechSynthesis.speak(spoken);
  });
}

for (const button of document.querySelectorAll('button.say')) speak(button);
for (const form of document.querySelectorAll('form[data-camera]')) camera(form);
for (const form of document.querySelectorAll('form[data-signature]')) signature(form);
