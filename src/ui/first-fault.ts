/** After a try that a form itself refuses, the focus goes to the first field that says what is wrong. */
export function toFirstFault(form: HTMLElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[data-fault] :is(input, textarea, select)')?.focus());
}
