import type { FormHTMLAttributes, Ref } from 'react';
import { toFirstFault } from './first-fault.ts';

type FormProps = Omit<FormHTMLAttributes<HTMLFormElement>, 'onSubmit' | 'noValidate'> & { onSubmit: () => void; ref?: Ref<HTMLFormElement> };

/** A form within a page: its own checks instead of the browser's, and after a try that they refuse the focus is at the first fault. */
export const Form = ({ onSubmit, ...rest }: FormProps) => (
  <form
    {...rest}
    noValidate
    onSubmit={(event) => {
      event.preventDefault();
      onSubmit();
      toFirstFault(event.currentTarget);
    }}
  />
);
