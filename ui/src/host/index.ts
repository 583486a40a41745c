// The border to the program. The window keeps no truth: it sends commands and shows the last view.
import type { Commands, Fault, View } from './api.gen';
import { httpHost } from './http';
import { tauriHost } from './tauri';

export type * from './api.gen';
export { LARGEST_PICKED, LARGEST_SENT } from './api.gen';

export type FaultCode = Fault['code'];

export type CommandName = keyof Commands;

type ArgsOf<N extends CommandName> =
  Commands[N]['args'] extends Record<string, never> ? [] : [args: Commands[N]['args'], ends?: AbortSignal];

/** Sends a command; rejects with a `Fault` and nothing else. */
export type Call = <N extends CommandName>(name: N, ...args: ArgsOf<N>) => Promise<Commands[N]['answer']>;

/** A command on the wire: its name beside its arguments. */
export type Message = { command: CommandName } & Record<string, unknown>;

export interface Host {
  /** Sends one command as JSON and gives the JSON answer; rejects with a fault. Nobody waits any more once `ends`. */
  call(message: Message, ends?: AbortSignal): Promise<unknown>;
  /** Tells every new view, from now on, and `null` when the connection is lost; gives what ends it. */
  onView(tell: (view: View | null) => void): () => void;
}

/** The host that this page runs in: the window of the program, or a browser on the sandbox. */
export function connect(): Host {
  return '__TAURI_INTERNALS__' in window ? tauriHost() : httpHost(window.location, document);
}

/** Whatever was thrown, as a fault that the words know. */
export function asFault(thrown: unknown): Fault {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string') {
    return thrown as Fault;
  }
  return { code: 'defect', place: thrown instanceof Error ? thrown.name : 'window' };
}

/** The typed way to send commands through a host. */
export function callThrough(host: Host): Call {
  return async (command, ...args) => {
    try {
      return (await host.call({ command, ...args[0] }, args[1])) as never;
    } catch (thrown) {
      throw asFault(thrown);
    }
  };
}
