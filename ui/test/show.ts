// The whole page in a made-up state, with everything that it sends.
import { fireEvent, render, screen } from '@testing-library/svelte';
import App from '../src/App.svelte';
import { hostOf } from '../src/host/fixture';
import type { Host, Message, View } from '../src/host';

// jsdom has the element, but not its modal state.
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.open = false;
};

/** `answer` goes before what the state answers; `undefined` leaves it to the state. */
export function show(name: string, answer?: (message: Message) => Promise<unknown> | undefined) {
  const sent: Message[] = [];
  let tell: (view: View | null) => void = () => {};
  const usual = hostOf(name);
  const host: Host = {
    call: (message) => (sent.push(message), answer?.(message) ?? usual.call(message)),
    onView: (listener) => ((tell = listener), () => {}),
  };
  render(App, { host });
  return {
    sent,
    push: (view: View) => tell(view),
    commands: () => sent.map(({ command }) => command),
    last: (command: string) => sent.filter((message) => message.command === command).at(-1),
  };
}

export const press = async (name: string | RegExp) => fireEvent.click(await screen.findByRole('button', { name }));

export async function fill(label: string | RegExp, value: string): Promise<HTMLInputElement> {
  const field = await screen.findByLabelText<HTMLInputElement>(label);
  field.focus();
  await fireEvent.input(field, { target: { value } });
  field.blur();
  return field;
}
