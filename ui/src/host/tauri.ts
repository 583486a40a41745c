// The program's own window. The only file that names @tauri-apps.
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { View } from './api.gen';
import type { Host } from './index';

export function tauriHost(): Host {
  // What is pushed before anybody listens is lost: until then nothing is asked.
  let listening: Promise<unknown> = Promise.resolve();
  return {
    async call(message) {
      await listening;
      return invoke('call', { command: message });
    },
    onView(tell) {
      const ending = listen<View>('view', (event) => tell(event.payload));
      listening = ending;
      return () => void ending.then((end) => end());
    },
  };
}
