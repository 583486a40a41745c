// A browser on the sandbox's loopback host: commands by POST, views by server-sent events.
import type { View } from './api.gen';
import type { Host } from './index';

const HEADER = 'X-Tongguan-Token';

/** The per-start token: from the address (`#token=...`, which never leaves the browser) or the page. */
export function startToken(location: Location, page: Document): string {
  const fromAddress = new URLSearchParams(location.hash.slice(1)).get('token');
  return fromAddress ?? page.querySelector<HTMLMetaElement>('meta[name="tongguan-token"]')?.content ?? '';
}

export function httpHost(location: Location, page: Document): Host {
  const token = startToken(location, page);
  return {
    async call(message, ends) {
      const response = await fetch('/rpc', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', [HEADER]: token },
        body: JSON.stringify({ command: message }),
        signal: ends ?? null,
      });
      const text = await response.text();
      const answer: unknown = text === '' ? null : JSON.parse(text);
      if (!response.ok) throw answer;
      return answer;
    },
    onView(tell) {
      const events = new EventSource(`/events?token=${encodeURIComponent(token)}`);
      events.addEventListener('view', (event) => tell(JSON.parse(event.data) as View));
      events.addEventListener('error', () => tell(null));
      return () => events.close();
    },
  };
}
