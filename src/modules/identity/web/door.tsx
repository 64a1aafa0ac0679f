import type { ReactNode } from 'react';
import { Mark } from '#ui/icon.tsx';
import css from './door.module.css';
import { LanguageField } from './language-field.tsx';

/** The page before the shell: the mark, a title, a form. */
export const Door = ({ title, children }: { title: string; children: ReactNode }) => (
  <main className={css.door}>
    <div className={css.inside}>
      <p className={css.mark}><Mark size={36} /><span>Parapet</span></p>
      <h1 className="title">{title}</h1>
      {children}
      <div className={css.language}><LanguageField /></div>
    </div>
  </main>
);
