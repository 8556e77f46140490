/** Makes the functions that write figures as people read them. */
export function makeWords() {
  /** `2.5 s`, `2 min 5 s`, `3 h 10 min`. */
  function duration(seconds: number): string {
    if (seconds < 10) return `${Math.max(0, Math.round(seconds * 10) / 10)} s`;
    const whole = Math.round(seconds);
    const [days, hours, minutes] = [Math.floor(whole / 86_400), Math.floor(whole / 3_600), Math.floor(whole / 60)];
    if (days > 0) return two(days, 'd', hours % 24, 'h');
    if (hours > 0) return two(hours, 'h', minutes % 60, 'min');
    return minutes > 0 ? two(minutes, 'min', whole % 60, 's') : `${whole} s`;
  }

  function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
    return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
  }

  /** As exact as a guess deserves. */
  function roughly(seconds: number): string {
    const step = seconds < 120 ? 10 : seconds < 7_200 ? 60 : 3_600;
    return duration(Math.round(seconds / step) * step);
  }

  /** Of the reader's day; the date too where it was another. */
  function moment(atMs: number, nowMs: number): string {
    const [at, now] = [new Date(atMs), new Date(nowMs)];
    const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0'));
    const date = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0'));
    return at.toDateString() === now.toDateString() ? time.join(':') : `${date.join('-')} ${time.join(':')}`;
  }

  function count(figure: number, noun: string, plural = `${noun}s`): string {
    return `${figure} ${figure === 1 ? noun : plural}`;
  }

  /** As few digits as tell it apart from others. */
  function rounded(figure: number): string {
    return String(Math.abs(figure) < 10 ? Math.round(figure * 10) / 10 : Math.round(figure));
  }

  return { duration, roughly, moment, count, rounded };
}
