/** A terminal that a view takes over as a whole. What `on…` gives back ends the listening. */
export interface LiveTerminal {
  /** As it is now; 80 × 24 where it does not say. */
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
  /** Raw: keys come as they are typed, unechoed, Ctrl-C and Ctrl-Z among them. */
  setRaw(isRaw: boolean): void;
  onInput(listener: (text: string) => void): () => void;
  on(event: TerminalEvent, listener: () => void): () => void;
  /** What Ctrl-C and Ctrl-Z do where the terminal is not raw: to all processes of the command line. */
  raise(signal: 'SIGINT' | 'SIGTSTP'): void;
  /** Stops this process until it is continued. */
  stop(): void;
}

/** `suspend`: the process is to stop. `continue`: it goes on after it was stopped. `exit`: it ends now, whatever ended it. */
export type TerminalEvent = 'resize' | 'suspend' | 'continue' | 'end' | 'exit';

const usualSize = { columns: 80, rows: 24 } as const;

export function liveTerminal(input: NodeJS.ReadStream, output: NodeJS.WriteStream): LiveTerminal {
  return {
    get columns() {
      return output.columns || usualSize.columns;
    },
    get rows() {
      return output.rows || usualSize.rows;
    },
    write: (text) => output.write(text),
    setRaw(isRaw) {
      input.setRawMode(isRaw);
    },
    onInput(listener) {
      input.setEncoding('utf8').on('data', listener).resume();
      return () => {
        input.off('data', listener).pause();
      };
    },
    on(event, listener) {
      const [source, name] = sources(event, input, output);
      source.on(name, listener);
      return () => {
        source.off(name, listener);
      };
    },
    // 0: the processes in front of the terminal, as when it sends the signal itself.
    raise: (signal) => void process.kill(signal === 'SIGINT' ? process.pid : 0, signal),
    stop: () => void process.kill(process.pid, 'SIGSTOP'),
  };
}

function sources(event: TerminalEvent, input: NodeJS.EventEmitter, output: NodeJS.EventEmitter) {
  const named = {
    resize: [output, 'resize'],
    suspend: [process as NodeJS.EventEmitter, 'SIGTSTP'],
    continue: [process as NodeJS.EventEmitter, 'SIGCONT'],
    end: [input, 'end'],
    exit: [process as NodeJS.EventEmitter, 'exit'],
  } as const;
  return named[event];
}
