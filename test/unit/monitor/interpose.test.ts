import { expect, it } from 'vitest';
import { interpose, runningInterposition } from '../../../src/monitor/interpose.ts';

class Greeter {
  greeting = 'hello';
  greet(name: string): string {
    return `${this.greeting} ${name}`;
  }
}

const through = (calls: unknown[]) => (original: (...args: unknown[]) => unknown, self: unknown, args: unknown[]) => {
  calls.push(args);
  return Reflect.apply(original, self, args);
};

it('a method is called as before, with its receiver, name and number of parameters', () => {
  const greeter = new Greeter();
  const calls: unknown[] = [];
  interpose(greeter, 'greet', through(calls));
  expect(greeter.greet('you')).toBe('hello you');
  expect(greeter.greet.call({ greeting: 'bye' } as Greeter, 'you')).toBe('bye you');
  expect(calls).toEqual([['you'], ['you']]);
  expect([greeter.greet.name, greeter.greet.length, Object.keys(greeter)]).toEqual(['greet', 1, ['greeting']]);
});

it('its end leaves the property as it was found: none, or the very descriptor', () => {
  const inherited = new Greeter();
  const own = Object.defineProperty(new Greeter(), 'greet', { value: () => 'own', configurable: true });
  const before = [inherited, own].map((greeter) => Object.getOwnPropertyDescriptors(greeter));
  for (const greeter of [inherited, own]) interpose(greeter, 'greet', through([]))();
  expect([inherited, own].map((greeter) => Object.getOwnPropertyDescriptors(greeter))).toEqual(before);
});

it('what others put over it stays at its end, and calls through', () => {
  const greeter = new Greeter();
  const calls: unknown[] = [];
  const end = interpose(greeter, 'greet', through(calls));
  const inner = greeter.greet;
  const outer = (name: string) => `<${inner.call(greeter, name)}>`;
  greeter.greet = outer;
  end();
  expect(greeter.greet).toBe(outer);
  expect(greeter.greet('you')).toBe('<hello you>');
  expect(calls).toEqual([]);
});

it('a method of the class that is patched later is the one that is called', () => {
  class Patched extends Greeter {}
  const greeter = new Patched();
  interpose(greeter, 'greet', through([]));
  Patched.prototype.greet = () => 'patched';
  expect(greeter.greet('you')).toBe('patched');
});

it('knows which one is running, also after one within another, and after a throw', () => {
  const greeter = new Greeter();
  const seen: unknown[] = [];
  interpose(greeter, 'greet', (original, self, args) => {
    seen.push(runningInterposition() === greeter.greet);
    if (args[0] === 'nobody') throw new Error('nobody');
    return Reflect.apply(original, self, args);
  });
  const outer = { greet: () => greeter.greet('you') };
  interpose(outer, 'greet', (original) => {
    original();
    seen.push(runningInterposition() === outer.greet);
  });
  outer.greet();
  expect(() => greeter.greet('nobody')).toThrow('nobody');
  expect([...seen, runningInterposition()]).toEqual([true, true, true, undefined]);
});
