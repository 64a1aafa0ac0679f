import { createContext, type ReactNode, useContext } from 'react';
import type { DecisionWords } from './web-module.ts';

const Known = createContext<ReadonlyMap<string, DecisionWords>>(new Map());

/** Gives the pages below how each kind of decision is said. */
export const DecisionWordsProvider = ({ words, children }: { words: ReadonlyMap<string, DecisionWords>; children: ReactNode }) => <Known value={words}>{children}</Known>;

/** How a kind of decision is said, or undefined where no module here knows it. */
export function useDecisionWords(): (kind: string) => DecisionWords | undefined {
  const words = useContext(Known);
  return (kind) => words.get(kind);
}
