import type { Begin, Signal } from './entry.ts';
import type { Field } from './kinds.ts';

const MOST = 10_000;

/** What is in maintenance, on test or suppressed. Where there are more than ten thousand, the oldest ends: alarms ring again. */
export class Covers {
  readonly #byId = new Map<string, Begin>();
  readonly #byField = new Map<Field, Map<string, Begin[]>>();

  get isEmpty(): boolean {
    return this.#byId.size === 0;
  }

  begin(control: Begin, at: number): void {
    this.end(control.id);
    for (const { id, until } of this.#byId.values()) if (until <= at) this.end(id);
    if (control.until <= at) return;
    const [oldest] = this.#byId.keys();
    if (this.#byId.size >= MOST && oldest !== undefined) this.end(oldest);
    this.#byId.set(control.id, control);
    let values = this.#byField.get(control.field);
    if (!values) this.#byField.set(control.field, (values = new Map<string, Begin[]>()));
    values.set(control.value, [...(values.get(control.value) ?? []), control]);
  }

  end(id: string): void {
    const control = this.#byId.get(id);
    if (!control) return;
    this.#byId.delete(id);
    const values = this.#byField.get(control.field);
    const left = values?.get(control.value)?.filter((one) => one !== control) ?? [];
    if (left.length > 0) values?.set(control.value, left);
    else values?.delete(control.value);
    if (values?.size === 0) this.#byField.delete(control.field);
  }

  /** The control that a signal's place is under at that time, the first begun; null where there is none. */
  of(signal: Signal, at: number): Begin | null {
    for (const [field, values] of this.#byField) {
      const value = signal[field];
      const found = value === null || value === undefined ? undefined : values.get(value)?.find(({ at: from, until, types }) => from <= at && at < until && (types === undefined || types.includes(signal.type)));
      if (found) return found;
    }
    return null;
  }

  save(): readonly Begin[] {
    return [...this.#byId.values()];
  }
}
